"""From the browser to the report desk: Chromium, chat, Rasa, actions, outbox, Open311; nothing is faked."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from bot.rasa_env.serve import serve_command, serve_environment
from integrations.messages import load_messages
from tests.calls.conftest import wait_until
from tests.dialogue.engine import RASA_PYTHON, ROOT, process, running_actions, trained_model, wait_for
from tests.fakes.chat_site import CITY, ChatSite
from tests.fakes.nlg_server import SaidNames, nlg_app, serving
from tests.fakes.ports import free_ports
from tests.web.pages import PHONE, Visitor, send_photo, visitor

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.web,
    pytest.mark.rasa,
    pytest.mark.timeout(700),
]


@dataclass(frozen=True)
class TownHall:
    """A chat with everything behind it. reports_url: base of the report desk."""

    site: ChatSite
    reports_url: str

    def requests(self) -> list[dict[str, object]]:
        """What the report desk holds."""
        found: list[dict[str, object]] = (
            httpx.get(f"{self.reports_url}requests.json").raise_for_status().json()
        )
        return found


@pytest.fixture(scope="module")
def town_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    var_dir = tmp_path_factory.mktemp("town-hall")
    model = trained_model()
    nlg_port, rasa_port, actions_port, backend_port, public_port = free_ports(5)
    reports_url = f"http://127.0.0.1:{backend_port}/open311/v2/"
    here = {
        "CALLBOT_VAR_DIR": str(var_dir),
        "CALLBOT_BACKEND_PORT": str(backend_port),
        "CALLBOT_OPEN311_URL": reports_url,
    }
    (var_dir / "rasa").mkdir()
    with ExitStack() as stack:
        nlg_url = stack.enter_context(serving(nlg_app(load_messages(CITY), SaidNames()), nlg_port))
        for name in ("backend", "outbox"):
            command = (sys.executable, "-m", f"integrations.{name}")
            stack.enter_context(process(command, here, var_dir / f"{name}.log"))
        wait_for(f"{reports_url}services.json", var_dir / "backend.log")
        actions_url = stack.enter_context(running_actions(var_dir, actions_port, backend_port, ""))
        rasa = serve_environment(var_dir, actions_url=actions_url, nlg_url=f"{nlg_url}/nlg")
        serve = serve_command(ROOT, RASA_PYTHON, model, rasa_port)
        stack.enter_context(process(serve, rasa, var_dir / "rasa.log"))
        rasa_url = f"http://127.0.0.1:{rasa_port}"
        wait_for(f"{rasa_url}/webhooks/rest/", var_dir / "rasa.log")
        site = stack.enter_context(ChatSite(var_dir, public_port, rasa_url=rasa_url).running())
        yield TownHall(site, reports_url)


async def test_a_report_with_a_photo_and_a_position_reaches_the_desk(
    town_hall: TownHall, chromium: Browser
) -> None:
    async with visitor(chromium, PHONE) as someone:
        await someone.open(town_hall.site.url)
        await send_photo(someone, "il y a un nid de poule dans la chaussée")
        await expect(someone.widget.locator(".tool.wanted")).to_be_visible()
        await someone.button("Lieu").click()
        await expect(someone.widget.locator(".leaflet-container")).to_be_visible()
        await someone.widget.get_by_label("Ou choisissez un lieu connu").select_option("Arènes de Nîmes")
        await expect(someone.button("Envoyer ce lieu")).to_be_enabled()
        await someone.button("Envoyer ce lieu").click()
        await confirm_until_filed(someone)
        card = someone.log.get_by_role("article", name="Votre signalement")
        await expect(card.get_by_text("enregistré")).to_be_visible()
        reference = await card.locator(".reference").inner_text()
    request = await filed(town_hall)
    assert reference.replace(" ", "") in str(request).replace(" ", "")
    assert "Arènes" in str(request["address"])
    assert (round(float(str(request["lat"])), 4), round(float(str(request["long"])), 4)) == (43.8349, 4.3596)
    photo = await asyncio.to_thread(httpx.get, str(request["media_url"]))
    assert photo.headers["content-type"] == "image/jpeg"


async def confirm_until_filed(someone: Visitor) -> None:
    """Answer the questions by their buttons until the report's card is shown: yes, but no number."""
    card = someone.log.get_by_role("article", name="Votre signalement")
    for _ in range(6):
        await card.or_(someone.button("Non")).last.wait_for()
        if await card.count():
            return
        question = (await someone.bubbles())[-1]
        await someone.button("Non" if "numéro" in question else "Oui").click()
        await expect(someone.button("Non")).to_have_count(0)
    raise AssertionError("the report was never filed")


async def filed(town_hall: TownHall) -> dict[str, object]:
    """The one report at the desk, once the outbox has delivered it."""
    await asyncio.to_thread(wait_until, lambda: bool(town_hall.requests()), 30)
    (request,) = town_hall.requests()
    return request


async def test_a_procedure_is_explained(town_hall: TownHall, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(town_hall.site.url)
        await someone.write("comment refaire ma carte d'identité ?")
        card = someone.log.get_by_role("article")
        await expect(card.get_by_text("Papiers")).to_be_visible()
        assert "carte" in (await card.inner_text()).casefold()


async def test_danger_is_told_before_the_dialogue_answers(town_hall: TownHall, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(town_hall.site.url)
        await someone.write("il y a le feu dans mon immeuble venez vite")
        await expect(someone.log.get_by_role("link", name="Appeler le 18")).to_be_visible()
        await expect(someone.log.locator(".message.bot")).to_have_count(5)


async def test_erasing_reaches_the_dialogue_engine(town_hall: TownHall, chromium: Browser) -> None:
    trackers = Path(town_hall.site.settings.var_dir) / "rasa" / "trackers.db"
    async with visitor(chromium) as someone:
        await someone.open(town_hall.site.url)
        await someone.write("bonjour xyzzy")
        await expect(someone.log.locator(".message.bot")).to_have_count(4)
        assert "xyzzy" in str(await asyncio.to_thread(events, trackers))
        await someone.button("Options").click()
        await someone.button("Effacer ma conversation").click()
        await someone.button("Oui, tout effacer").click()
        await expect(someone.button("Nouvelle conversation")).to_be_visible()
        assert "xyzzy" not in str(await asyncio.to_thread(events, trackers))


def events(path: Path) -> list[tuple[object, ...]]:
    """What the dialogue engine remembers of everybody."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("select data from events").fetchall()
