"""Reports in a real browser before a real report desk: found, on a map, changed, merged, exported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from playwright.async_api import Browser, expect

from bot.console.roles import Role
from integrations.report_desk_foreign import ForeignDesk
from tests.fakes.console_site import ConsoleSite
from tests.fakes.ports import free_ports
from tests.fakes.reports_servers import AGENTS_KEY, KEY, embedded_server, foreign_app, serving
from tests.web.pages import DESKTOP, PHONE
from tests.web.test_console_access import check, desk

pytestmark = pytest.mark.web

HOSTILE = "<img src=x onerror=alert(1)>"


class City:
    """A console, and the report desk behind it with three reports."""

    def __init__(self, site: ConsoleSite, desk_url: str) -> None:
        self.site = site
        self.desk_url = desk_url

    def file(self, **fields: str) -> None:
        form = {"api_key": KEY, "service_code": "trou", "address_string": "Place de l'Horloge", **fields}
        answer = httpx.post(f"{self.desk_url}/open311/v2/requests.json", data=form, trust_env=False)
        answer.raise_for_status()

    def act(self, report_id: str, **body: str) -> None:
        """What somebody else does meanwhile."""
        address = f"{self.desk_url}/desk/v1/requests/{report_id}/events"
        body = {"author": "Ali", **body}
        answer = httpx.post(address, headers={"X-Api-Key": AGENTS_KEY}, json=body, trust_env=False)
        answer.raise_for_status()


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with embedded_server(tmp_path) as (base, _):
        url = base.removesuffix("/open311/v2/")
        (port,) = free_ports(1)
        site = ConsoleSite(tmp_path, port, backend_url=url)
        city = City(site, url)
        city.file(
            description="Un trou devant l'école",
            lat="43.8370",
            long="4.3600",
            last_name="Zoé Martin",
            phone="0612345678",
        )
        city.file(description=HOSTILE, lat="43.8371", long="4.3601", address_string=f"Rue {HOSTILE}")
        city.file(service_code="lampe", description="=HYPERLINK(1)", address_string="12 rue de l'Aspic")
        with site.running():
            yield city


@pytest.mark.asyncio(loop_scope="session")
async def test_an_agent_finds_reads_and_changes_a_report(city: City, chromium: Browser) -> None:
    async with desk(chromium, city.site, Role.AGENT) as page:
        await page.get_by_role("navigation", name="Console").get_by_role("link", name="Signalements").click()
        await expect(page.get_by_role("status")).to_have_text("3 signalements")
        await check(page, "console-reports")
        await page.get_by_label("Texte").fill("école")
        await page.get_by_role("button", name="Filtrer").click()
        await expect(page.get_by_role("status")).to_have_text("1 signalement")
        await page.get_by_role("rowheader").get_by_role("link").click()
        await expect(page.get_by_text("Connue, mais masquée")).to_be_visible()
        await expect(page.get_by_text("0612345678")).to_have_count(0)
        await page.get_by_label("Nouvel état").select_option("Attribué")
        await page.get_by_label("Service (").select_option("Éclairage")
        await page.get_by_label("Note", exact=True).fill("À voir <b>demain</b>")
        # Somebody else is quicker: nothing typed is lost, nothing is overwritten.
        city.act("1", state="in_progress", note="J'y suis.")
        await page.get_by_role("button", name="Enregistrer").click()
        await expect(page.get_by_role("alert").filter(has_text="entre-temps")).to_be_visible()
        await expect(page.get_by_label("Note", exact=True)).to_have_value("À voir <b>demain</b>")
        await expect(page.get_by_role("row", name="J'y suis.")).to_be_visible()
        await check(page, "console-report")
        await page.get_by_role("button", name="Enregistrer").click()
        row = page.get_by_role("row", name="À voir <b>demain</b>")
        await expect(row).to_contain_text("Zoé Agent (agent)")
        await expect(row).to_contain_text("Attribué (Éclairage)")
        # Closing without a reason is refused, and says so.
        await page.get_by_label("Nouvel état").select_option("Clos")
        await page.get_by_role("button", name="Enregistrer").click()
        await expect(page.get_by_role("alert").filter(has_text="n'accepte pas")).to_be_visible()
        await expect(page.get_by_label("Nouvel état")).to_have_value("closed")


@pytest.mark.asyncio(loop_scope="session")
async def test_duplicates_are_merged(city: City, chromium: Browser) -> None:
    async with desk(chromium, city.site, Role.AGENT) as page:
        await page.goto(f"{city.site.url}/console/reports/2")
        await expect(page.get_by_text(HOSTILE, exact=True)).to_be_visible()
        await page.get_by_role("button", name="Regrouper avec 1").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Doublon")
        await page.get_by_role("link", name="n° 1").first.click()
        await expect(page.get_by_role("definition").filter(has_text="2")).not_to_have_count(0)
        await expect(page.get_by_role("row", name="regroupé")).to_be_visible()


@pytest.mark.asyncio(loop_scope="session")
async def test_who_reported_is_shown_to_supervisors_and_written_down(city: City, chromium: Browser) -> None:
    async with desk(chromium, city.site, Role.SUPERVISOR) as page:
        await page.goto(f"{city.site.url}/console/reports/1")
        await expect(page.get_by_text("0612345678")).to_have_count(0)
        await page.get_by_role("button", name="Afficher la personne").click()
        await expect(page.get_by_text("0612345678")).to_be_visible()
    with city.site.signed_in(Role.ADMINISTRATOR) as client:
        log = client.get("/console/audit/export.csv?action=view_caller").text
        assert "supervisor" in log
        assert "0612345678" not in log


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("viewport", "theme"), [(DESKTOP, "light"), (PHONE, "dark")])
async def test_the_map_and_its_list(city: City, chromium: Browser, viewport: object, theme: str) -> None:
    async with desk(chromium, city.site, Role.AGENT, theme, viewport) as page:
        await page.goto(f"{city.site.url}/console/reports/map")
        await expect(page.locator(".map path.point")).to_have_count(2)
        entries = page.get_by_role("list", name="Signalements").get_by_role("listitem")
        await expect(entries).to_have_count(3)
        await expect(entries.filter(has_text="sans position")).to_have_count(1)
        await entries.filter(has_text="Horloge").get_by_role("link").focus()
        await page.locator(".map path.point").first.click(force=True)
        await expect(page.locator(".leaflet-popup-content")).to_contain_text("Reçu")
        await check(page, f"console-reports-map-{theme}")


def test_files_hold_what_was_asked_for(city: City) -> None:
    with city.site.signed_in(Role.AGENT) as client:
        table = client.get("/console/reports/export.csv?category=lampe")
        assert table.headers["content-disposition"] == 'attachment; filename="signalements.csv"'
        header, row = csv.reader(io.StringIO(table.text.removeprefix("\ufeff")), delimiter=";")
        cells = dict(zip(header, row, strict=True))
        assert (cells["Description"], cells["Catégorie"]) == ("'=HYPERLINK(1)", "Lampe éteinte")
        rows = client.get("/console/reports/export.json?text=école").json()
        assert [(each["service_request_id"], each["status"], each["lat"]) for each in rows] == [
            ("1", "open", 43.837)
        ]
        assert "phone" not in rows[0]
        xml = ElementTree.fromstring(client.get("/console/reports/export.xml").content)
        assert (xml.tag, [each.tag for each in xml]) == ("service_requests", ["request"] * 3)
        assert HOSTILE in {each.findtext("description") for each in xml}
        assert "export_reports" not in client.get("/console/reports/").text
    with city.site.signed_in(Role.ADMINISTRATOR) as client:
        assert client.get("/console/audit/export.csv?action=export_reports").text.count("category=lampe") == 1


def test_a_desk_that_is_down_is_said(console_site: ConsoleSite) -> None:
    with console_site.signed_in(Role.AGENT) as client:
        page = client.get("/console/reports/")
        assert (page.status_code, "ne répond pas" in page.text) == (200, True)
        assert client.get("/console/reports/1").status_code == 502
        assert client.get("/console/reports/export.csv").status_code == 502


def test_a_foreign_system_is_shown_with_what_it_cannot(tmp_path: Path) -> None:
    filed = [
        {
            "service_request_id": 100,
            "status": "open",
            "service_code": "trou",
            "description": HOSTILE,
            "requested_datetime": "2026-11-23T21:00:00",
        }
    ]
    with serving(foreign_app(filed)) as url:
        (port,) = free_ports(1)
        site = ConsoleSite(tmp_path, port)
        site.reports = ForeignDesk(f"{url}/", is_local=True)
        with site.running(), site.signed_in(Role.SUPERVISOR) as client:
            assert "se changent là-bas" in client.get("/console/reports/").text
            page = client.get("/console/reports/100").text
            assert "pas le changer" in page
            assert "Enregistrer" not in page
            assert HOSTILE not in page
            answer = client.post("/console/reports/100/change", data={"note": "x"})
            assert answer.status_code == 422
            assert len(client.get("/console/reports/export.json").json()) == 1


SAID = "Un trou, rappelez monsieur Jean Vidal au 06 98 76 54 32"


def test_what_callers_say_of_themselves_is_masked_in_reports_and_files(city: City) -> None:
    city.file(description=SAID, first_name="Jean", last_name="Vidal", phone="0698765432")
    with city.site.signed_in(Role.AGENT) as client:
        link = client.get("/console/reports/?text=rappelez").text.partition('<th scope="row"><a href="')[2]
        page = link.partition(chr(34))[0]
        shown = client.get(page).text
        assert "rappelez monsieur [nom] au [numéro]" in shown
        assert "98 76" not in shown
    with city.site.signed_in(Role.SUPERVISOR) as client:
        assert SAID in client.get(page).text
        # Files travel.
        for ending in ("csv", "json", "xml"):
            file = client.get(f"/console/reports/export.{ending}").text
            assert "[numéro]" in file, ending
            assert "98 76" not in file, ending
