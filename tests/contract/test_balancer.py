"""HAProxy before several servers of a kind: who gets which conversation, and what a dead server costs."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from bot.call.errors import DialogueError
from bot.dialogue.rasa_rest import RasaRest
from bot.supervise.balancer import ALIVE, BY_LOAD, BY_SENDER, Pool, balancer_process
from bot.supervise.processes import BALANCER, Ports
from bot.supervise.rounds import probes
from tests.calls.conftest import wait_until
from tests.calls.sipp.lab import running
from tests.fakes.ports import free_ports


class Engine:
    """Answers turns by its number and counts them."""

    def __init__(self, number: int, port: int) -> None:
        self.senders: Counter[str] = Counter()
        engine = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(b'{"status": "ok"}')

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                engine.senders[self.headers["x-callbot-sender"]] += 1
                self._answer(b'[{"text": "%d"}]' % number)

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,)).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def engines(ports: list[int]) -> Iterator[list[Engine]]:
    with ExitStack() as stack:
        made = [Engine(number, port) for number, port in enumerate(ports)]
        for each in made:
            stack.callback(each.stop)
        yield made


@pytest.mark.parametrize("balance", [BY_SENDER, BY_LOAD])
async def test_a_dead_engine_costs_no_turn_and_no_turn_is_given_twice(tmp_path: Path, balance: str) -> None:
    port, *behind = free_ports(3)
    pool = Pool("rasa", port, behind, balance, "/")
    url = f"http://127.0.0.1:{port}"
    with engines(behind) as pair:
        async with running(*balancer_process(tmp_path, [pool]).command), httpx.AsyncClient() as client:
            wait_until(lambda: _answers(url), 20)
            rasa = RasaRest(client, "voice", _at(url))
            first = {each: (await rasa.ask(each, "bonjour", "")).text for each in _senders()}
            assert set(first.values()) == {"0", "1"}
            if balance == BY_SENDER:
                again = {each: (await rasa.ask(each, "bonjour", "")).text for each in _senders()}
                assert again == first
            pair[0].stop()
            after = {each: (await rasa.ask(each, "bonjour", "")).text for each in _senders()}
            assert set(after.values()) == {"1"}
            asked = pair[0].senders + pair[1].senders
            n_rounds = 3 if balance == BY_SENDER else 2
            assert asked == Counter(dict.fromkeys(_senders(), n_rounds))
            pair[1].stop()
            with pytest.raises(DialogueError):
                await rasa.ask("call-0", "bonjour", "")
            ports = Ports(actions=port, n_actions=2)
            balancer = probes(ports, client)[BALANCER]
            assert await balancer()
            assert (await client.get(f"{url}{ALIVE}")).status_code == 200


def _senders() -> list[str]:
    return [f"call-{number}" for number in range(20)]


def _at(url: str):  # type: ignore[no-untyped-def]
    async def route(sender_id: str) -> str:
        return url

    return route


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.TransportError:
        return False
