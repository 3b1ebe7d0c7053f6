"""The list of conversations and the page of one, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.console.roles import Role
from bot.store.models import Conversation, Turn
from bot.store.models_accounts import AuditRow
from integrations.database import writing
from tests.calls.conftest import free_ports
from tests.fakes.console_conversations import (
    CALLER,
    CHAT_ID,
    HOSTILE_ID,
    REPORT_ID,
    STARTED,
    fill_conversations,
    fill_desk,
    fill_trackers,
    write_recording,
)
from tests.fakes.console_site import PASSWORD, ConsoleSite
from tests.web.pages import DESKTOP

pytestmark = pytest.mark.web
in_browser = pytest.mark.asyncio(loop_scope="session")
LIST = "/console/conversations"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ConsoleSite]:
    (port,) = free_ports(1)
    console = ConsoleSite(tmp_path, port)
    fill_conversations(console.engine)
    fill_desk(console.desk_engine)
    fill_trackers(tmp_path / "rasa" / "trackers.db")
    write_recording(console.settings.recordings_path / f"{REPORT_ID}.wav")
    with console.running() as running:
        yield running


@asynccontextmanager
async def at(chromium: Browser, site: ConsoleSite, path: str, role: Role = Role.AGENT) -> AsyncIterator[Page]:
    """A page for somebody signed in; a fault in its scripts or against its policy is a failure."""
    context = await chromium.new_context(locale="fr-FR", viewport=DESKTOP, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    context.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    page = await context.new_page()
    await page.goto(site.url + path)
    await page.get_by_label("Identifiant").fill(role)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await page.locator("main h1").wait_for()
    # Before its scripts have run a page is links and forms only.
    await page.wait_for_load_state("load")
    yield page
    await context.close()
    assert not faults, faults


def audited(site: ConsoleSite, action: str) -> list[str]:
    query = select(AuditRow.subject).where(AuditRow.action == action).order_by(AuditRow.id)
    with Session(site.engine) as session:
        return list(session.scalars(query))


def now(site: ConsoleSite, conversation_id: str) -> Conversation:
    with Session(site.engine, expire_on_commit=False) as session:
        row = session.get(Conversation, conversation_id)
        assert row is not None
        return row


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
async def test_the_recording_runs_in_step_with_the_transcript(site: ConsoleSite, chromium: Browser) -> None:
    async with at(chromium, site, f"{LIST}/{REPORT_ID}") as page:
        assert audited(site, "view_recording") == []
        await page.locator("#turn-3 [data-play]").click()
        await expect(page.locator("#turn-3")).to_have_attribute("aria-current", "true")
        await expect(page.locator("#now")).to_contain_text("0:1")
        await expect(page.locator("#total")).to_have_text("0:24")
        assert audited(site, "view_recording") == [REPORT_ID]
        await page.keyboard.press("p")
        await expect(page.get_by_role("button", name="Lecture", exact=True)).to_be_visible()
        await page.locator("#turn-5 [data-play]").click()
        await expect(page.locator("#turn-5")).to_have_attribute("aria-current", "true")
        await expect(page.locator("#turn-3")).not_to_have_attribute("aria-current", "true")


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


def test_a_recording_is_sent_in_ranges_and_every_view_is_written_down(site: ConsoleSite) -> None:
    address = f"{LIST}/{REPORT_ID}/audio"
    with site.signed_in(Role.AGENT) as client:
        whole = client.get(address)
        part = client.get(address, headers={"range": "bytes=4-11"})
        assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
        assert (part.status_code, part.content) == (206, whole.content[4:12])
        assert client.get(f"{LIST}/{CHAT_ID}/audio").status_code == 404
    assert audited(site, "view_recording") == [REPORT_ID, REPORT_ID]


def test_a_missing_or_damaged_recording_is_said_and_the_page_works(site: ConsoleSite) -> None:
    path = site.settings.recordings_path / f"{REPORT_ID}.wav"
    with site.signed_in(Role.AGENT) as client:
        for damaged in (b"", b"RIFF", b"not a recording at all", path.read_bytes()[:5000]):
            path.write_bytes(damaged)
            page = client.get(f"{LIST}/{REPORT_ID}").text
            assert "il est abîmé" in page
            assert "nid-de-poule" in page
        path.unlink()
        assert "pas d'enregistrement de cet appel" in client.get(f"{LIST}/{REPORT_ID}").text
        assert client.get(f"{LIST}/{REPORT_ID}/audio").status_code == 404


@in_browser
async def test_a_recording_that_breaks_while_it_is_loaded_is_said(
    site: ConsoleSite, chromium: Browser
) -> None:
    async with at(chromium, site, f"{LIST}/{REPORT_ID}") as page:
        (site.settings.recordings_path / f"{REPORT_ID}.wav").write_bytes(b"RIFF")
        await page.get_by_role("button", name="Écouter l'enregistrement").click()
        await expect(page.locator("#trouble")).to_contain_text("ne peut pas être lu")
        await expect(page.locator("#turn-1")).to_contain_text("nid-de-poule")


def test_a_page_works_without_rasas_memory(site: ConsoleSite, tmp_path: Path) -> None:
    (tmp_path / "rasa" / "trackers.db").unlink()
    with site.signed_in(Role.AGENT) as client:
        page = client.get(f"{LIST}/{CHAT_ID}")
        assert page.status_code == 200
        assert "pas lisible" in page.text
        assert "carte d&#39;identité" in page.text


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
    import httpx

    for path in (LIST, f"{LIST}/{REPORT_ID}", f"{LIST}/{REPORT_ID}/audio", f"{LIST}/newer?than=x"):
        answer = httpx.get(site.url + path)
        assert (answer.status_code, answer.headers["location"][:16]) == (303, "/console/sign-in")
    assert httpx.post(f"{site.url}{LIST}/{REPORT_ID}/review", data={"action": "flag"}).status_code == 303
