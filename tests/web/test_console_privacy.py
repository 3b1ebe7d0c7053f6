"""Personal data in the console: who may erase whom, in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console.roles import Role
from bot.store.models import Conversation, Turn
from bot.store.models_accounts import AuditRow
from integrations.database import writing
from tests.fakes.console_site import PASSWORD, ConsoleSite
from tests.web.test_console_access import check

pytestmark = pytest.mark.web

AXE = Path("bot/chat/widget/node_modules/axe-core/axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NUMBER = "+33639980102"


def call(site: ConsoleSite, id_: str, number: str) -> None:
    turn = Turn(position=0, speaker="caller", text="il y a un trou", start_ms=0, end_ms=900)
    with writing(site.engine) as session:
        session.add(
            Conversation(id=id_, channel="phone", caller=number, started_at=datetime.now(UTC), turns=[turn])
        )


def ids(site: ConsoleSite) -> list[str]:
    with Session(site.engine) as session:
        return sorted(session.scalars(select(Conversation.id)))


async def signed_in(chromium: Browser, site: ConsoleSite, role: Role, **options: object) -> Page:
    context: BrowserContext = await chromium.new_context(locale="fr-FR", **options)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{site.url}/console/privacy")
    await page.get_by_label("Identifiant").fill(role)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    return page


AXE_SOURCE = AXE.read_text()


async def axe_finds(page: Page) -> list[str]:
    await page.evaluate(AXE_SOURCE)
    found = await page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_supervisor_erases_everything_about_a_number(
    console_site: ConsoleSite, chromium: Browser
) -> None:
    call(console_site, "hers-1", NUMBER)
    call(console_site, "hers-2", "0639980102")
    call(console_site, "others", "+33639980199")
    page = await signed_in(chromium, console_site, Role.SUPERVISOR)

    await page.get_by_label("Numéro ou identifiant").fill("06 39 98 01 02")
    await page.get_by_role("button", name="Chercher").click()
    await expect(page.get_by_role("status")).to_contain_text("2 conversations")
    assert await axe_finds(page) == []
    assert "39" not in page.url
    assert ids(console_site) == ["hers-1", "hers-2", "others"]

    await page.get_by_label("J'efface définitivement").check()
    await page.get_by_role("button", name="Effacer", exact=True).click()

    await expect(page.get_by_role("status")).to_contain_text("C'est effacé")
    await expect(page.get_by_role("row", name="Effacement demandé")).to_contain_text("conversations : 2")
    assert ids(console_site) == ["others"]
    await page.context.close()


@pytest.mark.asyncio(loop_scope="session")
async def test_the_pages_can_be_read_by_everybody_and_printed(
    console_site: ConsoleSite, chromium: Browser
) -> None:
    for scheme, width_px in (("light", 1280), ("dark", 390)):
        options = {"color_scheme": scheme, "viewport": {"width": width_px, "height": 900}}
        page = await signed_in(chromium, console_site, Role.ADMINISTRATOR, **options)
        for path in ("privacy", "privacy/register"):
            await page.goto(f"{console_site.url}/console/{path}")
            await check(page, f"console-{path.replace('/', '-')}-{scheme}")
        await page.context.close()


@pytest.mark.parametrize("path", ["/console/privacy", "/console/privacy/register"])
def test_agents_see_none_of_it(console_site: ConsoleSite, path: str) -> None:
    with console_site.signed_in(Role.AGENT) as client:
        assert client.get(path).status_code == 403
        assert "Données personnelles" not in client.get("/console/").text


def test_agents_erase_nobody_and_only_administrators_replay(console_site: ConsoleSite) -> None:
    call(console_site, "hers", NUMBER)
    form = {"subject": "number", "value": NUMBER, "sure": "1"}

    with console_site.signed_in(Role.AGENT) as client:
        for path in ("find", "erase", "replay"):
            assert client.post(f"/console/privacy/{path}", data=form).status_code == 403
    with console_site.signed_in(Role.SUPERVISOR) as client:
        assert client.post("/console/privacy/replay").status_code == 403
        del client.headers["x-csrf-token"]
        assert client.post("/console/privacy/erase", data=form).status_code == 403
    assert ids(console_site) == ["hers"]

    with console_site.signed_in(Role.ADMINISTRATOR) as client:
        assert "rejoués" in client.post("/console/privacy/replay").text


def test_the_journal_tells_who_erased_without_saying_whom(console_site: ConsoleSite) -> None:
    call(console_site, "hers", NUMBER)
    with console_site.signed_in(Role.SUPERVISOR) as client:
        form = {"subject": "number", "value": "06 39 98 01 02", "sure": "1"}
        assert client.post("/console/privacy/erase", data=form).status_code == 200

    with Session(console_site.engine) as session:
        rows = [(row.login, row.action, row.subject) for row in session.scalars(select(AuditRow))]
    (erased,) = [row for row in rows if row[1] == "erase"]
    assert erased[0] == Role.SUPERVISOR
    assert "39980102" not in str(rows)


def test_a_slip_erases_nothing(console_site: ConsoleSite) -> None:
    call(console_site, "hers", NUMBER)
    with console_site.signed_in(Role.SUPERVISOR) as client:
        unsure = client.post("/console/privacy/erase", data={"subject": "number", "value": NUMBER})
        nonsense = client.post("/console/privacy/find", data={"subject": "number", "value": "<b>12</b>"})
        unknown = client.post("/console/privacy/find", data={"subject": "conversation", "value": "nobody"})

    assert unsure.status_code == nonsense.status_code == 422
    assert "<b>12</b>" not in nonsense.text
    assert "<strong>0</strong>" in unknown.text
    assert ids(console_site) == ["hers"]
