"""Good and strange SIP messages and SDP bodies that inputs are made of.

Placeholders are filled when a message is sent: @us@, @me@, @id@, @sdp@, @len@, and of the call that is up
@call@, @tag@, @cseq@; in SDP @port@.
"""

from __future__ import annotations

from tests.torture.messages import messages

_METHODS = (
    *("OPTIONS", "REGISTER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "MESSAGE", "REFER", "INFO", "UPDATE", "PRACK"),
    *("BYE", "CANCEL", "ACK"),
)
_EXTRA = {
    "REFER": "Refer-To: <sip:0899000000@exemple.fr>\n",
    "SUBSCRIBE": "Event: presence\nExpires: 600\nAccept: application/pidf+xml\n",
    "NOTIFY": "Event: refer\nSubscription-State: active\n",
    "PUBLISH": "Event: presence\nSIP-If-Match: a1\n",
    "PRACK": "RAck: 1 1 INVITE\n",
    "INFO": "Content-Type: application/dtmf-relay\nInfo-Package: dtmf\n",
    "REGISTER": "Expires: 300\nAuthorization: Digest username=a, realm=b, nonce=c, uri=d, response=e\n",
}
_OFFER_HEADERS = (
    "Supported: 100rel, timer, replaces, norefersub\nSession-Expires: 1800;refresher=uac\nMin-SE: 90\n"
    "Allow: INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, REFER\nPrivacy: id\nUser-Agent: essai\n"
    "P-Asserted-Identity: <sip:0612345678@exemple.fr>\nRecord-Route: <sip:@me@;lr>\n"
    "Replaces: @call@;to-tag=@tag@;from-tag=@call@\n"
)
_PLAIN = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "c=IN IP4 127.0.0.1",
    "t=0 0",
    "m=audio @port@ RTP/AVP 8 0 9 101",
]


def _sdp(*lines: str) -> bytes:
    return "\r\n".join([*lines, ""]).encode()


SDP_BODIES = [
    _sdp(
        *_PLAIN, "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20"
    ),
    _sdp(*_PLAIN, "a=sendonly", "a=rtcp:9 IN IP4 127.0.0.1", "a=maxptime:60"),
    _sdp(*_PLAIN, "a=inactive", "b=AS:64", "b=TIAS:64000"),
    _sdp(*_PLAIN[:3], "c=IN IP4 0.0.0.0", *_PLAIN[4:]),
    _sdp(*_PLAIN[:3], "c=IN IP6 ::1", *_PLAIN[4:]),
    _sdp(*_PLAIN[:5], "m=audio 0 RTP/AVP 8"),
    _sdp(*_PLAIN[:5], "m=audio @port@ RTP/SAVP 8", f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{'A' * 40}"),
    _sdp(*_PLAIN, "m=video 5004 RTP/AVP 96", "a=rtpmap:96 H264/90000", "a=fmtp:96 profile-level-id=42e01f"),
    _sdp(*_PLAIN, "m=image 5006 udptl t38", "a=T38FaxVersion:0", "m=application 9 TCP/MSRP *"),
    _sdp(*_PLAIN[:5], "m=audio @port@ RTP/AVP 96 97", "a=rtpmap:96 opus/48000/2", "a=rtpmap:97 speex/8000"),
    _sdp(
        *_PLAIN,
        "a=ice-ufrag:abcd",
        "a=ice-pwd:0123456789012345678901",
        "a=candidate:1 1 UDP 1 127.0.0.1 5000 typ host",
    ),
    _sdp(
        *_PLAIN,
        "a=rtcp-mux",
        "a=rtcp-fb:* nack",
        "a=ssrc:1 cname:a",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    ),
    _sdp(*_PLAIN[:5], "m=audio @port@ UDP/TLS/RTP/SAVPF 8", "a=fingerprint:sha-256 00:11", "a=setup:actpass"),
]


def sip_templates() -> list[bytes]:
    """All of the torture messages, and each method outside and inside a call."""
    strange = [each.bytes("@us@", "@me@", "@sdp@", "@id@") for each in messages("rfc4475_valid.yml")]
    strange += [each.bytes("@us@", "@me@", "@sdp@", "@id@") for each in messages("rfc4475_broken.yml")]
    plain = [_request("INVITE", is_inside=False, body="@sdp@", extra=extra) for extra in ("", _OFFER_HEADERS)]
    plain += [_request(method, is_inside=False, extra=_EXTRA.get(method, "")) for method in _METHODS]
    inside = [_request("INVITE", is_inside=True, body="@sdp@", extra=extra) for extra in ("", _OFFER_HEADERS)]
    inside += [_request(method, is_inside=True, extra=_EXTRA.get(method, "")) for method in _METHODS]
    return [*strange, *plain, *plain, *inside, *inside, *_answers()]


def _request(method: str, *, is_inside: bool, body: str = "", extra: str = "") -> bytes:
    call, tag, cseq = ("@call@", ";tag=@tag@", "@cseq@") if is_inside else ("@id@", "", "1")
    head = (
        f"{method} sip:3000@@us@ SIP/2.0\nVia: SIP/2.0/UDP @me@;rport;branch=z9hG4bK@id@\n"
        f"From: <sip:stranger@@me@>;tag={call}\nTo: <sip:3000@@us@>{tag}\n"
        f"Call-ID: {call}\nCSeq: {cseq} {method}\n"
        f"Contact: <sip:stranger@@me@>\nMax-Forwards: 70\n{extra}"
        f"{'Content-Type: application/sdp' + chr(10) if body else ''}Content-Length: @len@\n\n{body}"
    )
    return head.replace("\n", "\r\n").encode()


def _answers() -> list[bytes]:
    """To requests that nobody asked, some of them inside the call."""
    made = []
    for status in (
        "100 Trying",
        "180 Ringing",
        "200 OK",
        "302 Moved",
        "401 Unauthorized",
        "481 Gone",
        "603 Decline",
    ):
        text = (
            f"SIP/2.0 {status}\nVia: SIP/2.0/UDP @us@;branch=z9hG4bK@id@\nFrom: <sip:3000@@us@>;tag=@tag@\n"
            "To: <sip:stranger@@me@>;tag=@call@\nCall-ID: @call@\nCSeq: 1 INVITE\nContact: <sip:x@@me@>\n"
            'WWW-Authenticate: Digest realm="a", nonce="b"\nContent-Length: @len@\n\n'
        )
        made.append(text.replace("\n", "\r\n").encode())
    return made
