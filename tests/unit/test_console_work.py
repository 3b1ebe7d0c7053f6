"""What the work queues answer to requests that no button makes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest

from bot.console.roles import Role
from integrations.desk import Desk
from integrations.desk_callbacks_work import CallbackDesk
from integrations.desk_types import NewCallback
from tests.fakes.console_site import ConsoleSite
from tests.fakes.outbox_backend import MemoryBackend
from tests.fakes.ports import free_ports

WORK = "/console/work"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleSite]:
    (port,) = free_ports(1)
    with ConsoleSite(tmp_path_factory.mktemp("work"), port).running() as running:
        yield running


@pytest.fixture
def client(site: ConsoleSite) -> Iterator[httpx.Client]:
    with site.signed_in(Role.AGENT) as client:
        yield client


async def asked(site: ConsoleSite, phone: str, conversation_id: str) -> str:
    now = datetime.now(UTC)
    wish = NewCallback(conversation_id, phone, "accueil", "", now + timedelta(hours=1))
    return await Desk(site.desk_engine, MemoryBackend(), "NIM").request_callback(wish, now)


def act(client: httpx.Client, reference: str, action: str, note: str = "") -> httpx.Response:
    return client.post(f"{WORK}/callbacks/{quote(reference)}/{action}", data={"note": note})


@pytest.mark.parametrize("action", ["claim", "release", "tried", "done"])
def test_a_call_back_that_is_not_there_is_said_to_be_missing(client: httpx.Client, action: str) -> None:
    assert act(client, "NIM 26 9999 9", action, "fait").status_code == 404


async def test_none_is_done_without_a_word_nor_by_who_does_not_have_it(
    site: ConsoleSite, client: httpx.Client
) -> None:
    reference = await asked(site, "0466200012", "c1")
    for action in ("release", "tried", "done"):
        answer = act(client, reference, action, "fait")
        assert (answer.status_code, "prenez-le à nouveau" in answer.text) == (409, True)
    assert act(client, reference, "claim").status_code == 200
    answer = act(client, reference, "done", " \n ")
    assert (answer.status_code, "jamais clos sans un mot" in answer.text) == (422, True)
    callbacks = CallbackDesk(site.desk_engine)
    assert reference in [each.reference for each in await callbacks.waiting()]
    assert act(client, reference, "done", "fait").status_code == 200
    answer = act(client, reference, "claim")
    assert (answer.status_code, "est déjà fait, par agent" in answer.text) == (409, True)


async def test_what_a_line_says_of_its_number_is_no_link_but_digits(
    site: ConsoleSite, client: httpx.Client
) -> None:
    reference = await asked(site, '06"onclick=x;12&34', "c2")
    assert act(client, reference, "claim").status_code == 200
    page = act(client, reference, "claim").text
    assert 'href="tel:061234"' in page
    assert "onclick=x;12&34<" not in page
    assert act(client, reference, "done", "faux numéro").status_code == 200


def test_what_is_not_there_cannot_be_taken_or_settled(client: httpx.Client) -> None:
    for path in (
        "letters/7/claim",
        "letters/7/send",
        "letters/7/done",
        "reports/NIM/claim",
        "reports/NIM/done",
    ):
        answer = client.post(f"{WORK}/{path}", data={"note": "fait"})
        assert (answer.status_code, "entre-temps" in answer.text) == (409, True), path
    for path in ("letters/7/done", "reports/NIM/done"):
        assert client.post(f"{WORK}/{path}", data={"note": " "}).status_code == 422
    assert client.post(f"{WORK}/letters/{2**40}/claim").status_code == 404
