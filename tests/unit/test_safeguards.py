"""What browsers are told with every answer of the public listener, group of routes by group of routes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from bot.chat.wiring import Engines, assemble
from bot.live.board import LiveBoard
from bot.settings import Settings
from bot.steering.editions import Editions
from bot.store.conversations import ConversationStore
from integrations.city import load_city
from integrations.database import open_database
from integrations.messages import load_messages
from runtime.metrics import HttpMetrics, new_registry
from tests.fakes.chat_site import WrittenDialogue
from tests.fakes.console_site import CITY, ConsoleSite
from tests.fakes.ports import free_ports

PAGES = ("/chat/", "/console/sign-in", "/console/none", "/console/static/console.css")
DATA = ("/healthz", "/chat/places.json", "/chat/photos/none.jpg", "/chat/none", "/none")
# Put into the pages of any site: no policy of ours, which its workers would inherit, and no ban on frames.
SCRIPTS = ("/chat/widget.js",)
ALL = (*PAGES, *DATA, *SCRIPTS, "/broken")


@contextmanager
def listener(folder: Path, **settings: str) -> Iterator[FastAPI]:
    """The public listener with chat and console, and a route that breaks."""
    broken = APIRouter()

    @broken.get("/broken")
    def fail() -> None:
        raise RuntimeError

    (port,) = free_ports(1)
    site = ConsoleSite(folder, port, **settings)
    app, _ = site.app()
    app.include_router(broken)
    dialogue = WrittenDialogue()
    database = open_database(f"sqlite:///{folder / 'chats.db'}")
    chat = assemble(
        Settings(var_dir=folder),
        Editions(load_city(CITY), load_messages(CITY)),
        database,
        ConversationStore(database),
        Engines(dialogue, dialogue, None),
        LiveBoard(),
    )
    for router in chat.routers:
        app.include_router(router)
    yield app
    database.dispose()
    site.close()


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Response]]:
    with (
        listener(tmp_path_factory.mktemp("plain")) as app,
        TestClient(app, raise_server_exceptions=False) as browser,
    ):
        yield {path: browser.get(path) for path in ALL}


@pytest.mark.parametrize("path", ALL)
def test_every_answer_forbids_guessing_and_telling(answers: dict[str, Response], path: str) -> None:
    headers = answers[path].headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    # The console must learn from where a form comes.
    is_console = path.startswith("/console")
    assert headers["Referrer-Policy"] == ("same-origin" if is_console else "no-referrer")
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_pages_run_nothing_but_their_own_and_are_framed_by_nobody(
    answers: dict[str, Response], path: str
) -> None:
    headers = answers[path].headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", [*DATA, "/broken"])
def test_data_may_do_nothing_as_a_page(answers: dict[str, Response], path: str) -> None:
    assert answers[path].headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("path", SCRIPTS)
def test_the_widget_may_be_put_into_other_sites(answers: dict[str, Response], path: str) -> None:
    assert answers[path].status_code == 200
    headers = answers[path].headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Content-Security-Policy" not in headers
    assert "X-Frame-Options" not in headers


def test_an_error_keeps_its_text_to_itself(answers: dict[str, Response]) -> None:
    assert (answers["/broken"].status_code, answers["/broken"].text) == (500, "Erreur interne.")


def test_only_behind_tls_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    with listener(tmp_path, public_url="https://standard.exemple.fr") as app:
        browser = TestClient(app, "https://standard.exemple.fr", raise_server_exceptions=False)
        for path in ALL:
            assert browser.get(path).headers["Strict-Transport-Security"] == "max-age=31536000", path


def test_requests_are_counted_by_route_and_not_by_address(tmp_path: Path) -> None:
    registry = new_registry()
    with listener(tmp_path) as app:
        app.add_middleware(HttpMetrics, registry=registry, listener="public")
        browser = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
        for path in ("/chat/photos/secret.jpg", "/console/conversations/secret", "/secret", "/broken"):
            browser.get(path)
        browser.request("SECRET", "/healthz")
    samples = [sample for metric in registry.collect() for sample in metric.samples]
    counted = {
        (sample.labels["route"], sample.labels["method"], sample.labels["status"])
        for sample in samples
        if sample.name == "callbot_http_requests_total"
    }
    assert {
        ("/chat/photos/{name}", "GET", "404"),
        ("/console/conversations/{conversation_id}", "GET", "303"),
        ("/broken", "GET", "500"),
    } <= counted
    assert "secret" not in str(samples).casefold()
