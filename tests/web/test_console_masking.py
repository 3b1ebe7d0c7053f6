"""A caller who says name, number and e-mail: masked for agents, not for supervisors. With the real model."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import update

from bot.console.roles import Role
from bot.store.models import Conversation, Turn
from integrations.database import writing
from integrations.personal_data import find_personal
from tests.fakes.console_conversations import REPORT_ID, fill_conversations, write_recording
from tests.fakes.console_site import ConsoleSite
from tests.fakes.ports import free_ports
from tests.web.console_pages import LIST, at, audited
from tests.web.test_views import assert_accessible

pytestmark = pytest.mark.web
in_browser = pytest.mark.asyncio(loop_scope="session")
PAGE = f"{LIST}/{REPORT_ID}"
SAID = "je suis madame Jacqueline Vidal au 06 12 34 56 78 et j.vidal@exemple.fr"
MASKED = "je suis madame [nom] au [numéro] et [adresse e-mail]"
# When it is said; see `tests.fakes.console_conversations`.
SAID_MS = (5000, 7400)
HARMLESS_MS = (10_800, 13_200)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ConsoleSite]:
    # Seconds, once for all tests of this process.
    find_personal("bonjour")
    (port,) = free_ports(1)
    console = ConsoleSite(tmp_path, port)
    fill_conversations(console.engine)
    with writing(console.engine) as session:
        is_it = (Turn.conversation_id == REPORT_ID) & (Turn.position == 1)
        session.execute(update(Turn).where(is_it).values(text=SAID))
    write_recording(console.settings.recordings_path / f"{REPORT_ID}.wav")
    with console.running() as running:
        yield running


@in_browser
async def test_agents_see_masks_and_ask_for_words_to_correct(site: ConsoleSite, chromium: Browser) -> None:
    async with at(chromium, site, PAGE) as page:
        await expect(page.locator("#turn-1 .text")).to_have_text(MASKED)
        await expect(page.locator("#player")).to_contain_text("sont muets")
        await page.locator("#turn-1").get_by_role("button", name="Corriger").click()
        await expect(page.locator("#turn-1")).to_contain_text("masqué")
        assert "Vidal" not in await page.content()
        await assert_accessible(page)
        assert audited(site, "view_words") == []
        await page.get_by_role("button", name="Montrer les mots").click()
        await expect(page.get_by_label("Ce qui a vraiment été dit")).to_have_value(SAID)
        assert audited(site, "view_words") == [REPORT_ID]
        await page.goto(site.url + LIST)
        await expect(page.locator(f'tr[data-id="{REPORT_ID}"] .said')).to_contain_text("madame [nom]")
        assert "Vidal" not in await page.content()


@in_browser
async def test_supervisors_see_words(site: ConsoleSite, chromium: Browser) -> None:
    async with at(chromium, site, PAGE, Role.SUPERVISOR) as page:
        await expect(page.locator("#turn-1 .text")).to_have_text(SAID)
        await expect(page.locator("#player")).not_to_contain_text("sont muets")
        await page.locator("#turn-1").get_by_role("button", name="Corriger").click()
        await expect(page.get_by_label("Ce qui a vraiment été dit")).to_have_value(SAID)


@in_browser
async def test_a_note_with_a_number_is_masked_and_shown_to_be_changed(
    site: ConsoleSite, chromium: Browser
) -> None:
    note = "Rappeler madame Vidal au 06 12 34 56 78"
    with writing(site.engine) as session:
        session.execute(update(Conversation).where(Conversation.id == REPORT_ID).values(note=note))
    async with at(chromium, site, PAGE) as page:
        review = page.locator("#review")
        await expect(review).to_contain_text("Rappeler madame [nom] au [numéro]")
        assert "06 12 34" not in await page.content()
        await assert_accessible(page)
        await review.get_by_role("button", name="Montrer et modifier la note").click()
        await expect(review.get_by_label("Note")).to_have_value(note)
        assert audited(site, "view_words") == [REPORT_ID]
        await review.get_by_label("Note").fill(f"{note}, après 17 h")
        await review.get_by_role("button", name="Enregistrer la note").click()
        await expect(review.get_by_label("Note")).to_have_value(f"{note}, après 17 h")
    async with at(chromium, site, PAGE, Role.SUPERVISOR) as page:
        await expect(page.locator("#review").get_by_label("Note")).to_have_value(f"{note}, après 17 h")


def test_a_line_and_the_export_are_masked(site: ConsoleSite) -> None:
    with site.signed_in(Role.AGENT) as client:
        change = {"action": "flag", "version": "0", "shown": "row"}
        line = client.post(f"{PAGE}/review", data=change, headers={"hx-request": "true"}).text
        assert MASKED[:20] in line
        assert "Vidal" not in line
    for role in (Role.AGENT, Role.SUPERVISOR):
        with site.signed_in(role) as client:
            exported = client.get(f"{LIST}/export.csv").text
            assert MASKED in exported
            assert "Vidal" not in exported


def test_agents_do_not_hear_what_they_must_not_read(site: ConsoleSite) -> None:
    with site.signed_in(Role.SUPERVISOR) as client:
        everything = client.get(f"{PAGE}/audio").content
    with site.signed_in(Role.AGENT) as client:
        muted = client.get(f"{PAGE}/audio").content
        part = client.get(f"{PAGE}/audio", headers={"Range": "bytes=150000-249999"})
    assert samples(everything, SAID_MS).strip(b"\0")
    assert not samples(muted, SAID_MS).strip(b"\0")
    assert samples(muted, HARMLESS_MS) == samples(everything, HARMLESS_MS)
    assert (part.status_code, part.content) == (206, muted[150_000:250_000])
    assert audited(site, "view_recording") == [REPORT_ID] * 3


def samples(file: bytes, span_ms: tuple[int, int]) -> bytes:
    start_ms, end_ms = span_ms
    with wave.open(io.BytesIO(file)) as sound:
        rate_hz = sound.getframerate()
        sound.setpos(start_ms * rate_hz // 1000)
        frames: bytes = sound.readframes((end_ms - start_ms) * rate_hz // 1000)
        return frames
