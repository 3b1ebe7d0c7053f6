"""What a visitor does with the widget, and what is seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}


class Visitor:
    """One tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.widget = page.locator("callbot-widget")
        self.log = self.widget.get_by_role("log")

    async def open(self, url: str) -> None:
        """Go to the demonstration page and open the widget."""
        await self.page.goto(f"{url}/chat/")
        await self.widget.get_by_role("button", name="Une question").click()
        await expect(self.log.get_by_text("Comment puis-je vous aider ?")).to_be_visible()

    async def write(self, text: str) -> None:
        await self.widget.get_by_label("Votre message").fill(text)
        await self.page.keyboard.press("Enter")

    async def sees(self, text: str) -> None:
        await expect(self.log.get_by_text(text).last).to_be_visible()

    def button(self, name: str) -> Locator:
        return self.widget.get_by_role("button", name=name, exact=True)

    async def bubbles(self) -> list[str]:
        """The messages as a screen reader says them, without those about the chat itself."""
        return [
            text.strip()
            for text in await self.log.locator(".message:not(.notice) > .bubble").all_inner_texts()
        ]


@asynccontextmanager
async def visitor(browser: Browser, viewport: Any = None, **options: Any) -> AsyncIterator[Visitor]:
    """A visitor with a browser profile of their own; a fault in the page's scripts is a failure."""
    context: BrowserContext = await browser.new_context(
        viewport=viewport or DESKTOP, locale="fr-FR", reduced_motion="reduce", **options
    )
    context.set_default_timeout(15_000)
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    context.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    try:
        yield Visitor(await context.new_page())
        assert not faults, faults
    finally:
        await context.close()
