"""The list of conversations in a real browser: filtered, searched, worked on, exported; who may enter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import update

from bot.console.roles import Role
from bot.store.models import Conversation, Turn
from integrations.database import writing
from tests.fakes.console_conversations import CALLER, CHAT_ID, REPORT_ID, STARTED
from tests.fakes.console_site import ConsoleSite
from tests.web.console_pages import LIST, at, audited, conversations_site, now

pytestmark = pytest.mark.web
in_browser = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ConsoleSite]:
    with conversations_site(tmp_path) as running:
        yield running


@in_browser
async def test_the_list_is_filtered_searched_and_left_at_the_keyboard(
    site: ConsoleSite, chromium: Browser
) -> None:
    async with at(chromium, site, LIST) as page:
        rows = page.locator("#list tbody tr")
        await expect(rows).to_have_count(3)
        await page.keyboard.press("/")
        await page.keyboard.type("nids de poule république")
        await page.keyboard.press("Enter")
        await expect(rows).to_have_count(1)
        await page.get_by_label("mal comprises").check()
        await page.get_by_role("button", name="Filtrer").click()
        await expect(page).to_have_url(
            f"{site.url}{LIST}?q=nids+de+poule+r%C3%A9publique&from=&to=&channel=&outcome=&intent=&service=&unsure=1"
        )
        await expect(rows).to_have_count(1)
        await page.get_by_label("Garder ce filtre").fill("Voirie à revoir")
        await page.get_by_role("button", name="Garder", exact=True).click()
        await page.get_by_role("link", name="Tout voir").click()
        await expect(rows).to_have_count(3)
        await page.get_by_role("link", name="Voirie à revoir").click()
        await expect(rows).to_have_count(1)
        await page.wait_for_load_state("load")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.locator("#turn-1")).to_contain_text("nid-de-poule")


@in_browser
async def test_a_line_ends_by_itself_when_its_conversation_does(site: ConsoleSite, chromium: Browser) -> None:
    async with at(chromium, site, LIST) as page:
        row = page.locator(f'#list tr[data-id="{CHAT_ID}"]')
        await row.get_by_role("button", name="Relue").focus()
        await expect(row).to_contain_text("En cours")
        with writing(site.engine) as session:
            ended = {"outcome": "left", "duration_ms": 90_000}
            session.execute(update(Conversation).where(Conversation.id == CHAT_ID).values(**ended))
        await expect(row).to_contain_text("Visiteur parti", timeout=20_000)
        await expect(row.get_by_role("button", name="Relue")).to_be_focused()


@in_browser
async def test_what_begins_meanwhile_is_told_and_moves_nothing(site: ConsoleSite, chromium: Browser) -> None:
    async with at(chromium, site, LIST) as page:
        link = page.locator("#list tbody tr").first.get_by_role("link")
        await link.focus()
        with writing(site.engine) as session:
            session.add(Conversation(id="later", channel="phone", started_at=STARTED.replace(year=2027)))
        news = page.get_by_role("link", name="1 nouvelle conversation")
        await expect(news).to_be_visible(timeout=15_000)
        await expect(page.locator("#list tbody tr")).to_have_count(3)
        await expect(link).to_be_focused()
        await news.click()
        await expect(page.locator("#list tbody tr")).to_have_count(4)


@in_browser
async def test_a_line_is_flagged_reviewed_and_taken_without_leaving_the_list(
    site: ConsoleSite, chromium: Browser
) -> None:
    async with at(chromium, site, LIST) as page:
        row = page.locator(f'#list tr[data-id="{REPORT_ID}"]')
        await row.get_by_role("link").focus()
        for key, name in (("s", "Signalée"), ("r", "Relue"), ("m", "À moi")):
            await page.keyboard.press(key)
            await expect(row.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
            await expect(row.get_by_role("link")).to_be_focused()
        await page.keyboard.press("s")
        await expect(row.get_by_role("button", name="Signalée")).to_have_attribute("aria-pressed", "false")
    done = now(site, REPORT_ID)
    assert (done.is_flagged, done.reviewed_by, done.assignee, done.version) == (False, "agent", "agent", 4)
    assert audited(site, "review_conversation") == [REPORT_ID]


@in_browser
async def test_a_line_that_a_colleague_has_changed_is_shown_as_it_is(
    site: ConsoleSite, chromium: Browser
) -> None:
    async with at(chromium, site, LIST) as page:
        row = page.locator(f'#list tr[data-id="{REPORT_ID}"]')
        with site.signed_in(Role.SUPERVISOR) as client:
            client.post(f"{LIST}/{REPORT_ID}/review", data={"action": "take", "version": "0"})
        await row.get_by_role("button", name="À moi").click()
        await expect(row.get_by_role("alert")).to_contain_text("Un collègue vient de la modifier")
        await expect(row).to_contain_text("Confiée à Saïd Chef")
        await row.get_by_role("button", name="Relue").click()
        await expect(row.get_by_role("alert")).to_have_count(0)
    assert now(site, REPORT_ID).assignee == "supervisor"


def test_the_export_is_the_filtered_list_without_formulas_or_whole_numbers(site: ConsoleSite) -> None:
    with writing(site.engine) as session:
        session.execute(update(Turn).where(Turn.conversation_id == CHAT_ID).values(text='=HYPERLINK("x")'))
    with site.signed_in(Role.AGENT) as client:
        everything = client.get(f"{LIST}/export.csv").text
        chats = client.get(f"{LIST}/export.csv", params={"channel": "chat"}).text
    assert len(everything.splitlines()) == 4
    assert CALLER not in everything
    (header, chat) = chats.splitlines()
    assert header.startswith('\ufeff"Identifiant";"Début";')
    assert chat.startswith(f'"{CHAT_ID}";"2026-11-24 10:30:00";"Chat"')
    assert chat.endswith('"\'=HYPERLINK(""x"")"')
    assert audited(site, "export_conversations") == ["", ""]


def test_what_is_not_there_is_not_found(site: ConsoleSite) -> None:
    with site.signed_in(Role.AGENT) as client:
        assert client.get(f"{LIST}/nobody").status_code == 404
        change = {"action": "flag", "version": "0"}
        assert client.post(f"{LIST}/nobody/review", data=change).status_code == 404
        assert client.get(f"{LIST}/newer", params={"than": "hier"}).status_code == 422
        assert client.get(
            LIST, params={"from": "0001-01-01", "to": "x", "q": "\x00", "after": "~"}
        ).is_success


def test_nobody_comes_in_unsigned(site: ConsoleSite) -> None:
    for path in (LIST, f"{LIST}/{REPORT_ID}", f"{LIST}/{REPORT_ID}/audio", f"{LIST}/newer?than=x"):
        answer = httpx.get(site.url + path)
        assert (answer.status_code, answer.headers["location"][:16]) == (303, "/console/sign-in")
    assert httpx.post(f"{site.url}{LIST}/{REPORT_ID}/review", data={"action": "flag"}).status_code == 303
