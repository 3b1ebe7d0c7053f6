"""The `/media` door with a real WebSocket: who enters, what a call looks like, what ends it."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy.orm import Session
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from bot.call.equipment import Equipment
from bot.call.state import Patience
from bot.call.turn_taking import TurnTakingSettings
from bot.call.types import ActionType, Reply
from bot.listeners import OPTIONS
from bot.live.board import LiveBoard
from bot.media.gateway import MediaGateway
from bot.observe.watch import Watch
from bot.steering.editions import Editions
from bot.store.conversations import MIGRATIONS, ConversationStore
from bot.store.models import Conversation
from integrations.city import load_city
from integrations.database import migrate, open_database
from integrations.messages import load_messages
from tests.fakes.engines import (
    LOUD,
    QUIET,
    LevelDetector,
    ScriptedDialogue,
    ScriptedRecognizer,
    ToneSynthesizer,
)
from tests.fakes.memory_call import MemoryCallbacks
from tests.fakes.ports import free_ports
from tests.fakes.virtual_call import SCRIPT
from wire import media

TOKEN = "secret"
CITY = Path("city/nimes")


class Door:
    """A gateway that listens, its database, and what the dialogue was asked."""

    def __init__(
        self,
        tmp_path: Path,
        *replies: Reply,
        transfer_targets: Mapping[str, str] | None = None,
        agent_targets: Mapping[str, str] | None = None,
        watch: Watch | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.engine = open_database(f"sqlite:///{tmp_path / 'conversations.db'}")
        migrate(self.engine, MIGRATIONS)
        self.dialogue = ScriptedDialogue(*(replies or (Reply("Au revoir.", action=ActionType.HANGUP),)))
        self.store = ConversationStore(self.engine)
        self.editions = Editions(load_city(CITY), load_messages(CITY))
        equipment = Equipment(
            recognizer=ScriptedRecognizer("merci"),
            synthesizer=ToneSynthesizer(),
            new_detector=LevelDetector,
            dialogue=self.dialogue,
            callbacks=MemoryCallbacks(),
            normalise=str,
            find_emergency=lambda text, is_final: None,
            script=SCRIPT,
            patience=patience or Patience(),
            turn_taking=TurnTakingSettings(),
            transfer_targets=transfer_targets or {},
            agent_targets=agent_targets or {},
        )
        self.live = LiveBoard(agent_targets or {})
        self.app = FastAPI()
        gateway = MediaGateway(equipment, self.editions, self.store, TOKEN, self.live, watch=watch)
        self.app.include_router(gateway.router)
        (self.port,) = free_ports(1)

    def connect(self, token: str = TOKEN, subprotocol: str = media.SUBPROTOCOL) -> Any:
        return connect(
            f"ws://127.0.0.1:{self.port}/media",
            additional_headers={"Authorization": f"Bearer {token}"},
            subprotocols=[Subprotocol(subprotocol)],
        )

    def n_characters_of_the_greeting(self) -> int:
        """As many frames as `ToneSynthesizer` says it with."""
        script = self.editions.current.script
        sentences = [*script.greeting.split(". "), *script.first_question.split(". ")]
        return sum(map(len, sentences))

    def conversation(self) -> Conversation:
        with Session(self.engine) as session:
            found = session.get(Conversation, "c1")
            assert found is not None
            session.refresh(found, ["turns"])
            return found


@asynccontextmanager
async def listening(door: Door) -> AsyncIterator[Door]:
    server = uvicorn.Server(uvicorn.Config(door.app, "127.0.0.1", door.port, **OPTIONS))
    serving = asyncio.create_task(server.serve())
    writing = asyncio.create_task(door.store.run())
    await asyncio.to_thread(accepts, door.port)
    yield door
    server.should_exit = True
    await serving
    await door.store.drain()
    writing.cancel()


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with listening(Door(tmp_path)) as door:
        yield door


def accepts(port: int) -> None:
    """Wait until somebody listens on a port."""
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError(f"nobody listens on {port}")


async def hears(peer: ClientConnection, wanted: Callable[[media.Message], bool]) -> tuple[media.Message, int]:
    """Play until a wanted message comes; return it with the number of audio bytes before it."""
    n_bytes = 0
    async with asyncio.timeout(5):
        async for message in peer:
            if isinstance(message, bytes):
                n_bytes += len(message)
                continue
            decoded = media.decode(message)
            if isinstance(decoded, media.Mark):
                await peer.send(media.encode(media.Played(decoded.name)))
            if wanted(decoded):
                return decoded, n_bytes
    raise AssertionError("the line was closed before")


@asynccontextmanager
async def answered(door: Door) -> AsyncIterator[ClientConnection]:
    async with door.connect() as peer:
        await peer.send(media.encode(media.Start("c1", "0612345678", "0466")))
        yield peer


@pytest.mark.parametrize(
    ("token", "subprotocol"), [("", media.SUBPROTOCOL), ("x", media.SUBPROTOCOL), (TOKEN, "y")]
)
async def test_strangers_do_not_enter(door: Door, token: str, subprotocol: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await door.connect(token, subprotocol)
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("first", ['{"event":"dtmf","digit":"1"}', "hello", b"\0" * 640])
async def test_a_connection_that_does_not_start_a_call_is_closed(door: Door, first: str | bytes) -> None:
    async with door.connect() as peer:
        await peer.send(first)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(peer.recv(), 5)
    assert peer.close_code == 1003


async def test_a_call_is_greeted_heard_answered_and_recorded(door: Door) -> None:
    async with answered(door) as peer:
        _, n_bytes = await hears(peer, lambda message: message == media.Mark("say-2"))
        assert n_bytes == 640 * door.n_characters_of_the_greeting()
        for frame in [LOUD] * 50 + [QUIET] * 50:
            await peer.send(frame)
        hangup, _ = await hears(peer, lambda message: isinstance(message, media.Hangup))
        assert hangup == media.Hangup("goodbye")
        await peer.send(media.encode(media.Hangup("bot")))
        await peer.wait_closed()
    await door.store.drain()
    conversation = door.conversation()
    assert door.dialogue.asked == ["merci", "/hang_up"]
    assert (conversation.caller, conversation.outcome, conversation.recognizer) == (
        "0612345678",
        "goodbye",
        "scripted",
    )
    assert [turn.speaker for turn in conversation.turns] == ["bot", "bot", "caller", "bot"]


async def test_a_line_that_breaks_off_is_a_hang_up(door: Door) -> None:
    async with answered(door) as peer:
        await hears(peer, lambda message: message == media.Mark("say-1"))
    await peer.wait_closed()
    await door.store.drain()
    assert door.conversation().outcome == "caller_hung_up"


@pytest.mark.parametrize("broken", ["{", '{"event":"shout"}', b"\0" * 639])
async def test_a_peer_that_breaks_the_protocol_is_hung_up_on(door: Door, broken: str | bytes) -> None:
    async with answered(door) as peer:
        await hears(peer, lambda message: message == media.Mark("say-1"))
        await peer.send(broken)
        await asyncio.wait_for(peer.wait_closed(), 5)


async def test_a_call_that_lasts_too_long_is_told_so_and_ended(tmp_path: Path) -> None:
    door = Door(tmp_path, patience=Patience(max_duration_s=1.0))
    async with listening(door), answered(door) as peer:
        await hears(peer, lambda message: isinstance(message, media.Hangup))
    said = [turn.text for turn in door.conversation().turns if turn.speaker == "bot"]
    assert door.editions.current.script.too_long_goodbye in said
