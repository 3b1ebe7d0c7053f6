"""The worker's settings, from environment variables that start with CALLBOT_."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from runtime.secrets import SecretError, with_secret_files

SipTransport = Literal["udp", "tcp", "tls"]


class SettingsError(ValueError):
    """A setting cannot be used; the message names it and never holds a secret."""


@dataclass(frozen=True)
class Settings:
    """One worker process.

    sip_bind, sip_port: local address of SIP; port 0 lets the system choose.
    sip_public_address: what to write in SIP and SDP when this machine is behind NAT, "" for the real one.
    rtp_port: first RTP port; the worker uses `rtp_ports` of them upwards (two per call).
    max_calls: how many calls at once; the linked PJSIP may be compiled for fewer.
    registrar: host[:port] of the PBX to register to, "" for none.
    domain: SIP domain of our address there; the registrar's host if "".
    tls_ca: certificates to check the PBX with (system's if None); tls_cert, tls_key: ours.
    media_url, token: the bot's door and what to show there.
    fallback_target: number or SIP URI that takes calls when the bot fails, "" for none.
    apology_wav: what is said first then; mono 16-bit at 8 or 16 kHz.
    transfer_targets: numbers and SIP URIs that the bot may have called besides the fallback; nothing else is.
    transfer_ring_s: how long a service may ring before the caller is told that nobody answers.
    metrics_bind, metrics_port: where Prometheus may ask for figures, 0 for nowhere.
    drain_s: how long calls may go on after the worker was told to stop.
    """

    sip_bind: str = "127.0.0.1"
    sip_port: int = 5060
    sip_public_address: str = ""
    sip_transport: SipTransport = "udp"
    rtp_port: int = 10_000
    rtp_ports: int = 40
    max_calls: int = 4
    registrar: str = ""
    domain: str = ""
    user: str = "callbot"
    password: str = field(default="", repr=False)
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    media_url: str = "ws://127.0.0.1:8001/media"
    token: str = field(default="", repr=False)
    fallback_target: str = ""
    apology_wav: Path = Path("var/apology.wav")
    transfer_targets: frozenset[str] = frozenset()
    transfer_ring_s: int = 25
    metrics_bind: str = "127.0.0.1"
    metrics_port: int = 0
    drain_s: int = 900

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read `env`. Raises SettingsError naming the variable that is wrong."""
        reader = _Reader(env)
        settings = cls(
            sip_bind=reader.text("SIP_BIND", cls.sip_bind),
            sip_port=reader.number("SIP_PORT", cls.sip_port, 0, 65_535),
            sip_public_address=reader.text("SIP_PUBLIC_ADDRESS", ""),
            sip_transport=reader.transport("SIP_TRANSPORT", cls.sip_transport),
            rtp_port=reader.number("RTP_PORT", cls.rtp_port, 1024, 65_534),
            rtp_ports=reader.number("RTP_PORTS", cls.rtp_ports, 2, 20_000),
            max_calls=reader.number("SIP_MAX_CALLS", cls.max_calls, 1, 1000),
            registrar=reader.text("SIP_REGISTRAR", ""),
            domain=reader.text("SIP_DOMAIN", ""),
            user=reader.text("SIP_USER", cls.user),
            password=reader.text("SIP_PASSWORD", ""),
            tls_ca=reader.path("SIP_TLS_CA"),
            tls_cert=reader.path("SIP_TLS_CERT"),
            tls_key=reader.path("SIP_TLS_KEY"),
            media_url=reader.text("MEDIA_URL", cls.media_url),
            token=reader.text("INTERNAL_TOKEN", ""),
            fallback_target=reader.text("FALLBACK_TARGET", ""),
            apology_wav=reader.path("APOLOGY_WAV") or Path(reader.text("VAR_DIR", "var")) / "apology.wav",
            transfer_targets=frozenset(reader.text("TRANSFER_TARGETS", "").split()),
            transfer_ring_s=reader.number("TRANSFER_RING_S", cls.transfer_ring_s, 1, 120),
            metrics_bind=reader.text("METRICS_BIND", cls.metrics_bind),
            metrics_port=reader.number("METRICS_PORT", cls.metrics_port, 0, 65_535),
            drain_s=reader.number("DRAIN_S", cls.drain_s, 0, 14_400),
        )
        settings.check()
        return settings

    def check(self) -> None:
        """Raise SettingsError when two settings contradict each other."""
        if self.rtp_ports < 2 * self.max_calls:
            raise SettingsError("CALLBOT_RTP_PORTS: two ports are needed for each call")
        if self.rtp_port + self.rtp_ports > 65_536:
            raise SettingsError("CALLBOT_RTP_PORTS: the range ends over 65535")
        if not self.media_url.startswith(("ws://", "wss://")):
            raise SettingsError("CALLBOT_MEDIA_URL: expected a ws:// or wss:// address")


@dataclass(frozen=True)
class _Reader:
    env: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        return self.env.get(f"CALLBOT_{name}", "").strip() or default

    def number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise SettingsError(f"CALLBOT_{name}: expected a whole number from {least} to {most}")
        return int(text)

    def path(self, name: str) -> Path | None:
        text = self.text(name, "")
        return Path(text) if text else None

    def transport(self, name: str, default: SipTransport) -> SipTransport:
        text = self.text(name, default).lower()
        for known in get_args(SipTransport):
            if text == known:
                return known  # type: ignore[no-any-return]
        raise SettingsError(f"CALLBOT_{name}: expected udp, tcp or tls")


def main() -> None:
    """Tell the doctor, in JSON, what is wrong with the settings, "" if nothing; and the names of all."""
    asked: set[str] = set()

    class Noting(dict[str, str]):
        def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
            asked.add(name)
            return super().get(name, default)

    try:
        Settings.from_env(Noting(with_secret_files(os.environ)))
        problem = ""
    except SettingsError as error:
        problem = str(error)
    except SecretError:
        problem = ""  # told elsewhere
    print(json.dumps({"problem": problem, "names": sorted(asked)}))


if __name__ == "__main__":
    main()
