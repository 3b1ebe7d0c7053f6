"""What a call needs of the world; concrete adapters are named only in wiring modules."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from bot.call.types import USUAL_DELIVERY, AudioFrame, Delivery, Hints, Reply, Utterance


class Recognizer(Protocol):
    """Speech to text. One `stream` per utterance; several streams may run at once."""

    name: str
    sample_rate_hz: int

    def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        """Yield partial utterances while `frames` lasts (engines that can), then exactly one final.

        frames: contiguous 16 kHz frames of one utterance, ended by the caller of this method when
            the turn is over.
        Raises RecognitionError.
        """
        ...


class Synthesizer(Protocol):
    """Text to speech."""

    name: str

    def speak(self, text: str, delivery: Delivery = USUAL_DELIVERY) -> AsyncIterator[AudioFrame]:
        """Yield 16 kHz frames, one per clause with its words, the first before the whole text is finished.

        text: French as it is written. delivery: how it is to be said.
        Raises SynthesisError.
        """
        ...

    async def prepare(self, texts: Sequence[str]) -> None:
        """Have what is likely to be said soon ready, in the order given, when nobody waits for anything.

        What is being rendered when this is cancelled is finished all the same.
        """
        ...


class VoiceActivityDetector(Protocol):
    """Says how likely a chunk of audio is speech. Holds state: one per call."""

    chunk_samples: int

    def probability(self, pcm: bytes) -> float:
        """Return 0 to 1 for one chunk of `chunk_samples` 16-bit samples at 16 kHz."""
        ...

    def close(self) -> None:
        """Its call is over."""
        ...


class Dialogue(Protocol):
    """The dialogue engine: decides what to say."""

    async def ask(self, sender_id: str, text: str, caller: str, unheard: str = "") -> Reply:
        """Hand over one finished turn of the caller and return the folded reply.

        text: normalised words, or "/intent{...}" for what is no speech (a key).
        caller: the calling number, "" when withheld.
        unheard: what the caller did not hear of the last reply, having cut it off.
        Raises DialogueError.
        """
        ...

    async def tell(self, sender_id: str, text: str, caller: str) -> None:
        """Hand over what nobody waits for an answer to, such as "/hang_up". Raises DialogueError."""
        ...


class Recorder(Protocol):
    """Keeps the sound of one call; never waits."""

    def hear(self, pcm: bytes) -> None:
        """Take the caller's next samples, 16-bit at 16 kHz."""
        ...

    def discard(self) -> None:
        """Record no more and keep nothing."""
        ...


class Callbacks(Protocol):
    """Where a promise to call somebody back is written."""

    async def request(self, call_id: str, caller: str, reason: str) -> None: ...
