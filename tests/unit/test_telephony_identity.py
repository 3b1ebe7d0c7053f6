from __future__ import annotations

import pytest

from telephony.identity import (
    callee_of,
    caller_of,
    host_of,
    over,
    safe_headers,
    signalling_hosts,
    transfer_uri,
    user_of,
)


def _invite(*headers: str) -> str:
    return "\r\n".join(["INVITE sip:3000@pbx SIP/2.0", *headers, "", "v=0", "From: <sip:body@pbx>"])


@pytest.mark.parametrize(
    ("headers", "caller"),
    [
        (["From: <sip:0612345678@pbx>;tag=1"], "0612345678"),
        (['From: "Mairie" <sip:+33466767001@pbx:5060;user=phone>;tag=1'], "+33466767001"),
        (["f: sip:201@pbx;tag=1"], "201"),
        (["From: <tel:+33466767001>;tag=1"], "+33466767001"),
        (["From: <sip:201@pbx>", "P-Asserted-Identity: <sip:0466000001@pbx>"], "0466000001"),
        (["From: <sip:201@pbx>", "P-Asserted-Identity: tel:+33466000001, <sip:x@y>"], "+33466000001"),
        (["From: <sip:201@pbx>", "P-Asserted-Identity:", " <sip:0466000001@pbx>"], "0466000001"),
        (["From: <sip:anonymous@anonymous.invalid>;tag=1"], ""),
        (["From: <sip:0612345678@pbx>", "Privacy: id"], ""),
        (["From: <sip:0612345678@pbx>", "Privacy: header;id"], ""),
        (["From: <sip:0612345678@pbx>", "Privacy: none"], "0612345678"),
        (["From: <sip:pbx>;tag=1"], ""),
        (["From: <sip:06:secret@pbx>"], "06"),
        (["From: <sip:06%0a12'\\@pbx>"], "060a12"),
        ([], ""),
    ],
)
def test_the_caller_is_who_the_network_says(headers: list[str], caller: str) -> None:
    assert caller_of(_invite(*headers)) == caller


def test_a_header_that_comes_twice_counts_once() -> None:
    assert caller_of(_invite("From: <sip:1@pbx>", "From: <sip:2@pbx>")) == "1"


def test_the_callee_is_what_was_dialled() -> None:
    assert callee_of(_invite("To: <sip:3000@pbx>;tag=9")) == "3000"
    assert callee_of(_invite("t: sip:pbx")) == ""


def test_names_are_short() -> None:
    assert user_of(f"sip:{'1' * 500}@pbx") == "1" * 64


def test_hosts() -> None:
    assert host_of("<sip:201@pbx.example:5080;transport=tcp>") == "pbx.example:5080"
    assert host_of("sip:pbx.example") == "pbx.example"
    assert host_of("tel:0466767001") == ""


def test_where_a_transfer_goes() -> None:
    assert transfer_uri("0466767001", "pbx:5060") == "sip:0466767001@pbx:5060"
    assert (
        transfer_uri("sip:accueil@mairie.example;user=phone", "pbx")
        == "sip:accueil@mairie.example;user=phone"
    )


@pytest.mark.parametrize(
    "to", ["", "04 66", "sip:a@b>\r\nX: y", "http://a", "sip:a@b?Replaces=<x>", "1" * 65]
)
def test_where_a_transfer_cannot_go(to: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        transfer_uri(to, "pbx")


def test_a_number_needs_a_domain() -> None:
    with pytest.raises(ValueError, match="neither"):
        transfer_uri("3000", "")


def test_headers_that_break_a_message_are_refused() -> None:
    assert safe_headers({"X-Service": "état civil"}) == [("X-Service", "état civil")]
    for name, value in (("X-A", "b\r\nX-C: d"), ("X A", "b"), ("X-A:", "b"), ("", "b")):
        with pytest.raises(ValueError, match="header"):
            safe_headers({name: value})


@pytest.mark.parametrize(
    ("headers", "hosts"),
    [
        ([], {"192.0.2.1"}),
        (["Via: SIP/2.0/UDP 10.0.0.5:5060;branch=a"], {"192.0.2.1", "10.0.0.5"}),
        (["v: SIP/2.0/TLS 10.0.0.5;received=203.0.113.7;rport=4"], {"192.0.2.1", "203.0.113.7"}),
        (
            ["Via: SIP/2.0/UDP 192.0.2.1;branch=a, SIP/2.0/UDP 10.0.0.5;received=203.0.113.7"],
            {"192.0.2.1", "203.0.113.7"},
        ),
        (
            ["Via: SIP/2.0/UDP proxy.example", "Via: SIP/2.0/UDP [2001:db8::1]:5060"],
            {"192.0.2.1", "proxy.example", "2001:db8::1"},
        ),
    ],
)
def test_from_where_a_caller_speaks_sip(headers: list[str], hosts: set[str]) -> None:
    assert signalling_hosts(_invite(*headers), "192.0.2.1:5060") == hosts


@pytest.mark.parametrize(
    ("uri", "transport", "called"),
    [
        ("sip:3000@pbx", "udp", "sip:3000@pbx"),
        ("sip:3000@pbx", "tls", "sip:3000@pbx;transport=tls"),
        ("sip:3000@pbx;user=phone?X=a", "tcp", "sip:3000@pbx;user=phone;transport=tcp?X=a"),
        ("sip:3000@pbx;Transport=TCP", "tls", "sip:3000@pbx;Transport=TCP"),
    ],
)
def test_a_service_is_called_over_the_transport_that_is_spoken(uri: str, transport: str, called: str) -> None:
    assert over(uri, transport) == called
