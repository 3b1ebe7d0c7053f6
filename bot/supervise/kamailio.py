"""Writes what Kamailio, the SIP front of several telephony workers, reads at its start."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from bot.supervise.processes import FRONT, Process

CONFIG = Path("telephony") / "kamailio" / "kamailio.cfg"
SHM_MB, PRIVATE_MB = 64, 8
ANYBODY = "any"


class FrontError(Exception):
    """The SIP front cannot be started; the message says what to do."""


@dataclass(frozen=True, slots=True)
class FrontSettings:
    """listen: address and port of SIP, UDP and TCP. workers: address and port of each.

    trunks: addresses or networks (CIDR) that calls come from; not counted as floods. only_trunks: nobody else
    is answered. calls_per_minute: of one number. pike_density: requests of one address in two seconds.
    tls_port: where SIP over TLS is spoken with `tls_cert` and `tls_key`, 0 for nowhere.
    """

    bind: str
    port: int
    workers: Sequence[str]
    trunks: Sequence[str] = ()
    only_trunks: bool = False
    calls_per_minute: int = 10
    pike_density: int = 60
    tls_port: int = 0
    tls_cert: Path | None = None
    tls_key: Path | None = None


def trunks_of(text: str, bind: str) -> tuple[list[str], bool]:
    """Who may call, by CALLBOT_SIP_TRUNKS, and whether nobody else is answered.

    Raises FrontError when others reach `bind` and nothing is said of that.
    """
    names = text.split()
    if not names and not ip_address(bind).is_loopback:
        raise FrontError(
            "CALLBOT_SIP_TRUNKS: others reach this address; say from which addresses or networks calls come,"
            f' or "{ANYBODY}" to take them from everybody'
        )
    trunks = [name for name in names if name != ANYBODY]
    return trunks, bool(trunks)


def front_process(root: Path, run_dir: Path, settings: FrontSettings) -> Process:
    """Write the files into `run_dir`/kamailio and return the process. Raises FrontError."""
    if ip_address(settings.bind).is_unspecified:
        raise FrontError(
            f"{settings.bind} is no address that callers could answer to: name the SIP front's own, by"
            " CALLBOT_SIP_BIND or --bind"
        )
    program = shutil.which("kamailio") or shutil.which("kamailio", path="/usr/sbin")
    if program is None:
        raise FrontError("several workers need the SIP front: apt-get install kamailio kamailio-tls-modules")
    folder = (run_dir / "kamailio").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kamailio.cfg").write_text((root / CONFIG).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "settings.cfg").write_text(_settings(folder, settings), encoding="utf-8")
    (folder / "workers.list").write_text(_lines(f"1 sip:{worker}" for worker in settings.workers))
    (folder / "trunks.list").write_text(_lines(f"1 {trunk}" for trunk in settings.trunks))
    if settings.tls_port:
        (folder / "tls.cfg").write_text(_tls(settings), encoding="utf-8")
    memory = ("-m", str(SHM_MB), "-M", str(PRIVATE_MB))
    where = ("-f", str(folder / "kamailio.cfg"), "-Y", str(folder), "-w", str(folder))
    # Of its eight processes, those that are left when the first is killed would hold the ports.
    alone = (sys.executable, "-m", "runtime.alone")
    return Process(FRONT, (*alone, program, "-DD", "-E", *memory, *where))


def _settings(folder: Path, settings: FrontSettings) -> str:
    address = f"{settings.bind}:{settings.port}"
    return _lines(
        (
            f"listen=udp:{address}",
            f"listen=tcp:{address}",
            *((f"listen=tls:{settings.bind}:{settings.tls_port}",) if settings.tls_port else ()),
            *(("#!define WITH_TLS",) if settings.tls_port else ()),
            *(("#!define ONLY_TRUNKS",) if settings.only_trunks else ()),
            f"#!define PIKE_DENSITY {settings.pike_density}",
            f"#!define CALLS_PER_MINUTE {settings.calls_per_minute}",
            f'#!define ADDRESS_FILE "{folder}/trunks.list"',
            f'#!define WORKERS_FILE "{folder}/workers.list"',
            f'#!define TLS_FILE "{folder}/tls.cfg"',
        )
    )


def _tls(settings: FrontSettings) -> str:
    return _lines(
        (
            "[server:default]",
            "method = TLSv1.2+",
            "verify_certificate = no",
            "require_certificate = no",
            f"private_key = {settings.tls_key}",
            f"certificate = {settings.tls_cert}",
            "[client:default]",
            "method = TLSv1.2+",
            "verify_certificate = yes",
            "require_certificate = yes",
        )
    )


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
