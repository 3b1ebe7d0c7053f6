"""A page of the console for somebody signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from playwright.async_api import Browser, Page

from bot.console.roles import Role
from tests.fakes.console_site import PASSWORD, ConsoleSite
from tests.web.pages import DESKTOP, PHONE

__all__ = ["DESKTOP", "PHONE", "at"]


@asynccontextmanager
async def at(
    chromium: Browser,
    site: ConsoleSite,
    path: str,
    role: Role = Role.AGENT,
    viewport: Any = None,
    scheme: Literal["light", "dark"] = "light",
) -> AsyncIterator[Page]:
    """A fault in the page's scripts or against its policy is a failure."""
    context = await chromium.new_context(
        locale="fr-FR", viewport=viewport or DESKTOP, reduced_motion="reduce", color_scheme=scheme
    )
    context.set_default_timeout(15_000)
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    context.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    try:
        page = await context.new_page()
        await page.goto(site.url + path)
        await page.get_by_label("Identifiant").fill(role)
        await page.get_by_label("Mot de passe").fill(PASSWORD)
        await page.get_by_role("button", name="Se connecter").click()
        await page.locator("main h1").wait_for()
        yield page
        assert not faults, faults
    finally:
        await context.close()
