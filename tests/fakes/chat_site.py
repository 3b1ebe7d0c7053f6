"""The bot's public listener with a written dialogue in place of Rasa, on a free port; it can be restarted."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from bot.call.equipment import Equipment
from bot.call.errors import DialogueError
from bot.call.shown import Button, ProcedureCard, ReportCard
from bot.call.state import Patience
from bot.call.turn_taking import TurnTakingSettings
from bot.call.types import ActionType, AudioFrame, Expect, Hints, Reply, Utterance
from bot.chat.wiring import Engines, assemble
from bot.console.routes_live import Following
from bot.dialogue.rasa_rest import RasaRest
from bot.listeners import OPTIONS, public_app
from bot.live.board import LiveBoard
from bot.safeguards import Safeguards
from bot.settings import Settings
from bot.steering.editions import Editions
from bot.store.conversations import MIGRATIONS, ConversationStore
from integrations.city import City, load_city
from integrations.database import migrate, open_database
from integrations.messages import load_messages
from tests.fakes.console_site import console_beside
from tests.fakes.engines import LevelDetector, ScriptedDialogue, ToneSynthesizer
from tests.fakes.memory_call import MemoryCallbacks

CITY = Path("city/nimes")
YES_NO = (Button("Oui", "/affirm"), Button("Non", "/deny"))
PROCEDURE = ProcedureCard(
    "procedure",
    "Refaire sa carte d'identité",
    documents=(
        "Votre ancienne carte",
        "Une photo d'identité de moins de 6 mois",
        "Un justificatif de domicile",
    ),
    price="Gratuit. 25 € si la carte est perdue.",
    delay="Environ 3 semaines",
    where="À la mairie, sur rendez-vous",
    link="https://mes-demarches.nimes.fr/carte-identite",
)
REPORT = ReportCard(
    "report", "NIM 26 0412 7", "Trou dans la chaussée", "12 rue de la République", "enregistré"
)


class WrittenDialogue:
    """Answers by what is in the words; anything else is said back. asked: every turn with its metadata."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, object]]] = []
        self.is_down = False

    async def ask(
        self, sender_id: str, text: str, caller: str, *, metadata: Mapping[str, object] | None = None
    ) -> Reply:
        """See `bot.chat.services.ChatDialogue`."""
        self.asked.append((sender_id, text, dict(metadata or {})))
        if self.is_down:
            raise DialogueError("down", retryable=True)
        for words, reply in _REPLIES:
            if words in text:
                return reply
        return Reply(f"Vous avez dit : {text}", understood={"intent": {"name": "inform", "confidence": 0.9}})

    async def tell(self, sender_id: str, text: str, caller: str) -> None:
        """See `bot.chat.services.ChatDialogue`."""
        self.asked.append((sender_id, text, {}))
        if self.is_down:
            raise DialogueError("down", retryable=True)


_REPLIES = (
    (
        "/talk_to_agent",
        Reply("Je vous passe l'accueil.", action=ActionType.TRANSFER, service="accueil"),
    ),
    ("/request_callback", Reply("Je vous fais rappeler. C'est à quel sujet ?")),
    ("carte d'identité", Reply("Voici ce qu'il faut faire.", cards=(PROCEDURE,))),
    ("/affirm", Reply("C'est noté. Votre signalement est enregistré.", cards=(REPORT,))),
    (
        "près de",
        Reply("Trou dans la chaussée, à cet endroit. C'est bien ça ?", Expect.YES_NO, buttons=YES_NO),
    ),
    ("trou", Reply("Trou dans la chaussée, d'accord. À quelle adresse est-ce ?", Expect.ADDRESS)),
)


