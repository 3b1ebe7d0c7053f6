"""`callbot learn`: teaches the callbot what people corrected, unless that makes it worse; takes it back."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.learn.figures import Figure
from bot.learn.offers import Kind
from bot.learn.run import Desk, LearningError, activated, learn, offers_of, roll_back
from bot.learn.wiring import RasaTrainer, build_desk, build_switch
from bot.settings import Settings
from bot.store.conversations import MIGRATIONS
from bot.store.learnings import Outcome
from bot.store.recordings import Recordings
from bot.store.reviews import State
from bot.supervise.control import Supervisor
from bot.supervise.switch import SwitchError
from integrations.city import load_city
from integrations.database import migrate, open_database

app = typer.Typer(help=__doc__, pretty_exceptions_show_locals=False)
console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would be learned, and stop")] = False,
    later: Annotated[
        bool, typer.Option("--later", help="do not move new conversations now; the next start does")
    ] = False,
) -> None:
    """Learn the approved corrections. Exit status 1 if the new model is worse, or nothing can be learned."""
    if context.invoked_subcommand is not None:
        return
    settings = Settings()
    desk = _desk(settings)
    if dry_run:
        _show_offers(desk)
        return
    from bot.learn.ears import InstalledEars

    trainer, ears = RasaTrainer(settings.var_dir), InstalledEars(settings.models_path)
    try:
        result = learn(desk, trainer, ears, getpass.getuser(), _now, console.print)
    except LearningError as error:
        raise _failed(error) from error
    console.print(_table(result.figures))
    _show_cases(result.figures)
    if result.outcome is Outcome.WORSE or result.model is None:
        errors.print(f"learning {result.run}: the new model is worse, and is not used", style="red")
        raise typer.Exit(1)
    console.print(f"learning {result.run} is in effect")
    if _activate(settings, result.model, later=later):
        activated(desk, result.run, _now)


@app.command()
def rollback() -> None:
    """Take the last learning back: new conversations go to the model before it."""
    settings = Settings()
    try:
        model = roll_back(_desk(settings), RasaTrainer(settings.var_dir), _now)
    except LearningError as error:
        raise _failed(error) from error
    console.print("the last learning is taken back; its corrections wait for the next one")
    _activate(settings, model, later=False)


@app.command()
def status() -> None:
    """Show what was learned, and which model serves."""
    settings = Settings()
    desk = _desk(settings)
    counts = desk.reviews.counts()
    console.print(", ".join(f"{count} {state}" for state, count in counts.items()))
    for learning in desk.learnings.latest():
        console.print(
            f"learning {learning.id}: {learning.outcome}, {learning.n_reviews} corrections, "
            f"{learning.started_at:%Y-%m-%d %H:%M} by {learning.started_by}, "
            f"model {learning.after_model or '-'}"
        )
    serving = build_switch(settings).file.read()
    if serving is not None:
        console.print(f"serves: {Path(serving.active.model).name} ({serving.active.process})")
        if serving.draining is not None:
            console.print(f"finishes its conversations: {Path(serving.draining.model).name}")


def _activate(settings: Settings, model: Path, *, later: bool) -> bool:
    """Returns whether new conversations are moved."""
    if later or not Supervisor(settings.supervisor_socket).is_running():
        console.print(f"{model.name} serves from the next start on")
        return False
    try:
        build_switch(settings).activate(model)
    except SwitchError as error:
        raise _failed(error) from error
    console.print(f"new conversations go to {model.name}; those in progress stay where they are")
    return True


def _show_offers(desk: Desk) -> None:
    for offer in offers_of(desk, desk.reviews.in_state(State.APPROVED, limit=None)):
        uses = ", ".join(kind for kind in Kind if offer.wants(kind)) or "nothing"
        console.print(f"{offer.review.id}: {uses}")
        console.print(f"  {offer.example.intent}: {offer.example.line}", markup=False)
        for kind, reason in offer.refusals.items():
            console.print(f"  {kind}: {reason}", style="yellow", markup=False)


def _table(figures: Sequence[Figure]) -> Table:
    table = Table("what", "before", "after", "of", "may lose", "verdict")
    for figure in figures:
        table.add_row(
            figure.title,
            _amount(figure, figure.before),
            _amount(figure, figure.after),
            str(figure.whole),
            _amount(figure, figure.tolerance) if figure.is_judged else "-",
            "[red]worse[/red]" if figure.is_worse else "ok" if figure.is_judged else "measured",
        )
    return table


def _show_cases(figures: Sequence[Figure]) -> None:
    """What learned tests came to, one by one."""
    for figure in figures:
        if figure.note:
            console.print(f"{figure.title}: {figure.note}", markup=False)
        for case in figure.cases:
            found = f"{case.before or 'ok'} -> {case.after or 'ok'}"
            console.print(f"  {figure.name}, correction {case.review}: {found}", markup=False)


def _amount(figure: Figure, amount: float) -> str:
    return f"{amount:.0f}" if figure.is_count else f"{100 * amount:.1f} %"


def _desk(settings: Settings) -> Desk:
    database = open_database(settings.conversations_url)
    migrate(database, MIGRATIONS)
    recordings = Recordings(settings.recordings_path)
    return build_desk(settings, load_city(settings.city_dir), database, recordings)


def _now() -> datetime:
    return datetime.now(UTC)


def _failed(error: Exception) -> typer.Exit:
    errors.print(f"error: {error}", style="red", markup=False)
    return typer.Exit(1)
