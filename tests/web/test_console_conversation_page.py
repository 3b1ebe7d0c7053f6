"""The page of one conversation in a real browser: what was said, understood, decided, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.console.roles import Role
from tests.fakes.console_conversations import CALLER, CHAT_ID, HOSTILE_ID, REPORT_ID
from tests.fakes.console_site import ConsoleSite
from tests.web.console_pages import LIST, at, audited, conversations_site, now

pytestmark = pytest.mark.web
in_browser = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ConsoleSite]:
    with conversations_site(tmp_path) as running:
        yield running


@in_browser
async def test_the_second_of_two_people_is_told_and_keeps_what_they_wrote(
    site: ConsoleSite, chromium: Browser
) -> None:
    async with (
        at(chromium, site, f"{LIST}/{REPORT_ID}") as first,
        at(chromium, site, f"{LIST}/{REPORT_ID}", Role.SUPERVISOR) as second,
    ):
        await first.get_by_label("Note").fill("La voirie passe demain")
        await first.get_by_role("button", name="Enregistrer la note").click()
        await expect(first.locator('#review input[name="version"]').first).to_have_value("1")
        await second.get_by_label("Note").fill("Rappeler le riverain")
        await second.get_by_role("button", name="Enregistrer la note").click()
        await expect(second.get_by_role("alert")).to_contain_text("Un collègue a modifié")
        await expect(second.locator("#review blockquote")).to_have_text("La voirie passe demain")
        await expect(second.get_by_label("Note")).to_have_value("Rappeler le riverain")
        assert now(site, REPORT_ID).note == "La voirie passe demain"
        await second.get_by_role("button", name="Enregistrer la note").click()
        await expect(second.get_by_role("alert")).to_have_count(0)
        assert now(site, REPORT_ID).note == "Rappeler le riverain"


@in_browser
async def test_a_turn_shows_what_was_understood_and_decided(site: ConsoleSite, chromium: Browser) -> None:
    async with at(chromium, site, f"{LIST}/{REPORT_ID}") as page:
        turn = page.locator("#turn-1")
        for words in ("82 %", "Signaler un problème 97 %", "Problème nid-de-poule 93 %", "0,64 s"):
            await expect(turn).to_contain_text(words)
        await turn.get_by_text("Ce que le dialogue a décidé").click()
        await expect(turn).to_contain_text("report_form (RulePolicy, 100 %)")
        await expect(turn).to_contain_text("utter_report_ask_place")
        await expect(turn).not_to_contain_text("0612345678")
        aside = page.get_by_role("complementary")
        await expect(aside).to_contain_text("Signalement NIM 26 0001 7")
        await expect(aside).to_contain_text("Trou dans la chaussée, 12 Rue de la République")
        await expect(aside).to_contain_text("promis avant le 25/11/2026 09:30")


@in_browser
async def test_the_callers_number_is_shown_to_supervisors_who_ask(
    site: ConsoleSite, chromium: Browser
) -> None:
    async with at(chromium, site, f"{LIST}/{REPORT_ID}", Role.SUPERVISOR) as page:
        assert CALLER not in await page.content()
        await page.get_by_role("button", name="Montrer").click()
        await expect(page.locator("#caller")).to_have_text(CALLER)
    assert audited(site, "view_number") == [REPORT_ID]


def test_the_callers_number_is_not_for_agents(site: ConsoleSite) -> None:
    with site.signed_in(Role.AGENT) as client:
        page = client.get(f"{LIST}/{REPORT_ID}").text
        assert CALLER not in page
        assert "Montrer" not in page
        assert client.post(f"{LIST}/{REPORT_ID}/caller").status_code == 403
    assert audited(site, "view_number") == []


@in_browser
async def test_what_a_caller_says_is_text_and_nothing_hides_in_it(
    site: ConsoleSite, chromium: Browser
) -> None:
    for path in (LIST, f"{LIST}/{HOSTILE_ID}"):
        async with at(chromium, site, path) as page:
            said = page.locator("bdi", has_text="<script>alert(1)</script>")
            await expect(said).to_contain_text("⟦U+202E⟧egnahc⟦U+202C⟧ <b>gras</b> 😀")


def test_a_page_works_without_rasas_memory(site: ConsoleSite, tmp_path: Path) -> None:
    (tmp_path / "rasa" / "trackers.db").unlink()
    with site.signed_in(Role.AGENT) as client:
        page = client.get(f"{LIST}/{CHAT_ID}")
        assert page.status_code == 200
        assert "pas lisible" in page.text
        assert "carte d&#39;identité" in page.text