class SlowRecognizer:
    """Hears one text, first its beginning, while the sound still comes."""

    name = "written"
    sample_rate_hz = 16_000

    def __init__(self, text: str) -> None:
        self._text = text

    async def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        """See `bot.call.protocols.Recognizer`."""
        first = last = None
        async for frame in frames:
            if first is None:
                yield Utterance(self._text[: len(self._text) // 2], 0.5, 0, 0, is_final=False)
            first, last = first or frame, frame
        if first is not None and last is not None:
            yield Utterance(self._text, 0.9, first.start_sample, last.start_sample + last.n_samples)


class ChatSite:
    """A running chat, with the console.

    var_dir: what survives a restart. rasa_url: of a real dialogue engine, "" for none.
    live: its conversations in progress.
    """

    def __init__(
        self,
        var_dir: Path,
        port: int,
        hears: str = "je voudrais une carte d'identité",
        rasa_url: str = "",
        tiles_url: str = "",
        origins: str = "",
    ) -> None:
        self._rasa_url = rasa_url
        self.dialogue = WrittenDialogue()
        self.url = f"http://127.0.0.1:{port}"
        self.settings = Settings(
            var_dir=var_dir,
            public_port=port,
            chat_tiles_url=tiles_url,
            chat_origins=origins,
            chat_tiles_attribution="© les contributeurs <b>de la carte</b>",
        )
        self.live = LiveBoard(("4217",))
        self._hears = hears
        self._thread: threading.Thread | None = None
        self._server: uvicorn.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._records: ConversationStore | None = None

    def start(self) -> None:
        """Listen; returns when browsers are served."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)))
        self._thread.start()
        assert ready.wait(30), "the chat did not start"

    def stop(self) -> None:
        """Listen no more; nothing if it has been stopped already."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self._server = self._thread = None

    @contextmanager
    def running(self) -> Iterator[ChatSite]:
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def drain(self) -> None:
        """Wait until what was said is in the record."""
        assert self._loop is not None
        assert self._records is not None
        asyncio.run_coroutine_threadsafe(self._records.drain(), self._loop).result(timeout=30)

    def on_loop(self, work: Callable[[], object]) -> None:
        """Do something on the site's event loop, and wait for it."""
        assert self._loop is not None

        async def job() -> None:
            work()

        asyncio.run_coroutine_threadsafe(job(), self._loop).result(timeout=30)

    def set_extension(self, login: str, extension: str) -> None:
        """Give an account a desk phone."""
        with closing(sqlite3.connect(self.settings.var_dir / "conversations.db", timeout=30)) as connection:
            connection.execute("update accounts set extension = ? where login = ?", (extension, login))
            connection.commit()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the conversations' database."""
        with closing(sqlite3.connect(self.settings.var_dir / "conversations.db")) as connection:
            return connection.execute(query).fetchall()

    async def _serve(self, ready: threading.Event) -> None:
        database = open_database(self.settings.conversations_url)
        migrate(database, MIGRATIONS)
        records = ConversationStore(database)
        self._loop, self._records = asyncio.get_running_loop(), records
        self.editions = Editions(always_open(load_city(CITY)), load_messages(CITY))
        rasa = httpx.AsyncClient(base_url=self._rasa_url, timeout=20)
        engines = Engines(self.dialogue, self.dialogue, self._equipment())
        if self._rasa_url:
            engines = Engines(RasaRest(rasa, "chat"), RasaRest(rasa, "voice"), None)
        chat = assemble(self.settings, self.editions, database, records, engines, self.live)
        desk_database = open_database(f"sqlite:///{self.settings.var_dir / 'desk.db'}")
        following = Following(self.live, chat.hand_over)
        console = console_beside(self.settings, self.editions, database, desk_database, following)
        app = public_app(_healthy, *chat.routers, *console.routers)
        console.install(app)
        app.add_middleware(Safeguards, is_secure=False)
        tasks = [asyncio.create_task(each) for each in (records.run(), *chat.work())]
        server = _Server(uvicorn.Config(app, "127.0.0.1", self.settings.public_port, **OPTIONS))
        server.ready = ready
        self._server = server
        await server.serve()
        await records.drain()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await rasa.aclose()
        database.dispose()
        desk_database.dispose()

    def _equipment(self) -> Equipment:
        return Equipment(
            recognizer=SlowRecognizer(self._hears),
            synthesizer=ToneSynthesizer(),
            new_detector=LevelDetector,
            dialogue=ScriptedDialogue(),
            callbacks=MemoryCallbacks(),
            normalise=str,
            find_emergency=self.editions.current.notices.find,
            script=self.editions.current.script,
            patience=Patience(),
            turn_taking=TurnTakingSettings(),
            transfer_targets={},
        )


class _Server(uvicorn.Server):
    """Says when it listens; leaves signals alone, for it runs in a thread."""

    ready: threading.Event

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def always_open(city: City) -> City:
    """The city with a reception that never closes, whatever the clock says while tests run."""
    reception = city.services["accueil"].model_copy(update={"always_open": True, "plage_ouverture": ()})
    return replace(city, services={**city.services, "accueil": reception})


async def _healthy() -> dict[str, Any]:
    return {"status": "ok"}
