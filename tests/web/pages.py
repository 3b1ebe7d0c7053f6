"""What a visitor does with the widget, and what is seen."""

from __future__ import annotations

import asyncio
import io
import struct
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.fakes.chat_site import ChatSite

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


async def send_photo(someone: Visitor, words: str) -> None:
    """Send a large photo with a camera's mark in it, and wait until it is shown."""
    picture = io.BytesIO()
    image = Image.new("RGB", (2000, 1500), "#8a8f96")
    ImageDraw.Draw(image).ellipse((500, 600, 1500, 1150), fill="#3a3d42", outline="#55595f", width=60)
    exif = Image.Exif()
    exif[0x010F] = "Marque"
    image.save(picture, "JPEG", exif=exif)
    await someone.button("Photo").click()
    chooser = someone.widget.get_by_label("Choisir une photo").last
    await chooser.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    await someone.widget.get_by_label("Que montre la photo ?").fill(words)
    await someone.button("Envoyer la photo").click()
    await someone.log.get_by_role("img", name=words).wait_for()


def write_voice(path: Path) -> None:
    """A second of silence, a second and a half of a tone, then silence."""
    tone = [12_000 if (sample // 40) % 2 else -12_000 for sample in range(72_000)]
    samples = [0] * 48_000 + tone + [0] * 480_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


async def written(site: ChatSite, query: str) -> list[tuple[object, ...]]:
    """Rows of the record, once what is queued for it has been written."""
    await asyncio.to_thread(site.drain)
    return await asyncio.to_thread(site.rows, query)
