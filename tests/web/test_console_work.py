"""The work queues in real browsers: taken by one of two agents, called, sent again, done with a note."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.console.roles import Role
from bot.store.models_accounts import AuditRow
from integrations.database import writing
from integrations.desk import Desk
from integrations.desk_callbacks_work import CallbackDesk
from integrations.desk_models import Delivery, OutboxRow
from integrations.desk_types import NewCallback, NewReport
from integrations.desk_work import WorkDesk, WorkKind
from integrations.protocols import Place
from tests.fakes.console_site import ConsoleSite
from tests.fakes.outbox_backend import MemoryBackend
from tests.fakes.ports import free_ports
from tests.web.pages import PHONE
from tests.web.test_console_access import check, desk

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.web]

HOSTILE = "<img src=x onerror=alert(1)> \u202eABC, au 06 12 34 56 78"
WORK = "/console/work"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ConsoleSite]:
    (port,) = free_ports(1)
    with ConsoleSite(tmp_path, port).running() as running:
        yield running


async def wanted(site: ConsoleSite) -> tuple[str, str]:
    """Two who wait: one longer than promised, one whose number nobody knows. Returns their references."""
    now = datetime.now(UTC)
    filing = Desk(site.desk_engine, MemoryBackend(), "NIM")
    later = NewCallback("c2", "", "accueil", HOSTILE, now + timedelta(hours=3))
    late = NewCallback("c1", "+33612345678", "etat_civil", "Un acte", now - timedelta(hours=1), "Zoé Martin")
    second = await filing.request_callback(later, now - timedelta(hours=1))
    return await filing.request_callback(late, now - timedelta(hours=6)), second


def audited(site: ConsoleSite) -> list[tuple[str, str, str]]:
    with Session(site.engine) as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id))
        return [(row.login, row.action, row.subject) for row in rows]


async def test_a_call_back_is_taken_called_and_done(site: ConsoleSite, chromium: Browser) -> None:
    late, later = await wanted(site)
    async with desk(chromium, site, Role.AGENT) as page:
        entry = page.get_by_role("navigation", name="Console").get_by_role("link", name="À traiter")
        await expect(entry).to_have_text("À traiter 1 à traiter")
        await entry.click()
        await expect(page.get_by_role("heading", level=2)).to_have_text(
            [f"{late} État civil en retard", f"{later} Accueil de l'Hôtel de Ville"], use_inner_text=True
        )
        await expect(page.get_by_text("<img src=x onerror=alert(1)> ⟦U+202E⟧ABC")).to_be_visible()
        for secret in ("Zoé Martin", "12345678", "06 12 34 56 78"):
            await expect(page.get_by_text(secret)).to_have_count(0)
        await page.get_by_role("button", name=f"Prendre : {late}").click()
        await expect(page.get_by_role("link", name="+33612345678")).to_have_attribute(
            "href", "tel:+33612345678"
        )
        await check(page, "console-work")
        await page.get_by_label(f"Ce qu'il en est de {late}").fill("répondeur")
        await page.get_by_role("button", name=f"Personne n'a répondu : {late}").click()
        await expect(page.get_by_role("status").first).to_have_text("2 à prendre, 0 en main, 0 en retard.")
        await expect(page.get_by_text("12345678")).to_have_count(0)
        await page.get_by_role("button", name=f"Prendre : {late}").click()
        await page.get_by_text("Historique").click()
        await expect(page.get_by_text("essayé, personne n'a répondu (agent) : répondeur")).to_be_visible()
        await page.get_by_label(f"Ce qu'il en est de {late}").fill("L'acte part demain.")
        await page.get_by_role("button", name=f"Fait : {late}").click()
        await expect(page.get_by_role("heading", level=2)).to_have_count(1)
    (done,) = await CallbackDesk(site.desk_engine).done(datetime.now(UTC) - timedelta(hours=1))
    assert (done.reference, done.claimed_by) == (late, "agent")
    lines = await asyncio.to_thread(audited, site)
    for action in ("claim_callback", "try_callback", "finish_callback"):
        assert ("agent", action, late) in lines


async def test_who_comes_second_is_told_and_keeps_the_note(site: ConsoleSite, chromium: Browser) -> None:
    late, _ = await wanted(site)
    agents = CallbackDesk(site.desk_engine)
    async with desk(chromium, site, Role.AGENT) as page:
        await page.goto(f"{site.url}{WORK}")
        async with desk(chromium, site, Role.SUPERVISOR) as colleague:
            await colleague.goto(f"{site.url}{WORK}")
            await expect(colleague.get_by_role("link", name="+33612345678")).to_be_visible()
            await colleague.get_by_role("button", name=f"Prendre : {late}").click()
            await page.get_by_role("button", name=f"Prendre : {late}").click()
            alert = page.get_by_role("alert").filter(has_text="est pris par supervisor")
            await expect(alert).to_be_visible()
            await expect(page.get_by_role("button", name=f"Prendre : {late}")).to_have_count(0)
            await expect(page.get_by_text("12345678")).to_have_count(0)
            # Given up for somebody else meanwhile: what the first one wrote is still there.
            now = datetime.now(UTC)
            assert await agents.release(late, "supervisor", "", now)
            assert await agents.claim(late, "agent", now)
            await colleague.get_by_label("Ce qu'il en est").fill("J'ai eu <b>sa</b> fille.")
            await colleague.get_by_role("button", name=f"Fait : {late}").click()
            await expect(colleague.get_by_label("Votre note")).to_have_value("J'ai eu <b>sa</b> fille.")
            await expect(colleague.get_by_text("est pris par agent")).to_be_visible()
            await check(colleague, "console-work-conflict")
    assert ("supervisor", "view_callbacks", "") in await asyncio.to_thread(audited, site)


async def test_on_a_phone_and_in_the_dark(site: ConsoleSite, chromium: Browser) -> None:
    late, _ = await wanted(site)
    await CallbackDesk(site.desk_engine).claim(late, "agent", datetime.now(UTC))
    async with desk(chromium, site, Role.AGENT, "dark", PHONE) as page:
        await page.goto(f"{site.url}{WORK}")
        await expect(page.get_by_label(f"Ce qu'il en est de {late}")).to_be_visible()
        await check(page, "console-work-phone")


async def broken_off(site: ConsoleSite) -> str:
    """A report that was not finished, and could not be delivered either."""
    place = Place(spoken="devant l'école")
    told = NewReport("c1", "trou", HOSTILE, place, "phone", complete=False, caller_phone="0612345678")
    filing = Desk(site.desk_engine, MemoryBackend(), "NIM")
    reference = await filing.file_report(told, datetime.now(UTC))
    with writing(site.desk_engine) as session:
        session.execute(update(OutboxRow).values(state=Delivery.DEAD, attempts=12, last_error="refused"))
    return reference


async def test_what_could_not_be_delivered_is_sent_again(site: ConsoleSite, chromium: Browser) -> None:
    await broken_off(site)
    work = WorkDesk(site.desk_engine)
    async with desk(chromium, site, Role.AGENT) as page:
        await page.goto(f"{site.url}{WORK}")
        await page.get_by_role("link", name="Envois en échec (1)").click()
        await page.get_by_role("button", name="Prendre : envoi 1").click()
        await check(page, "console-work-letters")
        now = datetime.now(UTC)
        assert await work.release(WorkKind.LETTER, "1", "agent", "")
        assert await work.claim(WorkKind.LETTER, "1", "supervisor", now)
        await page.get_by_label("Ce qu'il en est").fill("Réseau rétabli.")
        await page.get_by_role("button", name="Réglé autrement").click()
        await expect(page.get_by_text("supervisor s'en occupe.")).to_be_visible()
        await expect(page.get_by_label("Votre note")).to_have_value("Réseau rétabli.")
        assert await work.release(WorkKind.LETTER, "1", "supervisor", "")
        await page.get_by_role("link", name="Envois en échec (1)").click()
        await page.get_by_role("button", name="Prendre : envoi 1").click()
        await page.get_by_role("button", name="Envoyer à nouveau").click()
        await expect(page.get_by_text("Tout a été transmis.")).to_be_visible()
    assert ("agent", "send_letter", "1") in await asyncio.to_thread(audited, site)


async def test_a_report_that_broke_off_is_taken_and_done(site: ConsoleSite, chromium: Browser) -> None:
    reference = await broken_off(site)
    async with desk(chromium, site, Role.AGENT, "light", PHONE) as page:
        await page.goto(f"{site.url}{WORK}/reports")
        await expect(page.get_by_text("12345678")).to_have_count(0)
        await page.get_by_role("button", name=f"Prendre : {reference}").click()
        await expect(page.get_by_role("link", name="0612345678")).to_have_attribute("href", "tel:0612345678")
        await check(page, "console-work-reports-phone")
        await page.get_by_label("Ce qu'il en est").fill("Complété par téléphone.")
        await page.get_by_role("button", name=f"Fait : {reference}").click()
        await expect(page.get_by_text("Aucun signalement incomplet.")).to_be_visible()
        await expect(page.get_by_role("link", name="À traiter")).to_have_text("À traiter 1 à traiter")
    assert ("agent", "finish_report", reference) in await asyncio.to_thread(audited, site)
