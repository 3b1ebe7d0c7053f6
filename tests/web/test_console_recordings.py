"""A recording on the page of its conversation, in a real browser: in step, in parts, missing, damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.console.roles import Role
from tests.fakes.console_conversations import CHAT_ID, REPORT_ID
from tests.fakes.console_site import ConsoleSite
from tests.web.console_pages import LIST, at, audited, conversations_site

pytestmark = pytest.mark.web
in_browser = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ConsoleSite]:
    with conversations_site(tmp_path) as running:
        yield running


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
