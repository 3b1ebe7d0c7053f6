"""The page of conversations in progress in real browsers: a visitor's, an agent's, a colleague's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.call.events import AgentTookOver, Event
from bot.console.roles import Role
from bot.live.calls import live_call
from bot.live.types import Author, Line, Standing
from tests.fakes.chat_site import ChatSite
from tests.fakes.console_site import NAMES
from tests.web.conftest import CHROMIUM, FLAGS
from tests.web.console_pages import agent_at
from tests.web.pages import visitor, written
from tests.web.test_views import assert_accessible, keep_picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.web]

LIVE = "/console/live/"
NAME = NAMES[Role.AGENT]
HOSTILE = "<img src=x onerror=alert(1)> \u202eABC"


async def on_site(site: ChatSite, work: Callable[[], object]) -> None:
    await asyncio.to_thread(site.on_loop, work)


async def told(site: ChatSite, call: str, author: Author, text: str) -> None:
    await on_site(site, lambda: site.live.add(call, Line(author, text)))


async def changed(site: ChatSite, call: str, **fields: object) -> None:
    await on_site(site, lambda: site.live.change(call, **fields))


async def open_call(site: ChatSite, name: str) -> list[Event]:
    """A call on the line; returns what it will be told."""
    call, heard = live_call(name, "0612345678", datetime.now(UTC)), list[Event]()
    await on_site(site, lambda: site.live.open(call, heard.append))
    return heard


async def chosen(page: Page, name: str) -> None:
    await page.locator("#list").get_by_role("button", name=name).click()


async def test_a_person_answers_a_visitor_and_gives_the_chat_back(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone, agent_at(chromium, site.url, LIVE) as page:
        await expect(page.get_by_text("En direct.")).to_be_visible()
        await expect(page.get_by_text("Personne n'est en ligne.")).to_be_visible()
        await someone.open(site.url)
        await someone.button("Parler à une personne").click()
        await someone.sees("Je préviens un agent")
        await expect(page.locator("#announcement")).to_have_text(
            "Un habitant attend une personne dans le chat."
        )
        await expect(page).to_have_title("(1) En direct – Standard de Nîmes")
        await chosen(page, "attend depuis")
        await page.get_by_role("button", name="Répondre à cet habitant").click()
        await someone.sees(f"{NAME} vous répond maintenant.")
        await someone.write("c'est pour <b>mon</b> quartier")
        await expect(page.get_by_role("log").get_by_text("c'est pour <b>mon</b> quartier")).to_be_visible()
        async with agent_at(chromium, site.url, LIVE, "supervisor") as colleague:
            await chosen(colleague, f"avec {NAME}")
            await expect(colleague.get_by_text(f"{NAME} répond déjà.")).to_be_visible()
            await expect(colleague.get_by_label("Votre réponse")).to_have_count(0)
        await page.get_by_label("Votre réponse").fill("Bonjour, je regarde.")
        await page.get_by_label("Votre réponse").press("Enter")
        await someone.sees("Bonjour, je regarde.")
        await expect(page.get_by_label("Votre réponse")).to_have_value("")
        await assert_accessible(page)
        await page.get_by_role("button", name="Terminer").click()
        await someone.sees("L'assistant automatique est de retour.")
        await someone.write("merci")
        await someone.sees("Vous avez dit : merci")
        await expect(page.get_by_role("log").get_by_text("Vous avez dit : merci")).to_be_visible()
    speakers = await written(site, "select speaker, text from turns order by position")
    assert ("agent", "Bonjour, je regarde.") in speakers
    # The dialogue engine was not given what was said to a person.
    assert not any("quartier" in text for _, text, _ in site.dialogue.asked)
    seen = await written(site, "select login, action from console_audit where action like '%chat%'")
    assert seen == [("agent", "take_chat"), ("agent", "end_chat")]


async def test_a_chat_is_taken_while_the_machine_answers_it(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone, agent_at(chromium, site.url, LIVE) as page:
        await someone.open(site.url)
        await someone.write("il y a un trou")
        await someone.sees("À quelle adresse est-ce ?")
        await chosen(page, "À quelle adresse")
        await page.get_by_role("button", name="Répondre à cet habitant").click()
        await someone.sees(f"{NAME} vous répond maintenant.")
        await someone.write("rue de la République")
        await expect(page.get_by_role("log").get_by_text("rue de la République")).to_be_visible()
    assert not any("République" in text for _, text, _ in site.dialogue.asked)


async def test_captions_grow_and_what_callers_say_is_only_text(site: ChatSite, chromium: Browser) -> None:
    async with agent_at(chromium, site.url, LIVE, "supervisor") as page:
        await open_call(site, "c1")
        await expect(page.locator("#list")).to_contain_text("numéro finissant par 78")
        await chosen(page, "Appel")
        for partial in ("il y a", "il y a un", HOSTILE):
            await changed(site, "c1", partial=partial)
            await expect(page.locator(".partial")).to_have_text(partial)
        await told(site, "c1", "caller", HOSTILE)
        await expect(page.get_by_role("log").get_by_text(HOSTILE)).to_be_visible()
        assert await page.locator("#chosen img").count() == 0
        await on_site(site, lambda: site.live.close("c1"))
        await expect(page.get_by_text("Cette conversation est finie.")).to_be_visible()


async def test_an_emergency_is_on_top_said_and_heard_until_somebody_looks(
    site: ChatSite, chromium: Browser
) -> None:
    async with agent_at(chromium, site.url, LIVE) as page:
        await page.locator("h1").click()
        for name in ("c1", "c2"):
            await open_call(site, name)
            await told(site, name, "caller", f"appel {name}")
        await expect(page.locator("#list li")).to_have_count(2)
        assert await page.evaluate("window.tones") == []
        await changed(site, "c2", emergency="fire")
        await expect(page.locator("#announcement")).to_have_text("Urgence, incendie : un appel.")
        await expect(page.locator("#list li").first).to_contain_text("appel c2")
        await expect(page.locator("#list li").first).to_contain_text("Urgence : incendie")
        assert len(await page.evaluate("window.tones")) == 4
        await assert_accessible(page)
        # Switched off, and still off after the page is loaded again.
        await page.get_by_role("button", name="Couper le son").click()
        await page.reload()
        await expect(page.get_by_role("button", name="Activer le son")).to_be_visible()
        await expect(page.locator("#announcement")).to_have_text("Urgence, incendie : un appel.")
        assert await page.evaluate("window.tones") == []


async def test_a_call_is_taken_at_ones_desk_and_comes_back_if_nobody_answers(
    site: ChatSite, chromium: Browser
) -> None:
    async with agent_at(chromium, site.url, LIVE) as page:
        heard = await open_call(site, "c1")
        await chosen(page, "Appel")
        await expect(page.get_by_text("Votre compte n'a pas de numéro de poste")).to_be_visible()
        await asyncio.to_thread(site.set_extension, "agent", "4217")
        await page.reload()
        await chosen(page, "Appel")
        await page.get_by_role("button", name="Prendre l'appel au poste 4217").click()
        await expect(page.get_by_text(f"On appelle le poste de {NAME}")).to_be_visible()
        assert heard == [AgentTookOver("4217")]
        await changed(site, "c1", standing=Standing.BOT, login="", agent="", problem="no_answer")
        await expect(page.get_by_text("Votre poste n'a pas répondu")).to_be_visible()
        await expect(page.get_by_role("button", name="Prendre l'appel")).to_be_visible()


async def test_everything_works_by_keyboard_and_nothing_typed_is_lost_with_the_connection(
    site: ChatSite, chromium: Browser
) -> None:
    async with visitor(chromium) as someone, agent_at(chromium, site.url, LIVE) as page:
        await someone.open(site.url)
        await someone.write("bonjour")
        entry = page.locator("#list").get_by_role("button")
        await entry.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#chosen")).to_be_focused()
        await page.get_by_role("button", name="Répondre à cet habitant").press("Enter")
        await page.get_by_label("Votre réponse").fill("à moitié écrit")
        await page.context.set_offline(True)
        await page.get_by_label("Votre réponse").press("Enter")
        await expect(page.get_by_text("Le serveur ne répond pas. Réessayez.")).to_be_visible()
        await expect(page.get_by_label("Votre réponse")).to_have_value("à moitié écrit")
        await page.context.set_offline(False)
        await page.get_by_label("Votre réponse").press("Enter")
        await someone.sees("à moitié écrit")


async def test_a_browser_that_keeps_pages_silent_until_a_click_is_said(site: ChatSite) -> None:
    flags = [flag for flag in FLAGS if "autoplay" not in flag]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        async with agent_at(browser, site.url, "/console/") as signed_in:
            kept = await signed_in.context.storage_state()
            context = await browser.new_context(storage_state=kept, locale="fr-FR")
            page = await context.new_page()
            await page.goto(f"{site.url}{LIVE}")
            await expect(page.get_by_text("Le son attend un premier clic")).to_be_visible()
            await page.locator("h1").click()
            await expect(page.get_by_text("Le son attend un premier clic")).to_have_count(0)
        await browser.close()


@pytest.mark.parametrize(
    ("look", "options"),
    [
        ("desktop-light", {}),
        ("desktop-dark", {"color_scheme": "dark"}),
        ("phone-light", {"viewport": {"width": 360, "height": 740}}),
    ],
)
async def test_the_page_is_accessible(
    site: ChatSite, chromium: Browser, look: str, options: dict[str, object]
) -> None:
    await asyncio.to_thread(site.set_extension, "agent", "4217")
    async with visitor(chromium) as someone, agent_at(chromium, site.url, LIVE, **options) as page:
        await page.locator("h1").click()
        await open_call(site, "c1")
        await open_call(site, "c2")
        await told(site, "c1", "bot", "Bonjour, ici l'assistant automatique de la mairie de Nîmes.")
        await told(site, "c1", "caller", "il y a de la fumée qui sort de l'appartement du dessous")
        await told(
            site, "c1", "bot", "Si quelqu'un est en danger, raccrochez et appelez tout de suite le 18."
        )
        await changed(site, "c1", emergency="fire", partial="je suis au troisième et")
        await told(site, "c2", "caller", "je voudrais refaire ma carte d'identité")
        await someone.open(site.url)
        await someone.button("Parler à une personne").click()
        await expect(page.locator("#list li")).to_have_count(3)
        await chosen(page, "Urgence")
        await expect(page.get_by_role("button", name="Prendre l'appel")).to_be_visible()
        await assert_accessible(page)
        width = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert width <= 0
        await keep_picture(page, f"console-live-{look}")
