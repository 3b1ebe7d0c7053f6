"""All looks in their order, and how they are shown."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.markup import escape

from bot.doctor.certificates import check_public_certificate, check_sip_certificate
from bot.doctor.configuration import check_city, check_secrets, check_settings
from bot.doctor.databases import check_databases
from bot.doctor.finding import Finding, State, fault, warning, worst
from bot.doctor.host import check_backup, check_clock, check_disk, check_memory
from bot.doctor.network import check_free_ports, check_health, check_processes
from bot.doctor.parts import check_front, check_rasa, check_speech, check_web
from bot.doctor.self_call import check_call
from bot.settings import Settings
from bot.store.conversations import MIGRATIONS
from bot.supervise.control import ControlError, Supervisor
from bot.supervise.processes import Ports, read_ports
from integrations.backend.__main__ import MIGRATIONS as BACKEND_MIGRATIONS
from integrations.settings import Settings as IntegrationsSettings
from integrations.wiring import DESK_MIGRATIONS

_MARKS = {State.OK: "[green]✓[/]", State.WARNING: "[yellow]![/]", State.FAULT: "[bold red]✗[/]"}
_ANSWER_S = 5.0
_HEALTH_TRIES = 10
_HEALTH_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the callbot is. root: the checkout. ports: of the one that runs, else where the next will be."""

    root: Path
    settings: Settings
    desk: IntegrationsSettings
    ports: Ports
    is_running: bool


def place_of(root: Path, settings: Settings, desk: IntegrationsSettings) -> Place:
    """Find out whether a callbot runs on the same var directory, and where it listens."""
    is_running = Supervisor(settings.supervisor_socket).is_running()
    try:
        ports = read_ports(settings.var_dir / "run") if is_running else Ports(metrics=8020)
    except (OSError, TypeError, ValueError):
        ports = Ports(metrics=8020)
    return Place(root, settings, desk, ports, is_running)


def examine(place: Place, calls: bool = True) -> Iterator[Finding]:
    """Look at everything; what one look finds never keeps another from looking. calls: place a call, too."""
    settings, var_dir, now = place.settings, place.settings.var_dir, datetime.now(UTC)
    supervisor = Supervisor(settings.supervisor_socket)
    looks: list[Callable[[], Iterator[Finding] | Finding]] = [
        lambda: check_secrets(os.environ, var_dir),
        lambda: check_city(settings.city_dir),
        lambda: check_speech(settings.models_path),
        lambda: check_rasa(place.root, var_dir),
        check_web,
        lambda: check_sip_certificate(os.environ, now),
        lambda: check_public_certificate(settings.public_url, now),
        lambda: check_databases(_databases(place)),
        lambda: _clock(place),
        lambda: check_disk(var_dir),
        lambda: check_memory(place.is_running),
        lambda: check_backup(var_dir, now),
        lambda: check_front(var_dir / "run" / "supervisord.conf", supervisor, place.is_running),
        lambda: (
            _running(place, supervisor)
            if place.is_running
            else check_free_ports(place.ports, settings.sip_bind, 1)
        ),
    ]
    if calls:
        looks.append(lambda: _call(place))
    for look in looks:
        try:
            found = look()
            yield from (found,) if isinstance(found, Finding) else found
        except Exception as error:
            # The doctor's own fault must not hide the rest.
            yield fault("doctor", f"a look failed ({type(error).__name__})", "tell the maintainers")


def settings_findings() -> list[Finding]:
    """Whether there are settings at all; without them nothing else can be looked at."""
    return list(check_settings(os.environ))


def show(findings: Iterator[Finding], console: Console) -> list[Finding]:
    """Print each as it is found; returns all."""
    shown = []
    for finding in findings:
        shown.append(finding)
        console.print(f"{_MARKS[finding.state]} {finding.name}: {escape(finding.what)}", highlight=False)
        if finding.remedy:
            console.print(f"    → {escape(finding.remedy)}", highlight=False, style="bold")
    return shown


def as_json(findings: list[Finding]) -> str:
    """One object: `status` of the whole, and `findings`."""
    whole = {"status": worst(findings), "findings": [asdict(finding) for finding in findings]}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _databases(place: Place) -> dict[str, tuple[str, Path | None]]:
    return {
        "conversations": (place.settings.conversations_url, MIGRATIONS),
        "desk": (place.desk.desk_database, DESK_MIGRATIONS),
        "backend": (place.desk.backend_database, BACKEND_MIGRATIONS),
        "trackers": (place.settings.trackers_url, None),
    }


def _clock(place: Place) -> Iterator[Finding]:
    desk = place.desk
    own = () if desk.is_reports_local else (desk.reports_url,)
    urls = [url for url in (place.settings.oidc_issuer, *own, desk.publik_url, desk.geocoder_url) if url]
    with httpx.Client(timeout=_ANSWER_S) as client:
        yield from check_clock(urls, client)


def _running(place: Place, supervisor: Supervisor) -> Iterator[Finding]:
    try:
        yield from check_processes(supervisor.processes(), time.time())
    except ControlError as error:
        yield fault("processes", f"supervisord does not answer ({error})", "start the callbot again")
    yield from check_health(_health(f"http://127.0.0.1:{place.ports.public}/healthz"))


def _health(url: str) -> Mapping[str, object] | None:
    """The bot's word on all processes; asked again for a while, since each has only a second to answer it."""
    answer: dict[str, Any] | None = None
    for _ in range(_HEALTH_TRIES):
        with contextlib.suppress(httpx.HTTPError, ValueError):
            answer = httpx.get(url, timeout=_ANSWER_S).json()
        if answer is not None and answer["status"] == "ok":
            return answer
        time.sleep(_HEALTH_EVERY_S)
    return answer


def _call(place: Place) -> Finding:
    if not place.is_running:
        remedy = "start it (`make run`) and run the doctor again, or run `callbot doctor --start`"
        return warning("self-call", "no callbot runs here, so none was called", remedy)
    ports = place.ports
    if ports.sip_transport == "tls":
        remedy = "call it from a telephone that trusts CALLBOT_SIP_TLS_CERT"
        return warning("self-call", "SIP is spoken over TLS, which the doctor's phone does not", remedy)
    transport = "" if ports.sip_transport == "udp" else f";transport={ports.sip_transport}"
    return asyncio.run(check_call(f"sip:mairie@{ports.sip_host}:{ports.calls}{transport}"))
