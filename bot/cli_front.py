"""`callbot front`: the SIP front of several machines, on a machine of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.settings import Settings
from bot.supervise.kamailio import FrontError, FrontSettings, front_process, trunks_of

ROOT = Path(__file__).resolve().parent.parent
console = Console(stderr=True)


def front(
    worker: Annotated[list[str], typer.Option(help="address:port of a telephony worker; once for each")],
    bind: Annotated[str, typer.Option(help="address that trunks and workers know")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="SIP over UDP and TCP")] = 5060,
    tls_port: Annotated[int, typer.Option(help="SIP over TLS, 0: none")] = 0,
    tls_cert: Annotated[Path | None, typer.Option(help="PEM, with its chain")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="PEM")] = None,
) -> None:
    """Run Kamailio before the telephony workers of other machines, in the foreground."""
    settings = Settings()
    try:
        trunks, only_trunks = trunks_of(settings.sip_trunks, bind)
        wanted = FrontSettings(
            bind,
            port,
            worker,
            trunks=trunks,
            only_trunks=only_trunks,
            calls_per_minute=settings.calls_per_number,
            tls_port=tls_port,
            tls_cert=tls_cert,
            tls_key=tls_key,
        )
        process = front_process(ROOT, settings.var_dir / "run", wanted)
    except FrontError as error:
        console.print(f"error: {error}", style="red")
        raise typer.Exit(1) from error
    # Kamailio takes this process's place, so that whoever supervises it supervises Kamailio.
    os.execv(process.command[0], process.command)
