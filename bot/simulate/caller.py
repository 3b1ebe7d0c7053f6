"""The simulated caller's ears, head and mouth: the `/media` peer of a SIP phone.

It knows only what comes out of the phone. What it says was rendered before the call.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import structlog
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from bot.call.ear import Ear
from bot.call.events import CallerSpoke, CallerStarted, Event
from bot.call.protocols import Recognizer, VoiceActivityDetector
from bot.call.turn_taking import TurnTakingSettings
from bot.simulate.script import Answer, Answers, CallerScript, Interruption, plain
from wire import media

log = structlog.get_logger()

# Several times what a recogniser needs for a long sentence on a loaded machine.
HEARD_OUT_S = 15.0
Why = Literal["heard", "answer", "interruption", "acknowledgement"]


@dataclass(frozen=True, slots=True)
class HeardOrSaid:
    """One turn as the caller knows it. at_ms: since the call was answered; when heard, its end.

    why: what made the caller say it; "heard" for the bot's.
    """

    who: Literal["bot", "caller"]
    text: str
    at_ms: int
    why: Why = "heard"


class SimulatedCaller:
    """One call, answered by what is heard.

    rendered: PCM (16-bit, 16 kHz) of every sentence of the script.
    noise: PCM of background noise played in a loop between sentences, b"" for a clean line.
    """

    def __init__(
        self,
        script: CallerScript,
        rendered: Mapping[str, bytes],
        noise: bytes,
        recognizer: Recognizer,
        detector: VoiceActivityDetector,
        patience: TurnTakingSettings,
    ) -> None:
        self.turns: list[HeardOrSaid] = []
        self._script = script
        self._rendered = rendered
        self._noise = noise
        self._noise_at = 0
        self._answers = Answers(script)
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._ear = Ear(detector, recognizer, patience, self._events.put_nowait)
        self._is_speaking = False
        # What will be said into the bot's next sentence, and why.
        self._interjection: tuple[Interruption, Why] | None = None
        self._has_interrupted = False

    @property
    def has_reached_goal(self) -> bool:
        heard = " ".join(turn.text for turn in self.turns if turn.who == "bot")
        return re.search(plain(self._script.goal), plain(heard)) is not None

    async def serve(self, phone: ServerConnection) -> None:
        """Hold one call until the phone hangs up."""
        hearing, thinking = asyncio.create_task(self._ear.run()), asyncio.create_task(self._think(phone))
        try:
            async with asyncio.timeout(self._script.max_s):
                await self._listen(phone)
        except ConnectionClosed:
            pass  # the phone has hung up while noise was being sent to it
        except TimeoutError:
            await phone.send(media.encode(media.Hangup("too long")))
        finally:
            thinking.cancel()
            await asyncio.gather(thinking, return_exceptions=True)
            await self._hear_out()
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    async def _hear_out(self) -> None:
        """Understand the last sentence, too: a bot that hangs up right after it leaves no pause."""
        try:
            async with asyncio.timeout(HEARD_OUT_S):
                await self._ear.finish()
        except TimeoutError:
            log.warning("simulated_caller_did_not_hear_the_end", within_s=HEARD_OUT_S)
        while not self._events.empty():
            match self._events.get_nowait():
                case CallerSpoke(utterance=utterance) if utterance.text:
                    self._note("bot", utterance.text)

    async def _listen(self, phone: ServerConnection) -> None:
        async for message in phone:
            if isinstance(message, bytes):
                self._ear.hear(message)
                if self._noise and not self._is_speaking:
                    await phone.send(self._next_noise(len(message)))
                continue
            match media.decode(message):
                case media.Played():
                    self._is_speaking = False
                case media.Hangup():
                    return

    async def _think(self, phone: ServerConnection) -> None:
        try:
            while True:
                # The ears' words, from the other side: here it is the bot that starts and speaks.
                match await self._events.get():
                    case CallerStarted() if self._interjection is not None:
                        await self._interject(phone, *self._interjection)
                    case CallerSpoke(utterance=utterance) if utterance.text:
                        await self._answer(phone, utterance.text)
        except ConnectionClosed:
            return

    async def _interject(self, phone: ServerConnection, interruption: Interruption, why: Why) -> None:
        self._interjection = None
        # Who interrupts does not answer what was cut short.
        self._has_interrupted = why == "interruption"
        await asyncio.sleep(interruption.after_s)
        await self._say(phone, interruption.says, why)

    async def _answer(self, phone: ServerConnection, heard: str) -> None:
        self._note("bot", heard)
        if self._has_interrupted:
            self._has_interrupted = False
            return
        answer = self._answers.choose(heard)
        if answer is not None:
            if answer.then_interrupts is not None:
                self._interjection = (answer.then_interrupts, "interruption")
            elif answer.then_acknowledges is not None:
                self._interjection = (answer.then_acknowledges, "acknowledgement")
            await asyncio.sleep(answer.after_s)
            await self._give(phone, answer)

    async def _give(self, phone: ServerConnection, answer: Answer) -> None:
        if answer.says:
            await self._say(phone, answer.says, "answer")
        for digit in answer.press:
            await phone.send(media.encode(media.Dtmf(digit)))
        if answer.hangs_up:
            await phone.send(media.encode(media.Hangup("done")))

    async def _say(self, phone: ServerConnection, text: str, why: Why) -> None:
        self._note("caller", text, why)
        self._is_speaking = True
        pcm = self._rendered[text]
        for start in range(0, len(pcm), media.FRAME_BYTES):
            await phone.send(pcm[start : start + media.FRAME_BYTES].ljust(media.FRAME_BYTES, b"\0"))
        await phone.send(media.encode(media.Mark("said")))

    def _next_noise(self, n_bytes: int) -> bytes:
        taken = self._noise[self._noise_at : self._noise_at + n_bytes]
        self._noise_at = (self._noise_at + n_bytes) % len(self._noise)
        return taken.ljust(n_bytes, b"\0")

    def _note(self, who: Literal["bot", "caller"], text: str, why: Why = "heard") -> None:
        at_ms = self._ear.n_samples * 1000 // media.SAMPLE_RATE_HZ
        self.turns.append(HeardOrSaid(who, text, at_ms, why))
