"""nginx with `deploy/nginx/callbot.conf` before two chats: what browsers reach, and what nobody does."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import websockets
from websockets.typing import Origin

from tests.calls.conftest import wait_until
from tests.calls.sipp.lab import running
from tests.fakes.chat_site import ChatSite
from tests.fakes.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
HOST = "bot.example.fr"


@dataclass
class Front:
    """port: of TLS. plain_port: of HTTP. sites: the bots behind it."""

    port: int
    plain_port: int
    trust: ssl.SSLContext
    sites: list[ChatSite]

    def client(self) -> httpx.AsyncClient:
        """A browser that takes the front for the city's address."""
        extensions = {"sni_hostname": HOST}
        client = httpx.AsyncClient(
            base_url=f"https://127.0.0.1:{self.port}", verify=self.trust, headers={"Host": HOST}, timeout=20
        )
        client.event_hooks["request"].append(_with(extensions))
        return client

    @asynccontextmanager
    async def chat(self, hello: dict[str, object]) -> AsyncIterator[Visitor]:
        async with websockets.connect(
            f"wss://{HOST}:{self.port}/chat",
            host="127.0.0.1",
            port=self.port,
            ssl=self.trust,
            origin=Origin(f"https://{HOST}"),
            proxy=None,
        ) as socket:
            await socket.send(json.dumps({"event": "hello", "version": 1, **hello}))
            yield Visitor(socket)


@dataclass
class Visitor:
    socket: websockets.ClientConnection

    async def say(self, name: str, text: str) -> None:
        await self.socket.send(json.dumps({"event": "say", "id": name, "text": text}))

    async def until(self, event: str, text: str = "") -> dict[str, object]:
        """Read up to an event that says something."""
        while True:
            told: dict[str, object] = json.loads(await self.socket.recv())
            if told["event"] == event and text in str(told.get("text", "")):
                return told


def _with(extensions: dict[str, str]):  # type: ignore[no-untyped-def]
    async def add(request: httpx.Request) -> None:
        request.extensions |= extensions

    return add


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for the city's address, signed by itself."""
    certificate, key = tmp_path / "fullchain.pem", tmp_path / "privkey.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[list[ChatSite]]:
    ports = free_ports(2)
    made = [ChatSite(tmp_path / "var", port, origins=f"https://{HOST}") for port in ports]
    for each in made:
        each.start()
    yield made
    for each in made:
        each.stop()


@pytest.fixture
async def front(
    tmp_path: Path, certificate: tuple[Path, Path], sites: list[ChatSite]
) -> AsyncIterator[Front]:
    port, plain_port = free_ports(2)
    text = (ROOT / "deploy" / "nginx" / "callbot.conf").read_text(encoding="utf-8")
    servers = "".join(
        f"server 127.0.0.1:{each.settings.public_port} max_fails=1 fail_timeout=5s;\n" for each in sites
    )
    for old, new in (
        ("    server 127.0.0.1:8000 max_fails=1 fail_timeout=5s;\n", servers),
        ("listen 80;", f"listen 127.0.0.1:{plain_port};"),
        ("listen [::]:80;", ""),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        ("listen [::]:443 ssl http2;", ""),
        ("/etc/callbot/tls/fullchain.pem", str(certificate[0])),
        ("/etc/callbot/tls/privkey.pem", str(certificate[1])),
        ("/var/log/nginx/callbot.log", str(tmp_path / "access.log")),
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "callbot.conf").write_text(text, encoding="utf-8")
    whole = (
        f"daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log; worker_processes 1;\n"
        f"events {{}}\nhttp {{ client_body_temp_path {tmp_path}/body; proxy_temp_path {tmp_path}/proxy;\n"
        f"include {tmp_path}/callbot.conf; }}\n"
    )
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    command = (program, "-p", str(tmp_path), "-e", str(tmp_path / "error.log"))
    trust = ssl.create_default_context(cafile=str(certificate[0]))
    async with AsyncExitStack() as stack:
        nginx = await stack.enter_async_context(running(*command, "-c", str(tmp_path / "nginx.conf")))
        wait_until(lambda: _listens(plain_port) or nginx.child.returncode is not None, 20)
        yield Front(port, plain_port, trust, sites)
        # Told to end it takes its workers with it; killed it would leave them behind.
        nginx.child.terminate()
        await nginx.ends()


def _listens(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/").status_code == 301
    except httpx.TransportError:
        return False


async def test_browsers_reach_the_chat_the_widget_and_the_console_over_tls(front: Front) -> None:
    async with front.client() as browser:
        page = await browser.get("/chat/")
        assert page.status_code == 200
        assert page.headers["strict-transport-security"].startswith("max-age=31536000")
        widget = await browser.get("/chat/widget.js")
        assert widget.status_code == 200
        assert widget.headers["content-type"].startswith("text/javascript")
        console = await browser.get("/console/")
        assert console.status_code in (200, 303)
    async with httpx.AsyncClient() as plain:
        moved = await plain.get(f"http://127.0.0.1:{front.plain_port}/chat/", headers={"Host": HOST})
        assert (moved.status_code, moved.headers["location"]) == (301, f"https://{HOST}/chat/")


HIDDEN = (
    *("/", "/metrics", "/healthz", "/nlg", "/process", "/media", "/webhooks/rest/webhook", "/webhook"),
    *("/open311/v2/requests.json", "/.env", "/chatter", "/consoles/", "/chat/../healthz", "//healthz"),
    *("/chat/..%2fhealthz", "/console/..;/healthz", "/console/%2e%2e/metrics"),
)


async def test_nothing_else_is_reached(front: Front) -> None:
    async with front.client() as stranger:
        for path in HIDDEN:
            for method in ("GET", "POST"):
                request = stranger.build_request(method, "/")
                # As it stands: a client would tidy the path up first.
                request.url = request.url.copy_with(raw_path=path.encode())
                answer = await stranger.send(request)
                assert answer.status_code in (400, 404, 405), (method, path)
                assert "status" not in answer.text


async def test_a_chat_is_held_over_tls_and_outlives_its_machine(front: Front) -> None:
    async with front.chat({"session": "", "last_seq": 0}) as visitor:
        welcome = await visitor.until("welcome")
        await visitor.say("a-message-1", "un trou")
        answer = await visitor.until("message", "Trou dans la chaussée")
        serving = next(each for each in front.sites if each.live.current())
    serving.stop()
    hello = {"session": welcome["session"], "last_seq": answer["seq"]}
    async with front.chat(hello) as visitor:
        resumed = await visitor.until("welcome")
        assert (resumed["resumed"], resumed["last_seq"]) == (True, answer["seq"])
        await visitor.socket.send(
            json.dumps({"event": "say", "id": "a-message-2", "text": "près de la gare"})
        )
        await visitor.until("message", "C'est bien ça ?")


async def test_telephonys_door_is_shut_to_the_world(front: Front) -> None:
    """Its bearer token opens nothing here, and a browser's token must be one that a chat was given."""
    for protocols, status in ((["callbot.media.v1"], 404), (["callbot.media.v1", "token.guessed"], 403)):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with websockets.connect(
                f"wss://{HOST}:{front.port}/media",
                host="127.0.0.1",
                port=front.port,
                ssl=front.trust,
                origin=Origin(f"https://{HOST}"),
                subprotocols=protocols,  # type: ignore[arg-type]
                additional_headers={"Authorization": "Bearer token"},
                proxy=None,
            ):
                pass
        assert refused.value.response.status_code == status
