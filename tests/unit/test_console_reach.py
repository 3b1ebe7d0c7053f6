"""Every route of the console, found in the running app, against every role that must not reach it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from bot.chat.wiring import Engines, assemble
from bot.console.door import COOKIE
from bot.console.roles import Role
from bot.console.routes_live import Following
from bot.console.shell import safeguards
from bot.live.board import LiveBoard
from bot.settings import Settings
from bot.steering.editions import Editions
from bot.store.conversations import ConversationStore
from integrations.city import load_city
from integrations.database import open_database
from integrations.messages import load_messages
from tests.fakes.chat_site import WrittenDialogue
from tests.fakes.console_site import CITY, NAMES, PASSWORD, console_app

# Which role a route needs, by the longest beginning of its path; None: open to the world.
# A new route is reached by nobody's test until it is written here.
NEEDS: Mapping[str, Role | None] = {
    "/console/": Role.AGENT,
    "/console/static/{name}": None,
    "/console/sign-in": None,
    "/console/sign-out": Role.AGENT,
    "/console/session": Role.AGENT,
    "/console/signed-in": Role.AGENT,
    "/console/kept/": Role.AGENT,
    "/console/oidc/": None,
    "/console/account/": Role.AGENT,
    "/console/dashboard": Role.AGENT,
    "/console/dashboard/": Role.AGENT,
    "/console/live/": Role.AGENT,
    "/console/conversations": Role.AGENT,
    "/console/conversations/": Role.AGENT,
    "/console/conversations/{conversation_id}/caller": Role.SUPERVISOR,
    "/console/corrections/": Role.AGENT,
    "/console/learning": Role.SUPERVISOR,
    "/console/learning/": Role.SUPERVISOR,
    "/console/privacy": Role.SUPERVISOR,
    "/console/privacy/": Role.SUPERVISOR,
    "/console/privacy/replay": Role.ADMINISTRATOR,
    "/console/work": Role.AGENT,
    "/console/work/": Role.AGENT,
    "/console/reports/": Role.AGENT,
    "/console/reports/{report_id}/caller": Role.SUPERVISOR,
    "/console/steering": Role.SUPERVISOR,
    "/console/steering/": Role.SUPERVISOR,
    "/console/accounts/": Role.ADMINISTRATOR,
    "/console/audit/": Role.ADMINISTRATOR,
}
# Answered by anybody's browser, with checks of their own instead of the token of a signed-in page.
WITHOUT_TOKEN = {("POST", "/console/sign-in")}
SAFE = {"GET", "HEAD"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder = tmp_path_factory.mktemp("reach")
    database = open_database(f"sqlite:///{folder / 'chats.db'}")
    editions = Editions(load_city(CITY), load_messages(CITY))
    dialogue, live, records = WrittenDialogue(), LiveBoard(), ConversationStore(database)
    engines = Engines(dialogue, dialogue, None)
    chat = assemble(Settings(var_dir=folder), editions, database, records, engines, live)
    with console_app(folder, Following(live, chat.hand_over)) as app:
        yield app
    database.dispose()


@pytest.fixture(scope="module")
def clients(app: FastAPI) -> Iterator[dict[Role | None, TestClient]]:
    """A browser for each role, and one of nobody; redirects are not followed."""
    with ExitStack() as stack:
        found: dict[Role | None, TestClient] = {}
        for role in (None, *Role):
            client = stack.enter_context(TestClient(app, "http://console", follow_redirects=False))
            if role is not None:
                answer = client.post("/console/sign-in", data={"login": role, "password": PASSWORD})
                assert answer.status_code == 303
            found[role] = client
        yield found


def routes(app: FastAPI) -> list[tuple[str, str, APIRoute]]:
    """Method and path of all that the console answers."""
    found = []
    for route in flat(app.routes):
        path = getattr(route, "path", "")
        if path.startswith("/console"):
            assert isinstance(route, APIRoute), f"{path} is no route that `Door.needs` can guard"
            found += [(method, path, route) for method in sorted(route.methods)]
    return found


def flat(routes: Iterable[Any]) -> Iterator[Any]:
    """The routes, those of included routers too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        yield from flat(included.routes) if included is not None else (route,)


def needed(path: str) -> Role | None:
    """What the table says of a path."""
    listed = [
        each
        for each in NEEDS
        if path == each or (each != "/console/" and each.endswith("/") and path.startswith(each))
    ]
    assert listed, f"{path}: write in NEEDS who may reach it"
    return NEEDS[max(listed, key=len)]


