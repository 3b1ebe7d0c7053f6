"""The widget in a real Chromium, in front of a written dialogue: nothing lost, doubled, or taken for code."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, expect

from tests.fakes.chat_site import ChatSite
from tests.web.pages import DESKTOP, PHONE, send_photo, visitor, written

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.web]

XSS = [
    "<img src=x onerror=\"document.title='pris'\">",
    "<script>document.title='pris'</script>",
    "\"><svg onload=document.title='pris'>",
    "javascript:document.title='pris'",
    "https://exemple.fr/\"onmouseover=\"document.title='pris'",
]


async def test_nothing_is_asked_of_the_server_before_the_widget_is_opened(
    site: ChatSite, chromium: Browser
) -> None:
    async with visitor(chromium) as someone:
        asked: list[str] = []
        someone.page.on("request", lambda request: asked.append(request.url))
        someone.page.on("websocket", lambda socket: asked.append(socket.url))
        await someone.page.goto(f"{site.url}/chat/")
        await expect(someone.widget.get_by_role("button", name="Une question")).to_be_visible()
        names = {url.removeprefix(site.url) for url in asked if not url.startswith("data:")}
        assert names == {"/chat/", "/chat/demo.css", "/chat/widget.js", "/chat/demo.js"}
        assert await someone.page.context.cookies() == []
        assert await someone.page.evaluate("sessionStorage.length") == 0
        await someone.widget.get_by_role("button", name="Une question").click()
        await someone.sees("Comment puis-je vous aider ?")
        assert all(url.startswith((site.url, site.url.replace("http", "ws"), "data:")) for url in asked)
        assert await someone.page.context.cookies() == []
        assert await someone.page.evaluate("localStorage.length") == 0


async def test_words_are_answered_and_choices_are_chosen(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.write("il y a un trou")
        await someone.sees("À quelle adresse est-ce ?")
        await someone.write("près de la gare")
        await someone.button("Oui").click()
        await someone.sees("NIM 26 0412 7")
        assert [text for _, text, _ in site.dialogue.asked] == [
            "il y a un trou",
            "près de la gare",
            "/affirm",
        ]
        assert await someone.button("Oui").count() == 0


@pytest.mark.parametrize("text", XSS)
async def test_what_is_written_stays_text(site: ChatSite, chromium: Browser, text: str) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.write(text)
        await someone.sees("Vous avez dit")
        mine, answer = (await someone.bubbles())[-2:]
        # An address becomes a link, which shows less of it; the rest is as it was written.
        assert mine.endswith(text[-24:])
        assert answer.endswith(text[-24:])
        assert await someone.page.title() != "pris"
        assert await someone.log.locator("script, svg[onload], img[onerror], a[onmouseover]").count() == 0


async def test_a_command_of_the_dialogue_engine_is_only_words(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.write("/restart")
        await someone.sees("Vous avez dit : restart")
        assert site.dialogue.asked[0][1] == "restart"


async def test_danger_is_answered_at_once_and_flagged(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium, PHONE) as someone:
        await someone.open(site.url)
        await someone.write("il y a le feu dans mon immeuble venez vite")
        call = someone.log.get_by_role("alert").get_by_role("link", name="Appeler le 18")
        await expect(call).to_have_attribute("href", "tel:18")
        await someone.sees("Vous avez dit")
    assert await written(site, "select emergency from conversations") == [("fire",)]


async def test_a_conversation_survives_a_page_change_and_a_restart(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.write("premier message")
        await someone.sees("Vous avez dit : premier message")
        before = await someone.bubbles()
        await someone.page.reload()
        await someone.sees("Vous avez dit : premier message")
        assert await someone.bubbles() == before
        await asyncio.to_thread(site.stop)
        await expect(someone.widget.get_by_text("Connexion perdue.")).to_be_visible()
        await someone.write("écrit sans connexion")
        await someone.write("et encore un")
        await asyncio.to_thread(site.start)
        await someone.sees("Vous avez dit : et encore un")
        said = (await someone.bubbles())[len(before) :]
        assert len(said) == len(set(said)) == 4
        asked = [text for _, text, _ in site.dialogue.asked]
        assert asked == ["premier message", "écrit sans connexion", "et encore un"]


async def test_two_tabs_have_two_conversations_and_a_doubled_tab_shares_one(
    site: ChatSite, chromium: Browser
) -> None:
    async with visitor(chromium) as first, visitor(chromium) as other:
        await first.open(site.url)
        await other.open(site.url)
        await first.write("dans le premier")
        await other.write("dans le second")
        await first.sees("Vous avez dit : dans le premier")
        await other.sees("Vous avez dit : dans le second")
        assert await first.log.get_by_text("dans le second").count() == 0
        # A tab made from a tab begins with a copy of its session storage.
        async with first.page.expect_popup() as popup:
            await first.page.evaluate("window.open(location.href)")
        double = type(first)(await popup.value)
        await double.sees("Vous avez dit : dans le premier")
        await double.write("écrit dans le double")
        await first.sees("Vous avez dit : écrit dans le double")
        assert await first.bubbles() == await double.bubbles()


async def test_erasing_leaves_nothing(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await send_photo(someone, "une trace")
        await someone.write("un secret")
        await someone.sees("Vous avez dit : un secret")
        assert list(site.settings.photos_path.iterdir())
        await someone.button("Options").click()
        await someone.button("Effacer ma conversation").click()
        await someone.button("Oui, tout effacer").click()
        await expect(someone.widget.get_by_text("Votre conversation est effacée.")).to_be_visible()
        for table in ("conversations", "turns", "chat_sessions", "chat_entries", "chat_photos"):
            assert await written(site, f"select * from {table}") == []
        assert list(site.settings.photos_path.iterdir()) == []
        await someone.button("Nouvelle conversation").click()
        await someone.sees("Comment puis-je vous aider ?")
        assert await someone.log.get_by_text("un secret").count() == 0


async def test_erasing_without_a_connection_is_done_when_it_is_back(
    site: ChatSite, chromium: Browser
) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await asyncio.to_thread(site.stop)
        await someone.button("Options").click()
        await someone.button("Effacer ma conversation").click()
        await someone.button("Oui, tout effacer").click()
        await expect(
            someone.widget.get_by_text("J'efface tout dès que la connexion revient.")
        ).to_be_visible()
        await asyncio.to_thread(site.start)
        await expect(someone.button("Nouvelle conversation")).to_be_visible()
        assert await written(site, "select * from chat_sessions") == []


async def test_the_keyboard_alone_is_enough(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium, DESKTOP) as someone:
        page = someone.page
        await page.goto(f"{site.url}/chat/")
        await page.get_by_label("Couleurs").focus()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await someone.sees("Comment puis-je vous aider ?")
        await page.keyboard.type("un trou")
        await page.keyboard.press("Enter")
        await someone.sees("À quelle adresse est-ce ?")
        for _ in range(3):  # send, photo, place
            await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(someone.widget.get_by_role("heading", name="Indiquer un lieu")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(someone.button("Lieu")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(someone.widget.get_by_role("button", name="Une question")).to_be_focused()
