"""Which offers PJSIP may see."""

from __future__ import annotations

import pytest

from telephony.sdp_check import Terms, fault_of

HEAD = ["v=0", "o=- 1 2 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"]
KEY = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 40


def _sdp(*media: str, head: list[str] = HEAD) -> str:
    return "\r\n".join([*head, *media, ""])


@pytest.mark.parametrize(
    "sdp",
    [
        _sdp("m=audio 4000 RTP/AVP 8"),
        _sdp(
            "m=audio 4000 RTP/AVP 0 8 101",
            "a=rtpmap:101 telephone-event/8000",
            "a=fmtp:101 0-16",
            "a=ptime:20",
        ),
        _sdp("m=audio 4000 RTP/AVP 96", "a=rtpmap:96 PCMA/8000", "a=maxptime:40", "a=sendonly"),
        _sdp("m=audio 4000/2 RTP/AVP 18 9", "a=rtpmap:18 G729/8000", "a=fmtp:18 annexb=no"),
        _sdp("m=audio 4000 RTP/AVP 8", "c=IN IP4 0.0.0.0"),
        _sdp("m=audio 4000 RTP/AVP 8", "c=IN IP4 192.0.2.7", head=[*HEAD[:3], HEAD[4]]),
        _sdp("m=video 5000 RTP/AVP 96", "a=rtpmap:96 H264/90000", "m=audio 4000 RTP/AVP 8"),
        _sdp("m=audio 4000 RTP/AVP 8", "m=image 5000 udptl t38", "a=T38FaxVersion:0"),
        _sdp("m=audio 4000 RTP/AVP 8 96", "a=rtpmap:96 opus/48000/2"),
        _sdp("m=audio 4000 RTP/AVP 8").replace("\r\n", "\n"),
        _sdp("m=audio 4000 RTP/AVP 8", head=[*HEAD[:2], "s= ", "i=Une liaison é", *HEAD[3:]]),
    ],
)
def test_what_telephones_offer_is_let_through(sdp: str) -> None:
    assert fault_of(sdp, Terms()) == ""


@pytest.mark.parametrize(
    ("fault", "sdp"),
    [
        ("media", _sdp()),
        ("media", _sdp(*["m=audio 4000 RTP/AVP 8"] * 9)),
        ("codec", _sdp("m=audio 4000 RTP/AVP 18")),
        ("codec", _sdp("m=audio 4000 RTP/AVP 8", "a=rtpmap:8 speex/8000")),
        ("codec", _sdp("m=audio 4000 RTP/AVP 96")),
        ("no_sound", _sdp("m=audio 0 RTP/AVP 8")),
        ("no_sound", _sdp("m=video 4000 RTP/AVP 96", "a=rtpmap:96 H264/90000")),
        ("address", _sdp("m=audio 4000 RTP/AVP 8", "c=IN IP6 2001:db8::1")),
        ("transport", _sdp("m=audio 4000 RTP/SAVP 8", KEY)),
        ("transport", _sdp("m=audio 4000 UDP/TLS/RTP/SAVPF 8")),
        ("syntax", _sdp("m=audio 70000 RTP/AVP 8")),
        ("syntax", _sdp("m=audio 4000 RTP/AVP")),
        ("syntax", _sdp("m=audio 4000 RTP/AVP 8", "a=ptime:0")),
        ("syntax", _sdp("m=audio 4000 RTP/AVP 8", "a=rtpmap:8 PCMA/0")),
        ("syntax", _sdp("m=audio 4000 RTP/AVP 8", "m=video -1 RTP/AVP 96")),
        ("syntax", _sdp("m=audio 4000 RTP/AVP 8", "c=IN IP4 sonde.exemple.fr")),
        ("syntax", _sdp("m=audio 4000 RTP/AVP 8", "c=IN IP4 999.0.2.1")),
        ("syntax", _sdp("m=audio 4000 RTP/AVP 8", "c=IN IP4 224.2.1.1/127")),
        ("syntax", _sdp("m=audio 4000 RTP/AVP 8", head=[*HEAD[:3], HEAD[4]])),
        ("session", _sdp("m=audio 4000 RTP/AVP 8", head=HEAD[1:])),
        ("session", _sdp("m=audio 4000 RTP/AVP 8", head=["v=1", *HEAD[1:]])),
        ("session", _sdp("m=audio 4000 RTP/AVP 8", head=[HEAD[0], "o=- a b IN IP4 192.0.2.1", *HEAD[2:]])),
        ("session", _sdp("m=audio 4000 RTP/AVP 8", head=[*HEAD, HEAD[3]])),
        ("session", ""),
        ("line", _sdp("m=audio 4000 RTP/AVP 8", "oops")),
        ("line", _sdp("m=audio 4000 RTP/AVP 8", "a=\x00")),
        ("line", _sdp("m=audio 4000 RTP/AVP 8", "a=" + "z" * 2000)),
        ("length", _sdp(*["m=audio 4000 RTP/AVP 8"] * 500)),
    ],
)
def test_what_pjsip_would_refuse_is_refused_before(fault: str, sdp: str) -> None:
    assert fault_of(sdp, Terms()) == fault


def test_encrypted_sound_is_taken_where_settings_say_so() -> None:
    plain, encrypted = _sdp("m=audio 4000 RTP/AVP 8"), _sdp("m=audio 4000 RTP/SAVP 8", KEY)
    optional, mandatory = Terms(takes_encrypted=True), Terms(takes_plain=False, takes_encrypted=True)
    assert [fault_of(plain, terms) for terms in (optional, mandatory)] == ["", "transport"]
    assert [fault_of(encrypted, terms) for terms in (optional, mandatory)] == ["", ""]
    assert fault_of(_sdp("m=audio 4000 RTP/SAVP 8"), mandatory) == "transport"
