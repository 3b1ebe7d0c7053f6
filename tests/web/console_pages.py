"""An agent's browser in front of the console."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.fakes.console_site import PASSWORD

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
