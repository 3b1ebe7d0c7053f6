"""The shell of one call: feeds the pure machine with events and carries out its commands."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace

import structlog

from bot.call import machine
from bot.call.commands import (
    Abandon,
    AskDialogue,
    CancelTimer,
    Command,
    CutTurn,
    Duck,
    HangUp,
    ListenFor,
    RecordRating,
    RequestCallback,
    RestartEars,
    Say,
    SayFirst,
    StartTimer,
    StopRecording,
    StopSaying,
    TellDialogue,
    Transfer,
    TransferToAgent,
    Unduck,
)
from bot.call.ear import Ear
from bot.call.equipment import Equipment
from bot.call.errors import DialogueError, SynthesisError
from bot.call.events import (
    CallAnswered,
    CallerSpoke,
    DialogueFailed,
    Event,
    HungUp,
    PartlyHeard,
    ReplyArrived,
    SpeechSent,
    Timer,
    TimerFired,
    TransferEnded,
)
from bot.call.foresight import Foresight
from bot.call.journal import Journal
from bot.call.mouth import Line, Mouth
from bot.call.protocols import Recorder
from bot.call.state import Call
from bot.call.types import Hints, Phase

log = structlog.get_logger()
FAREWELL_S = 10.0


class CallRunner:
    """One call from answer to hang-up. `run` carries it; the other methods tell it what the line says."""

    def __init__(
        self,
        call_id: str,
        caller: str,
        line: Line,
        equipment: Equipment,
        journal: Journal,
        recorder: Recorder | None = None,
    ) -> None:
        self._call_id = call_id
        self._caller = caller
        self._line = line
        self._equipment = equipment
        self._journal = journal
        self._recorder = recorder
        self._call = Call(
            script=equipment.script,
            patience=equipment.patience,
            is_recorded=recorder is not None,
            is_passed_on=equipment.is_passed_on,
        )
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._timers: dict[Timer, asyncio.TimerHandle] = {}
        self._dialogue_turn = asyncio.Lock()
        self._asks: set[asyncio.Task[None]] = set()
        self._foresight = Foresight(equipment.synthesizer)
        self._answered_at_s = asyncio.get_running_loop().time()
        self._ear = Ear(
            equipment.new_detector(),
            equipment.recognizer,
            equipment.turn_taking,
            self._events.put_nowait,
            equipment.end_of_turn,
        )
        self._mouth = Mouth(equipment.synthesizer, line, self._events.put_nowait, self._first_audio)

    def hear(self, pcm: bytes) -> None:
        """Take the caller's next samples, 16-bit at 16 kHz."""
        self._ear.hear(pcm)
        if self._recorder is not None:
            self._recorder.hear(pcm)

    def played(self, mark: str) -> None:
        self._mouth.played(mark)

    def tell(self, event: Event) -> None:
        """Let the call know of something that happened on its line."""
        self._events.put_nowait(event)

    async def run(self) -> None:
        """Carry the call until it is hung up, then let the dialogue engine know."""
        workers = [asyncio.create_task(self._ear.run()), asyncio.create_task(self._mouth.run())]
        for worker in workers:
            worker.add_done_callback(self._worker_ended)
        self.tell(CallAnswered(self._caller))
        try:
            while True:
                event = await self._events.get()
                self._handle(event)
                if isinstance(event, HungUp):
                    break
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await self._finish_asks()

    def _handle(self, event: Event) -> None:
        """Danger is looked for before anything else is decided, in hypotheses too."""
        if isinstance(event, CallerSpoke | PartlyHeard):
            heard = event.utterance
            emergency = self._equipment.find_emergency(heard.text, heard.is_final)
            if emergency is not None:
                log.warning("emergency_heard", kind=emergency.kind)
                self._step(emergency)
        self._step(event)
        if isinstance(event, SpeechSent):
            self._foresight.begin()

    def _step(self, event: Event) -> None:
        self._journal.saw(event, self._now_ms())
        before = self._call.phase
        self._call, commands = machine.step(self._call, event)
        log.debug("call_step", seen=type(event).__name__, phase=self._call.phase, was=before)
        for command in commands:
            self._journal.did(command, self._now_ms())
            self._carry_out(command)
        self._ear.hints = replace(self._ear.hints, is_urgent=self._call.phase is Phase.SPEAKING)
        if isinstance(event, CallerSpoke):
            log.info("caller_turn", n_characters=len(event.utterance.text))

    def _carry_out(self, command: Command) -> None:
        match command:
            case Say(say_id=say_id, text=text, delivery=delivery):
                self._mouth.say(say_id, text, delivery)
            case SayFirst(say_id=say_id, text=text, delivery=delivery):
                self._mouth.say_first(say_id, text, delivery)
            case StopSaying():
                self._mouth.stop()
            case StopRecording() if self._recorder is not None:
                self._recorder.discard()
            case Duck(percent=percent, ramp_ms=ramp_ms):
                self._mouth.duck(percent, ramp_ms)
            case Unduck(ramp_ms=ramp_ms):
                self._mouth.unduck(ramp_ms)
            case ListenFor(expect=expect, phrases=phrases, near=near):
                self._ear.hints = Hints(expect, (*phrases, *self._equipment.names_near(expect, near)))
            case CutTurn():
                self._ear.cut_turn()
            case RestartEars():
                log.error("recogniser_hangs")
                self._ear.restart()
            case AskDialogue(turn=turn, text=text, unheard=unheard):
                self._own(self._ask(turn, text, unheard))
            case TellDialogue(text=text):
                self._own(self._tell_dialogue(text))
            case StartTimer(timer=timer, after_s=after_s):
                self._cancel_timer(timer)
                self._timers[timer] = asyncio.get_running_loop().call_later(
                    after_s, self.tell, TimerFired(timer)
                )
            case CancelTimer(timer=timer):
                self._cancel_timer(timer)
            case RequestCallback(reason=reason):
                self._own(self._equipment.callbacks.request(self._call_id, self._caller, reason))
            case Transfer(service=service, summary=summary):
                self._transfer(service, self._equipment.transfer_targets.get(service), summary)
            case RecordRating():
                pass  # the journal wrote it down
            case TransferToAgent(extension=extension, summary=summary):
                self._transfer("agent", self._equipment.agent_targets.get(extension), summary)
            case HangUp(reason=reason):
                self._line.send_hangup(reason)
            case Abandon():
                # Without a goodbye on the wire: telephony then says its recorded apology and finds a person.
                log.error("voice_lost")
                self.tell(HungUp("bot"))

    async def _ask(self, turn: int, text: str, unheard: str) -> None:
        # One turn at a time: the dialogue engine must see a conversation in its order.
        async with self._dialogue_turn:
            try:
                words = text if text.startswith("/") else self._equipment.normalise(text)
                reply = await self._equipment.dialogue.ask(self._call_id, words, self._caller, unheard)
            except DialogueError as error:
                log.warning("dialogue_failed", error=str(error))
                self.tell(DialogueFailed(turn))
                return
        self._foresight.expect(reply.ahead)
        self.tell(ReplyArrived(turn, reply))

    async def _tell_dialogue(self, text: str) -> None:
        async with self._dialogue_turn:
            try:
                await self._equipment.dialogue.tell(self._call_id, text, self._caller)
            except DialogueError as error:
                log.warning("dialogue_failed", error=str(error))

    def _transfer(self, service: str, target: str | None, summary: str) -> None:
        """Only the addresses of the city's own lists are ever called; target: None if it is in none."""
        if target is None:
            log.warning("transfer_refused", service=service)
            self.tell(TransferEnded("failed"))
        elif service:
            self._own(self._whisper_and_transfer(target, summary))
        else:
            # The line of last resort: nothing here may stand between the caller and a person.
            self._line.send_transfer(target, "blind", b"")

    async def _whisper_and_transfer(self, target: str, summary: str) -> None:
        whisper = self._equipment.script.whisper_about(summary)
        try:
            spoken = [frame.pcm async for frame in self._equipment.synthesizer.speak(whisper)]
        except SynthesisError as error:
            log.warning("whisper_failed", error=type(error).__name__)
            spoken = []
        self._line.send_transfer(target, "attended", b"".join(spoken))

    def _own(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._asks.add(task)
        task.add_done_callback(self._ask_ended)

    def _ask_ended(self, task: asyncio.Task[None]) -> None:
        self._asks.discard(task)
        self._worker_ended(task)

    def _worker_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("call_worker_failed", error=type(error).__name__, exc_info=error)
            self._line.send_hangup("internal error")

    async def _finish_asks(self) -> None:
        for timer in Timer:
            self._cancel_timer(timer)
        self._foresight.end()
        if self._asks:
            _, late = await asyncio.wait(self._asks, timeout=FAREWELL_S)
            for task in late:
                task.cancel()

    def _cancel_timer(self, timer: Timer) -> None:
        handle = self._timers.pop(timer, None)
        if handle is not None:
            handle.cancel()

    def _first_audio(self, say_id: int) -> None:
        self._journal.first_audio(say_id, self._now_ms())

    def _now_ms(self) -> int:
        return round((asyncio.get_running_loop().time() - self._answered_at_s) * 1000)
