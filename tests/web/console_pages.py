"""Browsers in front of the console, and a console with conversations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console.roles import Role
from bot.store.models import Conversation
from bot.store.models_accounts import AuditRow
from tests.fakes.console_conversations import (
    REPORT_ID,
    fill_conversations,
    fill_desk,
    fill_trackers,
    write_recording,
)
from tests.fakes.console_site import PASSWORD, ConsoleSite
from tests.fakes.ports import free_ports
from tests.web.pages import DESKTOP

LIST = "/console/conversations"
# Counts the tones that the page makes, since nobody listens.
COUNT_TONES = """
  window.tones = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    window.tones.push(this.frequency.value);
    start.call(this, when);
  };
"""


@asynccontextmanager
async def agent_at(
    browser: Browser, url: str, path: str, login: str = "agent", **options: Any
) -> AsyncIterator[Page]:
    """Somebody signed in, at a page of the console; a fault in the page's scripts is a failure."""
    options = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"} | options
    context = await browser.new_context(locale="fr-FR", **options)
    context.set_default_timeout(15_000)
    await context.add_init_script(COUNT_TONES)
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    context.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    try:
        page = await context.new_page()
        await page.goto(f"{url}{path}")
        await page.get_by_label("Identifiant").fill(login)
        await page.get_by_label("Mot de passe").fill(PASSWORD)
        await page.get_by_role("button", name="Se connecter").click()
        await expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
        yield page
        assert not faults, faults
    finally:
        await context.close()


@contextmanager
def conversations_site(folder: Path) -> Iterator[ConsoleSite]:
    """A running console with three conversations, one of them recorded."""
    (port,) = free_ports(1)
    console = ConsoleSite(folder, port)
    fill_conversations(console.engine)
    fill_desk(console.desk_engine)
    fill_trackers(folder / "rasa" / "trackers.db")
    write_recording(console.settings.recordings_path / f"{REPORT_ID}.wav")
    with console.running() as running:
        yield running


@asynccontextmanager
async def at(chromium: Browser, site: ConsoleSite, path: str, role: Role = Role.AGENT) -> AsyncIterator[Page]:
    """A page for somebody signed in; a fault in its scripts or against its policy is a failure."""
    context = await chromium.new_context(locale="fr-FR", viewport=DESKTOP, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    context.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    page = await context.new_page()
    await page.goto(site.url + path)
    await page.get_by_label("Identifiant").fill(role)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await page.locator("main h1").wait_for()
    # Before its scripts have run a page is links and forms only.
    await page.wait_for_load_state("load")
    yield page
    await context.close()
    assert not faults, faults


def audited(site: ConsoleSite, action: str) -> list[str]:
    query = select(AuditRow.subject).where(AuditRow.action == action).order_by(AuditRow.id)
    with Session(site.engine) as session:
        return list(session.scalars(query))


def now(site: ConsoleSite, conversation_id: str) -> Conversation:
    with Session(site.engine, expire_on_commit=False) as session:
        row = session.get(Conversation, conversation_id)
        assert row is not None
        return row
