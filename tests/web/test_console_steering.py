"""Steering, in a real browser: what is told, reworded, closed and taken back, and by whom."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from bot.console.roles import Role
from integrations.steering import MessageEdit, Notice, Steering
from tests.fakes.console_site import ConsoleSite
from tests.web.console_pages import agent_at
from tests.web.pages import PHONE
from tests.web.test_views import assert_accessible, keep_picture

pytestmark = pytest.mark.web
in_browser = pytest.mark.asyncio(loop_scope="session")
HOME = "/console/steering"
WORDS = "Le marché de samedi est annulé."


def steering(site: ConsoleSite) -> Steering:
    return site.steering.store.current().steering


async def announce(page: Page, words: str) -> None:
    await page.locator("#announcement-text").fill(words)
    await page.locator("#announcement").get_by_role("button", name="Enregistrer").click()


@in_browser
async def test_an_announcement_is_checked_heard_and_saved(
    console_site: ConsoleSite, chromium: Browser
) -> None:
    async with agent_at(chromium, console_site.url, HOME, Role.SUPERVISOR) as page:
        text = page.locator("#announcement-text")
        await text.press_sequentially("Le récépissé n'est plus remis le samedi.")
        await expect(page.locator("#announcement-check .bubble")).to_have_text(
            "Le récépissé n'est plus remis le samedi."
        )
        await expect(page.locator("#announcement-check .warning")).to_contain_text("Difficile")
        await page.locator("#announcement").get_by_role("button", name="Écouter").click()
        player = page.get_by_label("La phrase comme on l'entend")
        await expect(player).to_be_visible()
        heard = "audio => new Promise(heard => audio.onended = () => heard(audio.duration))"
        assert await player.evaluate(heard) > 0.5
        await assert_accessible(page)
        await announce(page, WORDS)
        await expect(page.locator("#announcement").get_by_role("status")).to_have_text("Enregistré.")
        await expect(page.locator("#announcement .badge")).to_have_text("en cours")
    assert steering(console_site).announcement == Notice(text=WORDS)
    version = console_site.steering.store.current()
    assert (version.login, version.summary) == ("supervisor", "Annonce du jour")


@in_browser
async def test_who_saves_second_sees_both_and_decides(console_site: ConsoleSite, chromium: Browser) -> None:
    async with (
        agent_at(chromium, console_site.url, HOME, Role.SUPERVISOR) as first,
        agent_at(chromium, console_site.url, HOME, Role.ADMINISTRATOR) as second,
    ):
        await announce(first, WORDS)
        await expect(first.locator("#announcement").get_by_role("status")).to_be_visible()
        await announce(second, "La mairie ferme à midi.")
        await expect(second.get_by_role("alert")).to_contain_text("supervisor a changé ce réglage")
        await expect(second.locator("#announcement")).to_contain_text(WORDS)
        await expect(second.locator("#announcement-text")).to_have_value("La mairie ferme à midi.")
        assert steering(console_site).announcement == Notice(text=WORDS)
        await assert_accessible(second)
        await second.locator("#announcement").get_by_role("button", name="Enregistrer").click()
        await expect(second.locator("#announcement").get_by_role("status")).to_be_visible()
    assert steering(console_site).announcement == Notice(text="La mairie ferme à midi.")


@in_browser
async def test_a_closure_hours_and_the_share_are_set(console_site: ConsoleSite, chromium: Browser) -> None:
    async with agent_at(chromium, console_site.url, HOME, Role.SUPERVISOR) as page:
        await page.get_by_label("Service", exact=True).select_option("accueil")
        closures = page.locator("#closures")
        await closures.get_by_label("Du").fill("2026-12-24T12:00")
        await closures.get_by_label("Au", exact=True).fill("2026-12-24T11:00")
        await closures.get_by_label("Raison").fill("Travaux")
        await closures.get_by_role("button", name="Ajouter").click()
        await expect(page.get_by_role("alert")).to_have_text("La fin doit venir après le début.")
        await expect(closures.get_by_label("Raison")).to_have_value("Travaux")
        await closures.get_by_label("Au", exact=True).fill("2026-12-24T18:00")
        await closures.get_by_role("button", name="Ajouter").click()
        await expect(closures.locator("li")).to_contain_text(
            "du 24/12/2026 12:00 au 24/12/2026 18:00 (Travaux)"
        )
        await page.get_by_label("Seulement à ces heures").check()
        await page.get_by_label("lundi, de").fill("18:00")
        await page.get_by_label("lundi, à").fill("08:30")
        await page.get_by_label("Part des appels").fill("40")
        await page.locator("#opening").get_by_role("button", name="Enregistrer").click()
        await expect(page.locator("#opening").get_by_role("status")).to_be_visible()
        await keep_picture(page, "console-steering")
        await closures.get_by_role("button", name="Supprimer").click()
        await expect(closures.get_by_text("Aucune fermeture.")).to_be_visible()
    opening = steering(console_site).opening
    assert opening.share_percent == 40
    assert opening.days is not None
    assert [day is not None for day in opening.days] == [True] + [False] * 6


@in_browser
async def test_a_sentence_is_reworded_and_taken_back(console_site: ConsoleSite, chromium: Browser) -> None:
    path = f"{HOME}/texts"
    async with agent_at(chromium, console_site.url, path, Role.SUPERVISOR) as page:
        await page.get_by_label("Chercher").fill("signalement est gardé")
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="utter_goodbye_report_kept").click()
        await page.wait_for_url("**/utter_goodbye_report_kept")
        voice = page.get_by_label("À la voix, une variante par ligne")
        await voice.fill("C'est gardé. Au revoir.")
        await expect(page.locator("#check")).to_contain_text("il manque {reference_spoken}")
        await page.get_by_role("button", name="Enregistrer").click()
        await expect(page.get_by_role("alert")).to_contain_text("il manque {reference_spoken}")
        await voice.fill("C'est gardé, sous {reference_spoken}. Au revoir.")
        await assert_accessible(page)
        await page.get_by_role("button", name="Enregistrer").click()
        await expect(page.get_by_role("status").first).to_contain_text("Enregistré")
        assert "utter_goodbye_report_kept" in steering(console_site).texts
        await keep_picture(page, "console-steering-text")
        await page.goto(f"{console_site.url}{HOME}/history")
        await expect(page.locator(".changes ins").first).to_contain_text("C'est gardé, sous")
        await assert_accessible(page)
        await keep_picture(page, "console-steering-history")
        await page.get_by_role("button", name="Tout remettre comme au début").click()
        await expect(page.get_by_role("heading", name="Version 2")).to_be_visible()
    assert steering(console_site) == Steering()


@in_browser
async def test_the_page_fits_a_phone_in_the_dark(console_site: ConsoleSite, chromium: Browser) -> None:
    async with agent_at(
        chromium, console_site.url, HOME, Role.SUPERVISOR, viewport=PHONE, color_scheme="dark"
    ) as page:
        await assert_accessible(page)
        wide = """() => [...document.querySelectorAll("main *")]
          .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
          .map((each) => each.outerHTML.slice(0, 80))"""
        assert await page.evaluate(wide) == []
        await keep_picture(page, "console-steering-phone")


def test_legal_and_emergency_sentences_are_for_administrators(console_site: ConsoleSite) -> None:
    fire = f"{HOME}/texts/call_emergency_fire"
    words = {
        "voice": "Le feu ? Sortez et faites le 18.",
        "chat": "Le feu ? Faites le 18. Par SMS : 114.",
        "base": "0",
    }
    with console_site.signed_in(Role.SUPERVISOR) as client:
        assert "readonly" in client.get(fire).text
        assert client.post(fire, data=words).status_code == 403
    with console_site.signed_in(Role.ADMINISTRATOR) as client:
        assert client.post(fire, data={**words, "voice": ""}).status_code == 422
        assert client.post(fire, data={**words, "voice": "Le feu ? Sortez."}).status_code == 422
        assert client.post(fire, data=words).status_code == 200
    edit = steering(console_site).texts["call_emergency_fire"]
    assert edit == MessageEdit(voice=(words["voice"],), chat=(words["chat"],))
    with console_site.signed_in(Role.SUPERVISOR) as client:
        assert client.post(f"{HOME}/history/0/restore", data={"base": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", HOME),
        ("POST", f"{HOME}/banner"),
        ("POST", f"{HOME}/closures/remove"),
        ("GET", f"{HOME}/texts"),
        ("GET", f"{HOME}/texts/utter_greet"),
        ("POST", f"{HOME}/texts/utter_greet"),
        ("POST", f"{HOME}/preview"),
        ("POST", f"{HOME}/check"),
        ("GET", f"{HOME}/history"),
        ("POST", f"{HOME}/history/0/restore"),
    ],
)
def test_agents_do_not_steer(console_site: ConsoleSite, method: str, path: str) -> None:
    with console_site.signed_in(Role.AGENT) as client:
        assert client.request(method, path, data={"text": "x", "base": "0"}).status_code == 403
    assert steering(console_site) == Steering()
