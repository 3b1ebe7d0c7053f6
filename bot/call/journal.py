"""Keeps the record of one call: who said what, when, and how long each stage took."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from bot.call.commands import (
    Abandon,
    AskDialogue,
    Command,
    HangUp,
    RecordRating,
    RequestCallback,
    RestartEars,
    Say,
    SayFirst,
    StopSaying,
)
from bot.call.events import (
    CallerSpoke,
    CallerStopped,
    ClausePlayed,
    DialogueFailed,
    EmergencyHeard,
    Event,
    HungUp,
    PlaybackEnded,
    RecognitionFailed,
    ReplyArrived,
    TransferEnded,
)
from bot.call.types import SAMPLE_RATE_HZ, Utterance

Speaker = Literal["caller", "bot", "agent"]


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One thing said by one side. All times in ms since the answer, all durations in ms.

    end_of_turn_ms: from the end of the caller's speech until it was sure that nothing more follows.
    recognition_ms: from the end of the caller's speech to its text, the end-of-turn silence included.
    dialogue_ms: from the text to the dialogue engine's reply.
    synthesis_ms: from the decision to say something to its first sample on the line.
    silence_ms: from the end of the caller's speech to the bot's first sample.
    procedure: code of the procedure that this turn was told, "" for none.
    """

    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int = 0
    confidence: float | None = None
    understood: Mapping[str, Any] = field(default_factory=dict)
    was_cut_off: bool = False
    end_of_turn_ms: int | None = None
    recognition_ms: int | None = None
    dialogue_ms: int | None = None
    synthesis_ms: int | None = None
    silence_ms: int | None = None
    procedure: str = ""


class Records(Protocol):
    """Where the record goes; never waits."""

    def add_turn(self, call_id: str, turn: TurnRecord) -> None: ...

    def flag_emergency(self, call_id: str, kind: str) -> None: ...

    def rate(self, call_id: str, is_satisfied: bool) -> None: ...

    def note_service(self, call_id: str, service: str) -> None: ...

    def note_transfer(self, call_id: str) -> None: ...

    def close(self, call_id: str, outcome: str, ended_ms: int) -> None: ...


class Journal:
    """Watches one call's events and commands, and writes turns as they are complete."""

    def __init__(self, call_id: str, records: Records) -> None:
        self._call_id = call_id
        self._records = records
        self._heard: TurnRecord | None = None
        self._asked_at_ms: dict[int, int] = {}
        self._said: dict[int, TurnRecord] = {}
        self._heard_of: dict[int, str] = {}
        self._caller_ended_ms: int | None = None
        # When turns ended whose words are still to come, in the order in which they were spoken.
        self._stopped_ms: deque[int] = deque()
        self._outcome = "caller_hung_up"

    def saw(self, event: Event, now_ms: int) -> None:
        match event:
            case CallerStopped():
                self._stopped_ms.append(now_ms)
            case RecognitionFailed():
                self._take_stopped(now_ms)
            case CallerSpoke(utterance=utterance):
                stopped_ms = self._take_stopped(now_ms)
                if utterance.text:
                    self._hear(utterance, stopped_ms, now_ms)
            case EmergencyHeard(kind=kind):
                self._records.flag_emergency(self._call_id, kind)
            case ReplyArrived(turn=turn, reply=reply):
                asked_at_ms = self._asked_at_ms.pop(turn, now_ms)
                if self._heard is not None:
                    self._heard = replace(
                        self._heard,
                        understood=reply.understood,
                        dialogue_ms=now_ms - asked_at_ms,
                        procedure=reply.procedure,
                    )
                self._flush_heard()
                if reply.service:
                    self._records.note_service(self._call_id, reply.service)
            case TransferEnded(outcome="accepted"):
                self._outcome = "transferred"
                self._records.note_transfer(self._call_id)
            case DialogueFailed():
                self._flush_heard()
            case ClausePlayed(say_id=say_id, text=text) if say_id in self._said:
                self._heard_of[say_id] = f"{self._heard_of.get(say_id, '')} {text}".strip()
            case PlaybackEnded(say_id=say_id) if say_id in self._said:
                self._end_speech(say_id, now_ms, was_cut_off=False)
            case HungUp():
                self._finish(now_ms)

    def did(self, command: Command, now_ms: int) -> None:
        match command:
            case AskDialogue(turn=turn):
                self._asked_at_ms[turn] = now_ms
            case Say(say_id=say_id, text=text) | SayFirst(say_id=say_id, text=text):
                # `synthesis_ms` holds the time of the decision until the first sample has gone out.
                self._said[say_id] = TurnRecord("bot", text, start_ms=now_ms, synthesis_ms=None)
            case StopSaying():
                self._cut_off(now_ms)
            case RestartEars():
                self._stopped_ms.clear()
            case RequestCallback():
                self._outcome = "callback_requested"
            case RecordRating(is_satisfied=is_satisfied):
                self._records.rate(self._call_id, is_satisfied)
            case HangUp(reason="passed_on"):
                self._outcome = "passed_on"
            case Abandon() if self._outcome == "caller_hung_up":
                self._outcome = "voice_lost"
            case HangUp(reason=reason) if self._outcome == "caller_hung_up":
                self._outcome = reason

    def first_audio(self, say_id: int, now_ms: int) -> None:
        """The first sample of what is said under this number went to the line."""
        said = self._said.get(say_id)
        if said is None:
            return
        silence_ms = None
        if self._caller_ended_ms is not None:
            silence_ms, self._caller_ended_ms = now_ms - self._caller_ended_ms, None
        self._said[say_id] = replace(
            said, start_ms=now_ms, synthesis_ms=now_ms - said.start_ms, silence_ms=silence_ms
        )

    def _hear(self, utterance: Utterance, stopped_ms: int, now_ms: int) -> None:
        end_ms = utterance.end_sample * 1000 // SAMPLE_RATE_HZ
        self._flush_heard()
        self._heard = TurnRecord(
            "caller",
            utterance.text,
            utterance.start_sample * 1000 // SAMPLE_RATE_HZ,
            end_ms,
            confidence=utterance.confidence,
            end_of_turn_ms=stopped_ms - end_ms,
            recognition_ms=now_ms - end_ms,
        )
        self._caller_ended_ms = end_ms

    def _take_stopped(self, now_ms: int) -> int:
        return self._stopped_ms.popleft() if self._stopped_ms else now_ms

    def _end_speech(self, say_id: int, now_ms: int, *, was_cut_off: bool) -> None:
        said = replace(self._said.pop(say_id), end_ms=now_ms, was_cut_off=was_cut_off)
        heard = self._heard_of.pop(say_id, "")
        if was_cut_off and heard:
            # The clause that was being played is not known to have been understood.
            said = replace(said, text=f"{heard} …")
        self._records.add_turn(self._call_id, said)

    def _cut_off(self, now_ms: int) -> None:
        for say_id, said in list(self._said.items()):
            if said.synthesis_ms is None:
                del self._said[say_id]  # never heard
            else:
                self._end_speech(say_id, now_ms, was_cut_off=True)

    def _flush_heard(self) -> None:
        if self._heard is not None:
            self._records.add_turn(self._call_id, self._heard)
            self._heard = None

    def _finish(self, now_ms: int) -> None:
        self._flush_heard()
        self._cut_off(now_ms)
        self._records.close(self._call_id, self._outcome, now_ms)
