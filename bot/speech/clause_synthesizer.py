"""The synthesizer that calls use: clause by clause, so that the caller hears the first one early."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial

import structlog

from bot.call.errors import EngineError, SynthesisError
from bot.call.types import SAMPLE_RATE_HZ, USUAL_DELIVERY, AudioFrame, Delivery
from bot.speech.clauses import split_into_clauses
from bot.speech.delivery import deliver
from bot.speech.inference import InferenceQueue, Priority
from bot.speech.phrase_cache import PhraseCache
from bot.speech.text_for_voice import text_for_voice
from bot.speech.voice import Voice

log = structlog.get_logger()


class _Foreseen:
    """A clause that is rendered before anybody waits for it."""

    task: asyncio.Task[None]

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._has_begun = False

    def render(self, spoken: str) -> bytes:
        """Called on a thread."""
        self._has_begun = True
        return self._voice.render(spoken)

    def give_up(self) -> None:
        """Unless it has begun: then it is finished."""
        if not self._has_begun:
            self.task.cancel()


class ClauseSynthesizer:
    """Speaks with one voice; what has been said before comes from the cache."""

    def __init__(self, voice: Voice, cache: PhraseCache, queue: InferenceQueue) -> None:
        self.name = voice.name
        self._voice = voice
        self._cache = cache
        self._queue = queue
        self._foreseen: dict[str, _Foreseen] = {}

    async def speak(self, text: str, delivery: Delivery = USUAL_DELIVERY) -> AsyncIterator[AudioFrame]:
        """Yield one frame per clause, each with the pause that follows it. See `Synthesizer.speak`."""
        priority = Priority.FIRST_CLAUSE
        for clause in split_into_clauses(text):
            spoken = text_for_voice(clause.text)
            if not _has_words(spoken):
                continue
            pcm = await self._render(spoken, priority)
            priority = Priority.LATER_CLAUSE
            pcm = deliver(pcm, delivery)
            # Who wants slower words wants longer breaths between them.
            pause_samples = round(clause.pause_ms * SAMPLE_RATE_HZ / 1000 / delivery.rate)
            yield AudioFrame(pcm + bytes(2 * pause_samples), text=clause.text)

    async def warm(self, texts: Iterable[str]) -> int:
        """Have every clause of these texts ready, on disk too; return how many had to be rendered.

        texts: sentences known in advance, with nothing in them that a caller said. Work of calls comes
        first; a clause that cannot be rendered now will be when it is said.
        """
        clauses = _clauses(texts)
        n_rendered = n_failed = 0
        for text in clauses:
            if await self._cache.load(self._voice.fingerprint, text) is not None:
                continue
            try:
                pcm = await self._run(Priority.CACHE_WARMING, text)
            except SynthesisError:
                n_failed += 1
                continue
            await self._cache.store(self._voice.fingerprint, text, pcm)
            n_rendered += 1
        counts = {"n_clauses": len(clauses), "n_rendered": n_rendered, "n_failed": n_failed}
        log.info("phrases_ready", voice=self.name, **counts)
        return n_rendered

    async def prepare(self, texts: Sequence[str]) -> None:
        """See `Synthesizer.prepare`: clause by clause; what was not begun is given up with the caller."""
        for spoken in _clauses(texts):
            if spoken in self._foreseen or self._cache.get(self._voice.fingerprint, spoken) is not None:
                continue
            foreseen = self._foreseen[spoken] = _Foreseen(self._voice)
            foreseen.task = asyncio.create_task(self._foresee(spoken, foreseen))
            foreseen.task.add_done_callback(partial(self._forget, spoken))
            try:
                await asyncio.wait({foreseen.task})
            finally:
                foreseen.give_up()

    async def _foresee(self, spoken: str, foreseen: _Foreseen) -> None:
        try:
            pcm = await self._queue.run(Priority.AHEAD, foreseen.render, spoken)
        except EngineError as error:
            log.info("not_rendered_ahead", error=type(error).__name__)
        else:
            self._cache.remember(self._voice.fingerprint, spoken, pcm)

    def _forget(self, spoken: str, _: asyncio.Task[None]) -> None:
        del self._foreseen[spoken]

    async def _render(self, spoken: str, priority: Priority) -> bytes:
        if (foreseen := self._foreseen.get(spoken)) is not None:
            # What has begun is there sooner than if it began anew.
            foreseen.give_up()
            await asyncio.wait({foreseen.task})
        pcm = self._cache.get(self._voice.fingerprint, spoken)
        if pcm is None:
            pcm = await self._run(priority, spoken)
            self._cache.remember(self._voice.fingerprint, spoken, pcm)
        return pcm

    async def _run(self, priority: Priority, text: str) -> bytes:
        try:
            return await self._queue.run(priority, self._voice.render, text)
        except SynthesisError:
            raise
        except EngineError as error:
            raise SynthesisError(str(error), retryable=error.retryable) from error


def _clauses(texts: Iterable[str]) -> list[str]:
    """Every clause of these texts once, as it is said."""
    spoken = (text_for_voice(clause.text) for text in texts for clause in split_into_clauses(text))
    return list(dict.fromkeys(filter(_has_words, spoken)))


def _has_words(spoken: str) -> bool:
    """Punctuation alone is nothing to say; given it, voices make noises."""
    return any(letter.isalnum() for letter in spoken)
