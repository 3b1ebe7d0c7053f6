"""The pages of conversations: nothing that axe-core finds, no overflow, pictures for the documentation."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.console.roles import Role
from tests.fakes.console_conversations import (
    HOSTILE_ID,
    REPORT_ID,
)
from tests.fakes.console_site import PASSWORD, ConsoleSite
from tests.web.console_pages import conversations_site
from tests.web.pages import DESKTOP, PHONE
from tests.web.test_views import assert_accessible, write_picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.web]
LIST = "/console/conversations"
LOOKS = {
    "phone-light": (PHONE, "light"),
    "desktop-light": (DESKTOP, "light"),
    "desktop-dark": (DESKTOP, "dark"),
}


@pytest.fixture(scope="module")
def filled_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleSite]:
    with conversations_site(tmp_path_factory.mktemp("console")) as running:
        yield running


async def the_list(page: Page) -> None:
    await page.goto(LIST)
    await page.get_by_label("mal comprises").check()
    await page.get_by_role("button", name="Filtrer").click()
    await page.locator("#list tbody tr").first.get_by_role("button", name="Relue").click()
    await expect(page.get_by_label("Garder ce filtre")).to_be_visible()


async def nothing_found(page: Page) -> None:
    await page.goto(f"{LIST}?q=xylophone")
    await expect(page.get_by_text("Aucune conversation.")).to_be_visible()


async def keys(page: Page) -> None:
    await page.goto(LIST)
    await page.get_by_role("button", name="Clavier").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def one(page: Page) -> None:
    await page.goto(f"{LIST}/{REPORT_ID}")
    await page.get_by_role("button", name="Écouter l'enregistrement").click()
    await expect(page.locator("#turn-0")).to_have_attribute("aria-current", "true")
    await page.keyboard.press("p")
    await page.locator("#turn-1 summary").click()
    await page.evaluate("scrollTo(0, 0)")


async def hostile(page: Page) -> None:
    await page.goto(f"{LIST}/{HOSTILE_ID}")
    await expect(page.locator("#turn-0")).to_be_visible()


VIEWS: dict[str, Callable[[Page], Awaitable[None]]] = {
    "list": the_list,
    "nothing": nothing_found,
    "keys": keys,
    "one": one,
    "hostile": hostile,
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_is_accessible(
    filled_site: ConsoleSite, chromium: Browser, view: str, look: str
) -> None:
    viewport, scheme = LOOKS[look]
    # axe reads the styles of the waveform into an element of its own, which the pages' policy forbids.
    context = await chromium.new_context(
        base_url=filled_site.url,
        locale="fr-FR",
        viewport=viewport,
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,
    )
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto("/console/sign-in")
    await page.get_by_label("Identifiant").fill(Role.SUPERVISOR)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await page.locator("main h1").wait_for()
    await VIEWS[view](page)
    await assert_accessible(page)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    folder = os.environ.get("CALLBOT_SCREENSHOTS")
    if folder is not None:
        picture = await page.screenshot()
        path = Path(folder) / f"console-conversations-{view}-{look}.png"
        await asyncio.to_thread(write_picture, picture, path)
    await context.close()
