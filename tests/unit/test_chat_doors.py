"""The chat's doors with real sockets: who enters, what is refused, what browsers are told."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from bot.chat.site import Site
from tests.fakes.chat_site import ChatSite
from tests.fakes.ports import free_ports
from tests.unit.test_media_gateway import hears
from wire import media

HELLO = {"event": "hello", "version": 1, "session": "", "last_seq": 0}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatSite]:
    (port,) = free_ports(1)
    with ChatSite(tmp_path_factory.mktemp("doors"), port).running() as running:
        yield running


def tab(site: ChatSite, origin: str = "", **options: Any) -> Any:
    return connect(site.url.replace("http", "ws") + "/chat", origin=origin or site.url, **options)  # type: ignore[arg-type]


async def opened(site: ChatSite, socket: ClientConnection) -> str:
    """Begin a chat and return its secret."""
    await socket.send(json.dumps(HELLO))
    welcome = json.loads(await asyncio.wait_for(socket.recv(), 10))
    for _ in range(3):
        await asyncio.wait_for(socket.recv(), 10)
    return str(welcome["session"])


@pytest.mark.parametrize("origin", ["https://exemple.org", "null", "http://127.0.0.1:1"])
async def test_pages_of_other_sites_do_not_enter(site: ChatSite, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await tab(site, origin)
    assert refusal.value.response.status_code == 403


async def test_what_says_not_from_where_it_comes_does_not_enter(site: ChatSite) -> None:
    with pytest.raises(InvalidStatus):
        await connect(site.url.replace("http", "ws") + "/chat")


@pytest.mark.parametrize(
    "first",
    [
        "{",
        b"\0\1",
        '{"event":"say","id":"aaaaaaaa","text":"x"}',
        json.dumps({**HELLO, "version": 2}),
        json.dumps({**HELLO, "session": "x" * 9000}),
    ],
)
async def test_a_connection_that_does_not_greet_is_closed(site: ChatSite, first: str | bytes) -> None:
    async with tab(site) as socket:
        await socket.send(first)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 10)
        assert socket.close_code == 1003


@pytest.mark.parametrize("second", ["{", '{"event":"say","id":"aaaaaaaa","text":"' + "x" * 9000 + '"}'])
async def test_a_message_of_another_shape_ends_the_connection(site: ChatSite, second: str) -> None:
    async with tab(site) as socket:
        await opened(site, socket)
        await socket.send(second)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 10)
        assert socket.close_code == 1003


async def test_an_unknown_secret_begins_anew(site: ChatSite) -> None:
    async with tab(site) as socket:
        await socket.send(json.dumps({**HELLO, "session": "unknown", "last_seq": 7}))
        welcome = json.loads(await asyncio.wait_for(socket.recv(), 10))
        assert welcome["session"] not in ("", "unknown")
        assert not welcome["resumed"]


async def test_a_chat_has_few_tabs(site: ChatSite) -> None:
    async with tab(site) as first:
        key = await opened(site, first)
        sockets = [await tab(site) for _ in range(5)]
        for socket in sockets:
            await socket.send(json.dumps({**HELLO, "session": key, "last_seq": 3}))
        answers = await asyncio.gather(*(socket.recv() for socket in sockets), return_exceptions=True)
        assert sorted(isinstance(answer, ConnectionClosed) for answer in answers) == [False] * 4 + [True]
        assert sorted(socket.close_code or 0 for socket in sockets) == [0, 0, 0, 0, 1013]
        for socket in sockets:
            await socket.close()


def jpeg() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(written, "JPEG")
    return written.getvalue()


async def test_photos_need_the_secret_the_site_and_a_picture(site: ChatSite) -> None:
    async with tab(site) as socket, httpx.AsyncClient(base_url=site.url) as client:
        key = await opened(site, socket)
        mine = {"Authorization": f"Bearer {key}", "Origin": site.url}
        taken = await client.post("/chat/photos", content=jpeg(), headers=mine)
        assert taken.status_code == 201
        assert taken.headers["access-control-allow-origin"] == site.url
        refusals = [
            (await client.post("/chat/photos", content=jpeg(), headers={**mine, **other})).status_code
            for other in ({"Authorization": "Bearer x"}, {"Origin": "https://exemple.org"})
        ]
        assert refusals == [401, 403]
        no_photo = await client.post("/chat/photos", content=b"<svg/>", headers=mine)
        assert (no_photo.status_code, no_photo.json()) == (415, {"code": "not_a_photo"})
        too_big = await client.post("/chat/photos", content=bytes(9_000_000), headers=mine)
        assert (too_big.status_code, too_big.json()) == (413, {"code": "too_big"})
        statuses = [
            (await client.post("/chat/photos", content=b"x", headers=mine)).status_code for _ in range(4)
        ]
        assert statuses[-1] == 429


async def test_a_page_of_an_allowed_site_may_ask_for_photos_and_another_may_not(site: ChatSite) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        asked = await client.options("/chat/photos", headers={"Origin": site.url})
        assert asked.headers["access-control-allow-headers"] == "authorization, content-type"
        assert (await client.options("/chat/photos", headers={"Origin": "https://x.fr"})).status_code == 403


@pytest.mark.parametrize("name", ["x.jpg", "..%2Fwiring.py", f"{'0' * 32}.jpg"])
async def test_what_is_no_photo_is_not_served(site: ChatSite, name: str) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        assert (await client.get(f"/chat/photos/{name}")).status_code == 404


async def test_our_pages_are_strict_and_the_widget_may_be_included_anywhere(site: ChatSite) -> None:
    async with httpx.AsyncClient(base_url=site.url, follow_redirects=True) as client:
        for path in ("/chat", "/chat/"):
            page = await client.get(path)
            assert page.status_code == 200
            assert "default-src 'none'" in page.headers["content-security-policy"]
            assert page.headers["x-content-type-options"] == "nosniff"
            assert "set-cookie" not in page.headers
        widget = await client.get("/chat/widget.js")
        assert widget.headers["content-encoding"] == "gzip"
        assert widget.headers["access-control-allow-origin"] == "*"
        assert int(widget.headers["content-length"]) < 40 * 1024
        again = await client.get("/chat/widget.js", headers={"If-None-Match": widget.headers["etag"]})
        assert again.status_code == 304
        assert (await client.get("/chat/..%2Fsite.py")).status_code == 404


async def test_a_widget_that_was_not_built_says_how(tmp_path: Path) -> None:
    from fastapi import FastAPI

    app = FastAPI()
    app.include_router(Site(tmp_path, "").router)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.get("/chat/widget.js")
    assert answer.status_code == 404
    assert "make widget" in answer.text


def microphone(site: ChatSite, *subprotocols: str, origin: str = "") -> Any:
    return connect(
        site.url.replace("http", "ws") + "/media",
        origin=origin or site.url,  # type: ignore[arg-type]
        subprotocols=[Subprotocol(each) for each in subprotocols],
    )


async def test_the_microphones_door_opens_once_to_a_token(site: ChatSite) -> None:
    async with tab(site) as socket:
        await opened(site, socket)
        await socket.send('{"event":"microphone"}')
        token = "token." + json.loads(await asyncio.wait_for(socket.recv(), 10))["token"]
        strangers = (
            microphone(site, media.SUBPROTOCOL),
            microphone(site, media.SUBPROTOCOL, "token.x"),
            microphone(site, token),
            microphone(site, media.SUBPROTOCOL, token, origin="https://exemple.org"),
        )
        for stranger in strangers:
            with pytest.raises(InvalidStatus) as refusal:
                await stranger
            assert refusal.value.response.status_code == 403
        async with microphone(site, media.SUBPROTOCOL, token) as peer:
            # The number that a browser claims is not believed, nor its name for the call.
            await peer.send(media.encode(media.Start("chat-of-somebody", "0612345678", "", "browser")))
            await hears(peer, lambda message: isinstance(message, media.Mark))
            with pytest.raises(InvalidStatus):
                await microphone(site, media.SUBPROTOCOL, token)
        assert json.loads(await asyncio.wait_for(socket.recv(), 10))["author"] == "bot"
    assert site.rows("select count(*) from conversations where caller != '' or id like '%somebody%'") == [
        (0,)
    ]
