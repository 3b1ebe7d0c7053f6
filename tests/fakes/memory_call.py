"""A call with ears, machine and mouth whose line, records and engines are in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.call.equipment import Equipment
from bot.call.errors import DialogueError
from bot.call.events import EmergencyHeard, HungUp
from bot.call.journal import Journal, TurnRecord
from bot.call.runner import CallRunner
from bot.call.state import Patience
from bot.call.turn_taking import TurnTakingSettings
from bot.call.types import Reply
from tests.fakes.engines import (
    LOUD,
    QUIET,
    LevelDetector,
    MemoryLine,
    ScriptedDialogue,
    ScriptedRecognizer,
    ToneSynthesizer,
)
from tests.fakes.virtual_call import SCRIPT

TURN = LOUD * 50 + QUIET * 50


def find_fire(text: str, is_final: bool) -> EmergencyHeard | None:
    return EmergencyHeard("fire", "Appelez le 18.") if "feu" in text else None


class MemoryRecords:
    """What a call left behind."""

    def __init__(self) -> None:
        self.turns: list[TurnRecord] = []
        self.outcome = ""
        self.emergencies: list[str] = []
        self.is_satisfied: bool | None = None
        self.services: list[str] = []
        self.n_transfers = 0

    def add_turn(self, call_id: str, turn: TurnRecord) -> None:
        self.turns.append(turn)

    def flag_emergency(self, call_id: str, kind: str) -> None:
        self.emergencies.append(kind)

    def rate(self, call_id: str, is_satisfied: bool) -> None:
        self.is_satisfied = is_satisfied

    def note_service(self, call_id: str, service: str) -> None:
        self.services.append(service)

    def note_transfer(self, call_id: str) -> None:
        self.n_transfers += 1

    def close(self, call_id: str, outcome: str, ended_ms: int) -> None:
        self.outcome = outcome


class MemoryCallbacks:
    """The call-backs that were promised: caller and reason."""

    def __init__(self) -> None:
        self.requested: list[tuple[str, str]] = []

    async def request(self, call_id: str, caller: str, reason: str) -> None:
        self.requested.append((caller, reason))


class CallInProgress:
    """A runner with everything around it in memory; what is said is played at once."""

    def __init__(
        self,
        *replies: Reply | DialogueError,
        heard: tuple[str, ...] = (),
        synthesizer: ToneSynthesizer | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.line = PlayingLine()
        self.records = MemoryRecords()
        self.callbacks = MemoryCallbacks()
        self.dialogue = ScriptedDialogue(*replies)
        equipment = Equipment(
            recognizer=ScriptedRecognizer(*heard),
            synthesizer=synthesizer or ToneSynthesizer(),
            new_detector=LevelDetector,
            dialogue=self.dialogue,
            callbacks=self.callbacks,
            normalise=str.upper,
            find_emergency=find_fire,
            script=SCRIPT,
            patience=patience or Patience(),
            turn_taking=TurnTakingSettings(),
            transfer_targets={"voirie": "sip:200@127.0.0.1"},
        )
        self.runner = CallRunner("c1", "0612345678", self.line, equipment, Journal("c1", self.records))
        self.line.runner = self.runner

    def caller_speaks(self) -> None:
        for start in range(0, len(TURN), 640):
            self.runner.hear(TURN[start : start + 640])


class PlayingLine(MemoryLine):
    """Says `played` as soon as a mark is reached, and hangs up when told to.

    stops_at: this mark is never reached: its sentence is being played for ever.
    """

    runner: CallRunner

    def __init__(self) -> None:
        super().__init__()
        self.reached: asyncio.Queue[str] = asyncio.Queue()
        self.stops_at = ""
        self.is_stopped = False
        self.transferred: asyncio.Queue[str] = asyncio.Queue()

    def send_mark(self, name: str) -> None:
        super().send_mark(name)
        self.is_stopped = self.is_stopped or name == self.stops_at
        if self.is_stopped:
            return
        if name.startswith("say-"):
            self.reached.put_nowait(name)
        self.runner.played(name)

    def marks_of_sayings(self) -> list[str]:
        return [sent.removeprefix("mark ") for sent in self.sent if sent.startswith("mark say-")]

    def send_transfer(self, target: str, kind: str, whisper: bytes) -> None:
        super().send_transfer(target, kind, whisper)
        self.transferred.put_nowait(f"{target} {kind}")

    def send_hangup(self, reason: str) -> None:
        super().send_hangup(reason)
        self.runner.tell(HungUp("bot"))


@asynccontextmanager
async def running(call: CallInProgress) -> AsyncIterator[None]:
    """The call goes on beside the test, and has ended afterwards."""
    task = asyncio.create_task(call.runner.run())
    async with asyncio.timeout(5):
        yield
        await task


async def marks(call: CallInProgress, n: int) -> None:
    """Wait until so many more sentences were played."""
    for _ in range(n):
        await call.line.reached.get()
