"""The worker's settings, from environment variables that start with CALLBOT_."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar, get_args

from runtime.secrets import SecretError, with_secret_files
from telephony.trunks import ANYBODY, is_loopback, parse_trunks
from wire.prepared import FOLDER

SipTransport = Literal["udp", "tcp", "tls"]
Srtp = Literal["off", "optional", "mandatory"]
C = TypeVar("C", bound=str)


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
    trunks: addresses and networks that SIP is taken from, ("any",) for everybody; () only on loopback.
    calls_per_number: how many calls of one number are taken in a minute.
    call_max_s: how long the bot lets a call last; joined_max_s: how long one that was put through may.
    tls_ca: certificates to check the PBX with (system's if None); tls_cert, tls_key: ours.
    srtp: whether sound is encrypted (SDES): never, when the other side can, or always.
    media_url, token: the bot's door and what to show there.
    fallback_target: number or SIP URI that takes calls when the bot fails, "" for none.
    prepared: folder of what is said then, and to a caller who waits for a bot that does not answer yet
        (`wire/prepared.py`).
    transfer_targets: numbers and SIP URIs that the bot may have called besides the fallback; nothing else is.
    transfer_ring_s: how long a service may ring before the caller is told that nobody answers.
    metrics_bind, metrics_port: where Prometheus may ask for figures, 0 for nowhere.
    drain_s: how long calls may go on after the worker was told to stop.
    dialogs: where what a successor must know of calls is kept, in a folder of each worker's.
    """

    sip_bind: str = "127.0.0.1"
    sip_port: int = 5060
    sip_public_address: str = ""
    sip_transport: SipTransport = "udp"
    rtp_port: int = 10_000
    rtp_ports: int = 40
    max_calls: int = 4
    trunks: tuple[str, ...] = ()
    calls_per_number: int = 10
    call_max_s: int = 1800
    joined_max_s: int = 14_400
    registrar: str = ""
    domain: str = ""
    user: str = "callbot"
    password: str = field(default="", repr=False)
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    srtp: Srtp = "off"
    media_url: str = "ws://127.0.0.1:8001/media"
    token: str = field(default="", repr=False)
    fallback_target: str = ""
    prepared: Path = Path("var") / FOLDER
    transfer_targets: frozenset[str] = frozenset()
    transfer_ring_s: int = 25
    metrics_bind: str = "127.0.0.1"
    metrics_port: int = 0
    drain_s: int = 900
    dialogs: Path = Path("var/run/dialogs")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read `env`. Raises SettingsError naming the variable that is wrong."""
        reader = _Reader(env)
        settings = cls(
            sip_bind=reader.text("SIP_BIND", cls.sip_bind),
            sip_port=reader.number("SIP_PORT", cls.sip_port, 0, 65_535),
            sip_public_address=reader.text("SIP_PUBLIC_ADDRESS", ""),
            sip_transport=reader.choice("SIP_TRANSPORT", cls.sip_transport, get_args(SipTransport)),
            rtp_port=reader.number("RTP_PORT", cls.rtp_port, 1024, 65_534),
            rtp_ports=reader.number("RTP_PORTS", cls.rtp_ports, 2, 20_000),
            max_calls=reader.number("SIP_MAX_CALLS", cls.max_calls, 1, 1000),
            trunks=reader.trunks("SIP_TRUNKS"),
            calls_per_number=reader.number("CALLS_PER_NUMBER", cls.calls_per_number, 1, 10_000),
            call_max_s=reader.number("CALL_MAX_S", cls.call_max_s, 60, 86_400),
            joined_max_s=reader.number("JOINED_MAX_S", cls.joined_max_s, 60, 86_400),
            registrar=reader.text("SIP_REGISTRAR", ""),
            domain=reader.text("SIP_DOMAIN", ""),
            user=reader.text("SIP_USER", cls.user),
            password=reader.text("SIP_PASSWORD", ""),
            tls_ca=reader.path("SIP_TLS_CA"),
            tls_cert=reader.path("SIP_TLS_CERT"),
            tls_key=reader.path("SIP_TLS_KEY"),
            srtp=reader.choice("SRTP", cls.srtp, get_args(Srtp)),
            media_url=reader.text("MEDIA_URL", cls.media_url),
            token=reader.text("INTERNAL_TOKEN", ""),
            fallback_target=reader.text("FALLBACK_TARGET", ""),
            prepared=Path(reader.text("VAR_DIR", "var")) / FOLDER,
            transfer_targets=frozenset(reader.text("TRANSFER_TARGETS", "").split()),
            transfer_ring_s=reader.number("TRANSFER_RING_S", cls.transfer_ring_s, 1, 120),
            metrics_bind=reader.text("METRICS_BIND", cls.metrics_bind),
            metrics_port=reader.number("METRICS_PORT", cls.metrics_port, 0, 65_535),
            drain_s=reader.number("DRAIN_S", cls.drain_s, 0, 14_400),
            dialogs=Path(reader.text("VAR_DIR", "var")) / "run" / "dialogs",
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
        self._check_openness()
        if self.sip_transport == "tls":
            self._check_tls()

    def _check_openness(self) -> None:
        try:
            is_closed = is_loopback(self.sip_bind) or bool(self.trunks)
        except ValueError as error:
            raise SettingsError("CALLBOT_SIP_BIND: expected an IPv4 address") from error
        if not is_closed:
            raise SettingsError(
                "CALLBOT_SIP_TRUNKS: others reach CALLBOT_SIP_BIND; say from which addresses or networks"
                f' calls come, or "{ANYBODY}" to take them from everybody'
            )
        if self.srtp != "off" and self.sip_transport != "tls" and not is_loopback(self.sip_bind):
            raise SettingsError(
                "CALLBOT_SRTP: its keys travel in SIP, which others could read; set CALLBOT_SIP_TRANSPORT=tls"
            )

    def _check_tls(self) -> None:
        for name, path in (("CERT", self.tls_cert), ("KEY", self.tls_key)):
            if path is None:
                raise SettingsError(f"CALLBOT_SIP_TLS_{name}: SIP over TLS needs it")
        for name, path in (("CERT", self.tls_cert), ("KEY", self.tls_key), ("CA", self.tls_ca)):
            if path is not None and not os.access(path, os.R_OK):
                raise SettingsError(f"CALLBOT_SIP_TLS_{name}: the file cannot be read")


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

    def choice(self, name: str, default: C, choices: tuple[C, ...]) -> C:
        text = self.text(name, default).lower()
        for known in choices:
            if text == known:
                return known
        raise SettingsError(f"CALLBOT_{name}: expected one of {', '.join(choices)}")

    def trunks(self, name: str) -> tuple[str, ...]:
        try:
            return parse_trunks(self.text(name, ""))
        except ValueError as error:
            raise SettingsError(
                f"CALLBOT_{name}: expected addresses or networks such as 192.0.2.10 198.51.100.0/24,"
                f' or "{ANYBODY}"'
            ) from error


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