def guards(dependant: Dependant) -> list[Role]:
    """The roles that a route's own dependencies ask for."""
    found = [each.call.role for each in dependant.dependencies if hasattr(each.call, "role")]  # type: ignore[union-attr]
    return found + [role for each in dependant.dependencies for role in guards(each)]


def ask(client: TestClient, method: str, path: str, **options: Any) -> Any:
    return client.request(method, re.sub(r"{[^}]*}", "1", path), **options)


def test_every_route_asks_for_the_role_that_is_written_down(app: FastAPI) -> None:
    found = routes(app)
    assert "/console/live/stream" in {path for _, path, _ in found}
    for method, path, route in found:
        asked = max(guards(route.dependant), key=list(Role).index, default=None)
        assert asked == needed(path), f"{method} {path}"


def test_nobody_and_each_role_are_turned_away_from_what_they_must_not_reach(
    app: FastAPI, clients: dict[Role | None, TestClient]
) -> None:
    n_refused = 0
    for method, path, _ in routes(app):
        role = needed(path)
        if role is None:
            continue
        answer = ask(clients[None], method, path)
        assert answer.status_code == 303, f"nobody: {method} {path}"
        assert answer.headers["location"].startswith("/console/sign-in?next=")
        for kind in ({"accept": "application/json"}, {"hx-request": "true"}, {"sec-fetch-mode": "cors"}):
            assert ask(clients[None], method, path, headers=kind).status_code == 401, f"{method} {path}"
        for other in Role:
            if not other.may(role):
                assert ask(clients[other], method, path).status_code == 403, f"{other}: {method} {path}"
                n_refused += 1
    assert n_refused > 5


def test_nothing_is_changed_without_the_token_of_our_pages(
    app: FastAPI, clients: dict[Role | None, TestClient]
) -> None:
    client = clients[Role.ADMINISTRATOR]
    for method, path, _ in routes(app):
        if method in SAFE or (method, path) in WITHOUT_TOKEN:
            continue
        for headers in ({}, {"x-csrf-token": "autre"}, {"x-csrf-token": "é".encode()}):
            answer = ask(client, method, path, headers=headers)  # type: ignore[arg-type]
            assert answer.status_code == 403, f"{method} {path}"
            assert "trop ancienne" in answer.text
        assert ask(client, method, path, data={"csrf": "x"}).status_code == 403


def test_another_site_signs_nobody_in(clients: dict[Role | None, TestClient]) -> None:
    form = {"login": Role.AGENT, "password": PASSWORD}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://exemple.org"}, {"origin": "null"}):
        answer = clients[None].post("/console/sign-in", data=form, headers=headers)
        assert answer.status_code == 403
        assert COOKIE not in answer.cookies
    own = {"origin": "http://console"}
    assert clients[None].post("/console/sign-in", data=form, headers=own).status_code == 303
    clients[None].cookies.clear()


def test_safeguards_are_on_every_answer(app: FastAPI, clients: dict[Role | None, TestClient]) -> None:
    paths = {path for method, path, _ in routes(app) if method in SAFE}
    for path in (*sorted(paths), "/console", "/console/nulle-part", "/console/static/nulle.css"):
        answer = ask(clients[None], "GET", path)
        assert set(safeguards()) <= {name.title() for name in answer.headers}, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        if "static" not in path:
            assert answer.headers["cache-control"] == "no-store", path
    policy = clients[None].get("/healthz").headers.get("content-security-policy")
    assert policy != safeguards()["Content-Security-Policy"]


def test_too_much_is_not_read(clients: dict[Role | None, TestClient]) -> None:
    answer = clients[None].post("/console/sign-in", data={"login": "x" * 9_000_000})
    assert answer.status_code in (400, 413)


def test_a_page_that_may_not_be_seen_says_why_in_french(clients: dict[Role | None, TestClient]) -> None:
    page = clients[Role.AGENT].get("/console/audit/", headers={"sec-fetch-mode": "navigate"})
    assert (page.status_code, "Accès refusé" in page.text) == (403, True)
    assert NAMES[Role.AGENT] in page.text
    part = clients[Role.AGENT].get("/console/audit/", headers={"hx-request": "true"})
    assert part.json()["detail"].startswith("Votre compte")
    assert clients[Role.AGENT].get("/console/nulle-part").status_code == 404
