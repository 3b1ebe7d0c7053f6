"""The dashboard in a real browser: read, filtered, printed, on a phone, by each role; axe finds nothing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import insert

from bench.console_fill import Made, make, read_sentences
from bot.console.roles import Role
from bot.figures.job import Counting
from bot.store.models import Conversation, Turn
from integrations.database import writing
from tests.fakes.console_site import NAMES, ConsoleSite
from tests.fakes.ports import free_ports
from tests.fakes.reports_servers import AGENTS_KEY, KEY, embedded_server
from tests.web.pages import PHONE
from tests.web.test_console_access import check, desk

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.web]

PAGE = "/console/dashboard"
TALL = {"width": 1280, "height": 1500}
COUNT = 200
HOURS = (7, 8, 8, 8, 9, 9, 9, 9, 10, 10, 11, 13, 13, 13, 14, 14, 14, 15, 15, 16, 17)
NUMBER = "0639980102"
ODD = (f"rappelez moi au {NUMBER} pour le zinzin", "euh rappelez moi au 06 39 98 01 02 pour le zinzin")
CLOSED = "[...document.querySelectorAll('main details')].filter((each) => !each.open).length"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleSite]:
    """Calls and chats of the last month, counted, and a report desk with three reports, one of them done."""
    folder = tmp_path_factory.mktemp("dashboard")
    with embedded_server(folder) as (base, _):
        url = base.removesuffix("/open311/v2/")
        (port,) = free_ports(1)
        site = ConsoleSite(folder, port, backend_url=url)
        fill(site)
        file_reports(url)
        with site.running():
            yield site


def fill(site: ConsoleSite) -> None:
    chance, now, sentences = random.Random(3), datetime.now(UTC), read_sentences()
    made: list[Made] = []
    while len(made) < COUNT:
        number = len(made)
        at = (now - timedelta(days=1 + 28 * number / COUNT)).replace(hour=chance.choice(HOURS))
        each = make(chance, number, at, sentences)
        # A chat in which nobody wrote does not count.
        if any(turn["speaker"] == "caller" for turn in each.turns):
            made.append(each)
    # Two that ask for the same, and say their number.
    for each, words in zip(made, ODD, strict=False):
        each.turns[1:1] = [
            each.turns[0]
            | {"speaker": "caller", "text": words, "intent": "nlu_fallback", "intent_confidence": 0.3}
        ]
        for position, turn in enumerate(each.turns):
            turn["position"] = position
        each.conversation["is_unsure"] = True
    with writing(site.engine) as session:
        session.execute(insert(Conversation), [each.conversation for each in made])
        session.execute(insert(Turn), [turn for each in made for turn in each.turns])
    Counting(site.engine, site.desk_engine, ZoneInfo("Europe/Paris"), lambda: now).catch_up(now)


def file_reports(url: str) -> None:
    with httpx.Client(base_url=url, trust_env=False) as client:
        for code in ("trou", "trou", "lampe"):
            form = {"api_key": KEY, "service_code": code, "address_string": "Rue Hoche", "description": "x"}
            client.post("/open311/v2/requests.json", data=form).raise_for_status()
        done = {"author": "Ali", "state": "done"}
        address, key = "/desk/v1/requests/1/events", {"X-Api-Key": AGENTS_KEY}
        client.post(address, json=done, headers=key).raise_for_status()


async def loaded(page: Page) -> None:
    """Wait for the parts that come after the page."""
    await expect(page.get_by_text("Chargement…")).to_have_count(0, timeout=60_000)


@pytest.mark.parametrize("role", Role)
async def test_each_role_reads_the_figures_and_nobody_what_callers_say_of_themselves(
    site: ConsoleSite, chromium: Browser, role: Role
) -> None:
    async with desk(chromium, site, role) as page:
        menu = page.get_by_role("navigation", name="Console")
        await menu.get_by_role("link", name="Tableau de bord").click()
        await loaded(page)
        tile = page.get_by_role("listitem").filter(has_text="dont 0 en cours")
        await expect(tile.get_by_role("strong")).to_have_text(str(COUNT))
        odd = page.get_by_role("row").filter(has_text="zinzin")
        await expect(odd).to_have_count(1)
        await expect(odd.get_by_role("cell").first).to_have_text("2")
        assert NUMBER[-6:] not in (await odd.inner_text()).replace(" ", "")
        await odd.get_by_role("link").click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def test_a_chart_has_its_table_and_its_file(site: ConsoleSite, chromium: Browser) -> None:
    async with desk(chromium, site, Role.AGENT, viewport=TALL) as page:
        await page.goto(f"{site.url}{PAGE}?period=30")
        await loaded(page)
        await check(page, "console-dashboard", is_whole=False)
        hours = page.get_by_role("region", name="Conversations par heure de la journée", exact=True)
        await expect(hours.get_by_role("img", name="Colonnes, une par heure")).to_be_visible()
        rows = hours.get_by_role("row")
        await expect(rows).to_have_count(0)
        await hours.get_by_text("Tableau").click()
        await expect(rows).to_have_count(25)
        numbers = [int(text) for text in await hours.locator("td:last-child").all_inner_texts()]
        assert sum(numbers) == COUNT
        async with page.expect_download() as started:
            await hours.get_by_role("link", name="CSV").click()
        path = await (await started.value).path()
        content = await asyncio.to_thread(Path(path).read_text, encoding="utf-8-sig")
        assert content.startswith('"Heure";"Téléphone";"Chat";"Total"')
        reports = page.get_by_role("region", name="Signalements par catégorie", exact=True)
        # Two still have time; of those that are judged, one of one.
        await expect(reports).to_contain_text("100,0 % réglés sous 48 h (1 sur 1")
        await reports.get_by_text("Tableau").click()
        await expect(reports.get_by_role("row").filter(has_text="tous")).to_contain_text("Autre")
        for word in ("Traitées sans personne", "Abandonnées"):
            meaning = page.get_by_role("term").filter(has_text=word)
            await expect(meaning).to_be_hidden()
        await page.get_by_text("Définitions").first.click()
        await expect(page.get_by_role("definition").first).to_contain_text("terminées par l'assistant seul")
        await check(page)


async def test_periods_and_channels_are_chosen(site: ConsoleSite, chromium: Browser) -> None:
    async with desk(chromium, site, Role.AGENT) as page:
        await page.goto(f"{site.url}{PAGE}")
        periods = page.get_by_role("navigation", name="Période")
        await expect(periods.get_by_role("link", name="30 jours")).to_have_attribute("aria-current", "page")
        await page.get_by_label("Canal").select_option("Chat")
        await page.get_by_label("Du", exact=True).fill(str((datetime.now(UTC) - timedelta(days=3)).date()))
        await page.get_by_role("button", name="Afficher").click()
        await expect(page.get_by_role("status")).to_contain_text("Chat seulement")
        await periods.get_by_role("link", name="Cette année").click()
        await expect(page.get_by_role("status")).to_contain_text("Chat seulement")
        await expect(page.get_by_label("Canal")).to_have_value("chat")
        # Chats have no voice: nothing to show is said, not drawn.
        await page.goto(f"{site.url}{PAGE}?from=2001-01-01&to=2001-01-02")
        await loaded(page)
        await expect(page.get_by_text("Aucune conversation sur cette période.")).to_be_visible()
        await expect(page.get_by_text("la question n'est pas posée")).to_be_visible()
        await expect(page.locator("main svg")).to_have_count(0)
        await check(page)


@pytest.mark.parametrize(("theme", "viewport"), [("dark", None), ("light", PHONE)])
async def test_it_is_read_in_the_dark_and_on_a_phone(
    site: ConsoleSite, chromium: Browser, theme: str, viewport: object
) -> None:
    async with desk(chromium, site, Role.SUPERVISOR, theme, viewport) as page:
        await page.goto(f"{site.url}{PAGE}?period=year")
        await loaded(page)
        await check(page, f"console-dashboard-{'phone' if viewport else 'dark'}", is_whole=False)


async def test_tables_are_printed_in_full_and_closed_again(site: ConsoleSite, chromium: Browser) -> None:
    async with desk(chromium, site, Role.SUPERVISOR) as page:
        await page.goto(f"{site.url}{PAGE}")
        await loaded(page)
        before = await page.evaluate(CLOSED)
        assert before > 5
        await page.evaluate(f"addEventListener('beforeprint', () => {{ window.leftClosed = {CLOSED}; }})")
        paper = await page.pdf(prefer_css_page_size=True)
        assert await page.evaluate("window.leftClosed") == 0
        assert await page.evaluate(CLOSED) == before
        assert paper.startswith(b"%PDF")
        await page.emulate_media(media="print")
        await expect(page.get_by_text(f"par {NAMES[Role.SUPERVISOR]}.")).to_be_visible()
        await expect(page.get_by_role("navigation", name="Console")).to_be_hidden()
        await expect(page.get_by_role("button", name="Afficher")).to_be_hidden()
