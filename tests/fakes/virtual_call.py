"""One call's machine in virtual time: its timers fire when the test says that time has passed."""

from __future__ import annotations

from bot.call.commands import CancelTimer, Command, Say, StartTimer
from bot.call.events import (
    CallAnswered,
    CallerSpoke,
    CallerStarted,
    CallerStopped,
    Event,
    PartlyHeard,
    PlaybackEnded,
    ReplyArrived,
    SpeechStarted,
    Timer,
    TimerFired,
)
from bot.call.machine import step
from bot.call.state import Call, Script
from bot.call.types import ActionType, Expect, Phase, Reply, Utterance

SCRIPT = Script(
    opening="opening",
    how_can_i_help="how can I help",
    no_input=("no input 1", "no input 2"),
    no_input_goodbye="no input goodbye",
    not_heard=("not heard 1", "not heard 2"),
    fillers=("filler 1", "filler 2"),
    apology="apology",
    apology_goodbye="apology goodbye",
    callback_goodbye="callback goodbye",
    transfer_failed="transfer failed",
    noise="noise",
    deaf="deaf",
    media_lost="media lost",
    media_back="media back",
    no_media_goodbye="no media goodbye",
    ending="ending",
    too_long_goodbye="too long goodbye",
    transfer_waits=("wait 1", "wait 2"),
    transfer_not_taken={
        "busy": "line busy",
        "refused": "nobody free",
        "no_answer": "no answer",
        "failed": "cannot reach",
    },
    whisper="whisper {summary}",
    pass_on="pass on",
    rating="",
    rating_thanks="rating thanks",
    agent_comes="agent comes",
    agent_waits=("agent wait 1", "agent wait 2"),
    agent_not_there="agent not there",
)
TRANSFERRED = Reply(
    "Je vous passe le service.", action=ActionType.TRANSFER, service="voirie", summary="Trou au 12 rue X"
)
QUESTION = Reply("Où est-ce ?", expect=Expect.ADDRESS)


def spoke(text: str, confidence: float = 0.9) -> CallerSpoke:
    return CallerSpoke(Utterance(text, confidence, 0, 16_000))


def partly(text: str, confidence: float = 0.9) -> PartlyHeard:
    return PartlyHeard(Utterance(text, confidence, 0, 8_000, is_final=False))


def said(commands: tuple[Command, ...]) -> list[str]:
    return [command.text for command in commands if isinstance(command, Say)]


class VirtualCall:
    """A call to which things happen.

    now_s: since the answer. timers: when each that runs will fire. done: all that was asked of the world but
    timers, in order, with the time.
    """

    def __init__(self, caller: str = "0612345678") -> None:
        self.call = Call(script=SCRIPT)
        self.now_s = 0.0
        self.timers: dict[Timer, float] = {}
        self.done: list[tuple[float, Command]] = []
        self.happens(CallAnswered(caller))

    def happens(self, *events: Event) -> tuple[Command, ...]:
        """Let these happen now; return what the last of them asked for, timers left out."""
        commands: tuple[Command, ...] = ()
        for event in events:
            self.call, asked = step(self.call, event)
            commands = tuple(command for command in asked if not self._keeps_time(command))
            self.done += [(self.now_s, command) for command in commands]
        return commands

    def waits(self, for_s: float) -> list[str]:
        """Let time pass; return what was said meanwhile. What is said is not played by itself."""
        n_done, until_s = len(self.done), self.now_s + for_s
        while self.timers and min(self.timers.values()) <= until_s:
            timer = min(self.timers, key=lambda each: self.timers[each])
            self.now_s = self.timers.pop(timer)
            self.happens(TimerFired(timer))
        self.now_s = until_s
        return said(tuple(command for _, command in self.done[n_done:]))

    def caller_says(self, text: str) -> tuple[Command, ...]:
        return self.happens(CallerStarted(0), CallerStopped(), spoke(text))

    def bot_is_heard(self) -> tuple[Command, ...]:
        return self.happens(SpeechStarted(self.call.say_id), PlaybackEnded(self.call.say_id))

    def said(self) -> list[str]:
        """All that was said so far."""
        return said(tuple(command for _, command in self.done))

    def _keeps_time(self, command: Command) -> bool:
        match command:
            case StartTimer(timer=timer, after_s=after_s):
                self.timers[timer] = self.now_s + after_s
            case CancelTimer(timer=timer):
                self.timers.pop(timer, None)
            case _:
                return False
        return True

    @classmethod
    def listening(cls, caller: str = "0612345678") -> VirtualCall:
        call = cls(caller)
        call.bot_is_heard()
        call.bot_is_heard()
        assert call.call.phase is Phase.LISTENING
        return call

    @classmethod
    def thinking(cls) -> VirtualCall:
        call = cls.listening()
        call.caller_says("il y a un trou")
        assert call.call.phase is Phase.THINKING
        return call

    @classmethod
    def speaking(cls, reply: Reply = QUESTION) -> VirtualCall:
        call = cls.thinking()
        call.happens(ReplyArrived(call.call.turn, reply), SpeechStarted(call.call.say_id + 1))
        assert call.call.phase is Phase.SPEAKING
        return call
