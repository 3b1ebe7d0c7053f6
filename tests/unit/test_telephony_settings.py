from __future__ import annotations

from pathlib import Path

import pytest

from telephony.settings import Settings, SettingsError

READABLE = Path(__file__)


def test_nothing_set_is_a_local_worker() -> None:
    assert Settings.from_env({}) == Settings()
    assert Settings().sip_bind == "127.0.0.1"


def test_everything_can_be_set() -> None:
    settings = Settings.from_env(
        {
            "CALLBOT_SIP_BIND": "192.0.2.1",
            "CALLBOT_SIP_PORT": "5070",
            "CALLBOT_SIP_PUBLIC_ADDRESS": "198.51.100.1",
            "CALLBOT_SIP_TRANSPORT": "TLS",
            "CALLBOT_RTP_PORT": "20000",
            "CALLBOT_RTP_PORTS": "100",
            "CALLBOT_SIP_MAX_CALLS": "8",
            "CALLBOT_SIP_REGISTRAR": "pbx.example:5061",
            "CALLBOT_SIP_DOMAIN": "example",
            "CALLBOT_SIP_USER": "3000",
            "CALLBOT_SIP_PASSWORD": "secret",
            "CALLBOT_SIP_TRUNKS": "192.0.2.10 198.51.100.0/24",
            "CALLBOT_CALLS_PER_NUMBER": "20",
            "CALLBOT_CALL_MAX_S": "900",
            "CALLBOT_JOINED_MAX_S": "7200",
            "CALLBOT_SRTP": "mandatory",
            "CALLBOT_SIP_TLS_CA": str(READABLE),
            "CALLBOT_SIP_TLS_CERT": str(READABLE),
            "CALLBOT_SIP_TLS_KEY": str(READABLE),
            "CALLBOT_MEDIA_URL": "wss://bot.example/media",
            "CALLBOT_INTERNAL_TOKEN": "token",
            "CALLBOT_FALLBACK_TARGET": "sip:0466760000@pbx.example",
            "CALLBOT_TRANSFER_TARGETS": "0465713010  sip:0465713012@pbx.example",
            "CALLBOT_TRANSFER_RING_S": "40",
            "CALLBOT_DRAIN_S": "60",
        }
    )
    assert settings == Settings(
        sip_bind="192.0.2.1",
        sip_port=5070,
        sip_public_address="198.51.100.1",
        sip_transport="tls",
        rtp_port=20_000,
        rtp_ports=100,
        max_calls=8,
        registrar="pbx.example:5061",
        domain="example",
        user="3000",
        password="secret",
        trunks=("192.0.2.10", "198.51.100.0/24"),
        calls_per_number=20,
        call_max_s=900,
        joined_max_s=7200,
        srtp="mandatory",
        tls_ca=READABLE,
        tls_cert=READABLE,
        tls_key=READABLE,
        media_url="wss://bot.example/media",
        token="token",
        fallback_target="sip:0466760000@pbx.example",
        transfer_targets=frozenset({"0465713010", "sip:0465713012@pbx.example"}),
        transfer_ring_s=40,
        drain_s=60,
    )


def test_secrets_are_not_shown() -> None:
    settings = Settings.from_env({"CALLBOT_SIP_PASSWORD": "hidden", "CALLBOT_INTERNAL_TOKEN": "hidden"})
    assert "hidden" not in repr(settings)


def test_recorded_sentences_lie_with_the_other_data() -> None:
    settings = Settings.from_env({"CALLBOT_VAR_DIR": "/srv/data"})
    assert settings.prepared == Path("/srv/data/prepared")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CALLBOT_SIP_PORT", "sip"),
        ("CALLBOT_SIP_PORT", "65536"),
        ("CALLBOT_SIP_PORT", "²"),
        ("CALLBOT_RTP_PORT", "80"),
        ("CALLBOT_RTP_PORT", "65530"),
        ("CALLBOT_RTP_PORTS", "6"),
        ("CALLBOT_SIP_MAX_CALLS", "0"),
        ("CALLBOT_SIP_TRANSPORT", "sctp"),
        ("CALLBOT_MEDIA_URL", "http://127.0.0.1:8001/media"),
        ("CALLBOT_SIP_TRUNKS", "pbx.example"),
        ("CALLBOT_SIP_TRUNKS", "any 192.0.2.1"),
        ("CALLBOT_SIP_TRUNKS", "192.0.2.1/24"),
        ("CALLBOT_SIP_BIND", "::1"),
        ("CALLBOT_CALLS_PER_NUMBER", "0"),
        ("CALLBOT_CALL_MAX_S", "10"),
        ("CALLBOT_SRTP", "yes"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match="CALLBOT_"):
        Settings.from_env({name: value})


@pytest.mark.parametrize(
    ("named", "env"),
    [
        ("CALLBOT_SIP_TRUNKS", {"CALLBOT_SIP_BIND": "192.0.2.1"}),
        ("CALLBOT_SIP_TRUNKS", {"CALLBOT_SIP_BIND": "0.0.0.0"}),
        (
            "CALLBOT_SRTP",
            {"CALLBOT_SIP_BIND": "192.0.2.1", "CALLBOT_SIP_TRUNKS": "any", "CALLBOT_SRTP": "optional"},
        ),
        ("CALLBOT_SIP_TLS_CERT", {"CALLBOT_SIP_TRANSPORT": "tls"}),
        ("CALLBOT_SIP_TLS_KEY", {"CALLBOT_SIP_TRANSPORT": "tls", "CALLBOT_SIP_TLS_CERT": str(READABLE)}),
        (
            "CALLBOT_SIP_TLS_KEY",
            {
                "CALLBOT_SIP_TRANSPORT": "tls",
                "CALLBOT_SIP_TLS_CERT": str(READABLE),
                "CALLBOT_SIP_TLS_KEY": "/nowhere/key.pem",
            },
        ),
    ],
)
def test_what_would_leave_us_open_is_named(named: str, env: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=f"^{named}:"):
        Settings.from_env(env)


def test_everybody_may_call_only_when_that_is_said() -> None:
    assert Settings.from_env({"CALLBOT_SIP_BIND": "0.0.0.0", "CALLBOT_SIP_TRUNKS": "any"}).trunks == ("any",)
