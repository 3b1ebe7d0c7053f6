"""Every view of the chat: nothing that axe-core finds, no overflow, and a picture for the documentation.

CALLBOT_SCREENSHOTS names the folder where pictures are left (`make screenshots`).
"""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.fakes.chat_site import ChatSite
from tests.web.console_pages import agent_at
from tests.web.pages import DESKTOP, PHONE, Visitor, send_photo, visitor

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.web]

AXE = Path("bot/chat/widget/node_modules/axe-core/axe.min.js")
# What stands beyond the right edge of the window.
CUT_OFF = """() => [...document.querySelector("callbot-widget").shadowRoot.querySelectorAll("button, p")]
  .filter((each) => each.getClientRects().length)
  .filter((each) => !each.closest(".spoken, .leaflet-container, [inert]"))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML)"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Both sizes and both themes, in two passes instead of four.
LOOKS = {"phone-light": (PHONE, "light"), "desktop-dark": (DESKTOP, "dark")}
MAX_PICTURE_BYTES = 150_000


async def closed(someone: Visitor, site: ChatSite) -> None:
    await someone.page.goto(f"{site.url}/chat/")
    await expect(someone.widget.get_by_role("button", name="Une question")).to_be_visible()


async def opening(someone: Visitor, site: ChatSite) -> None:
    await someone.open(site.url)


async def report(someone: Visitor, site: ChatSite) -> None:
    await someone.open(site.url)
    await someone.write("Il y a un trou dans ma rue")
    await someone.sees("À quelle adresse est-ce ?")
    await someone.write("près de la gare")
    await someone.button("Oui").click()
    await someone.sees("NIM 26 0412 7")


async def question(someone: Visitor, site: ChatSite) -> None:
    await someone.open(site.url)
    await send_photo(someone, "Un trou devant l'école")
    await someone.sees("À quelle adresse est-ce ?")


async def procedure(someone: Visitor, site: ChatSite) -> None:
    await someone.open(site.url)
    await someone.write("Je veux refaire ma carte d'identité")
    await someone.sees("Refaire sa carte d'identité")


async def emergency(someone: Visitor, site: ChatSite) -> None:
    await someone.open(site.url)
    await someone.write("Il y a le feu dans mon immeuble, venez vite")
    await someone.sees("Vous avez dit")


async def photo(someone: Visitor, site: ChatSite) -> None:
    await someone.open(site.url)
    await someone.button("Photo").click()
    picture = io.BytesIO()
    Image.linear_gradient("L").resize((400, 260)).convert("RGB").save(picture, "PNG")
    chooser = someone.widget.get_by_label("Choisir une photo").last
    await chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()})
    await expect(someone.button("Envoyer la photo")).to_be_visible()


async def place(someone: Visitor, site: ChatSite) -> None:
    await someone.open(site.url)
    await someone.button("Lieu").click()
    await expect(someone.widget.locator(".leaflet-container")).to_be_visible()
    await someone.widget.get_by_label("Ou choisissez un lieu connu").select_option("Maison Carrée")
    await expect(someone.button("Envoyer ce lieu")).to_be_enabled()


async def options(someone: Visitor, site: ChatSite) -> None:
    await someone.open(site.url)
    await someone.button("Options").click()


async def erase(someone: Visitor, site: ChatSite) -> None:
    await options(someone, site)
    await someone.button("Effacer ma conversation").click()


async def erased(someone: Visitor, site: ChatSite) -> None:
    await erase(someone, site)
    await someone.button("Oui, tout effacer").click()
    await expect(someone.button("Nouvelle conversation")).to_be_visible()


async def data(someone: Visitor, site: ChatSite) -> None:
    await options(someone, site)
    await someone.button("Vos données").click()


async def lost(someone: Visitor, site: ChatSite) -> None:
    await someone.open(site.url)
    await asyncio.to_thread(site.stop)
    await expect(someone.widget.get_by_text("Connexion perdue.")).to_be_visible()
    await someone.write("Ce message partira plus tard")


async def voice(someone: Visitor, site: ChatSite) -> None:
    await someone.page.context.grant_permissions(["microphone"])
    await someone.open(site.url)
    await someone.button("Parler").click()
    await expect(someone.widget.get_by_text("Je vous écoute.")).to_be_visible()


VIEWS: dict[str, Callable[[Visitor, ChatSite], Awaitable[None]]] = {
    "closed": closed,
    "opening": opening,
    "question": question,
    "report": report,
    "procedure": procedure,
    "emergency": emergency,
    "photo": photo,
    "place": place,
    "options": options,
    "erase": erase,
    "erased": erased,
    "data": data,
    "lost": lost,
    "voice": voice,
}


# This leaves something behind that others would see.
ALONE = ("lost",)


@pytest.fixture
def site_of(request: pytest.FixtureRequest) -> Callable[[str], ChatSite]:
    """A running chat for a view: the shared one, unless the view needs one of its own."""
    return lambda view: request.getfixturevalue("site" if view in ALONE else "shared_site")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_is_accessible(
    site_of: Callable[[str], ChatSite], chromium: Browser, view: str, look: str
) -> None:
    site = site_of(view)
    viewport, scheme = LOOKS[look]
    async with visitor(chromium, viewport, color_scheme=scheme) as someone:
        await VIEWS[view](someone, site)
        await assert_accessible(someone.page)
        await keep_picture(someone.page, f"chat-{view}-{look}")


async def test_a_hand_over_is_accessible(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone, agent_at(chromium, site.url, "/console/live/") as page:
        await expect(page.get_by_text("En direct.")).to_be_visible()
        await someone.open(site.url)
        await someone.write("C'est pour mon quartier")
        await someone.sees("Vous avez dit")
        await someone.button("Options").click()
        await someone.widget.locator(".sheet").get_by_text("Parler à une personne").click()
        await someone.sees("Je préviens un agent")
        await assert_accessible(someone.page)
        await page.locator("#list").get_by_role("button").click()
        await page.get_by_role("button", name="Répondre à cet habitant").click()
        await page.get_by_label("Votre réponse").fill("Bonjour, je suis là. De quelle rue s'agit-il ?")
        await page.get_by_role("button", name="Envoyer").click()
        await someone.sees("De quelle rue s'agit-il ?")
        await assert_accessible(someone.page)
        await keep_picture(someone.page, "chat-hand-over-desktop-light")


@pytest.mark.parametrize("view", ["opening", "report", "place", "photo"])
@pytest.mark.parametrize("viewport", [{"width": 640, "height": 400}, {"width": 320, "height": 512}])
async def test_a_view_fits_when_zoomed(
    shared_site: ChatSite, chromium: Browser, view: str, viewport: dict[str, int]
) -> None:
    # A window of 1,280 by 800 pixels at 200 %, one of 1,280 by 1,024 at 400 % but for its height.
    async with visitor(chromium, viewport) as someone:
        await VIEWS[view](someone, shared_site)
        await assert_accessible(someone.page)
        assert await someone.page.evaluate(CUT_OFF) == []


async def assert_accessible(page: Page) -> None:
    await page.evaluate(await asyncio.to_thread(AXE.read_text))
    found = await page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    assert [
        (fault["id"], [node["html"][:200] + str(node["any"][:1]) for node in fault["nodes"]])
        for fault in found["violations"]
    ] == []


async def keep_picture(page: Page, name: str) -> None:
    folder = os.environ.get("CALLBOT_SCREENSHOTS")
    if folder is not None:
        await asyncio.to_thread(write_picture, await page.screenshot(), Path(folder) / f"{name}.png")


def write_picture(taken: bytes, path: Path) -> None:
    """Keep a picture small enough for a repository."""
    small = io.BytesIO()
    with Image.open(io.BytesIO(taken)) as picture:
        picture.convert("RGB").quantize(128).save(small, "PNG", optimize=True)
    assert len(small.getvalue()) < MAX_PICTURE_BYTES
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(small.getvalue())


async def test_the_checks_see_into_the_widget(shared_site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await opening(someone, shared_site)
        await someone.page.evaluate(
            """() => { const image = document.createElement("img"); image.src = "data:,";
              document.querySelector("callbot-widget").shadowRoot.querySelector(".list").append(image); }"""
        )
        with pytest.raises(AssertionError, match="image-alt"):
            await assert_accessible(someone.page)
