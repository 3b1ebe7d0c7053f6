"""The one place where engines do their heavy work: a bounded queue by urgency, off the event loop.

Recognition comes before the first clause of an answer, that before its later clauses, and those before
sentences that nobody waits for yet. Later clauses and cache warming leave one thread free, so that a
caller who has just finished speaking never waits for a whole clause of somebody else's. What a call is likely
to say soon is rendered while nothing else runs. Cache warming goes on in the pauses of calls only: the
engines' own threads would share the cores with it.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ParamSpec, TypeVar

from bot.call.errors import EngineError

QUIET_S = 2.0
# Where it is never quiet, the known sentences still come to be known, one after the other.
QUIET_WITHIN_S = 60.0

P = ParamSpec("P")
T = TypeVar("T")


class Priority(IntEnum):
    """How urgent a piece of work is; the smallest first."""

    RECOGNITION = 0
    FIRST_CLAUSE = 1
    LATER_CLAUSE = 2
    AHEAD = 3
    CACHE_WARMING = 4


@dataclass(order=True, slots=True)
class _Job:
    """One piece of waiting work; of two equally urgent ones, the older first."""

    priority: Priority
    number: int
    turn: asyncio.Future[None] = field(compare=False)


class InferenceQueue:
    """Runs functions in a few threads. Belongs to the event loop that awaits it.

    n_threads: how many run at once. max_waiting: how many may wait; then the least urgent is refused.
    quiet_s: how long nothing else must have run before the next sentence is rendered that nobody waits for.
    on_done: told of all that ran: its urgency, seconds waited for a thread, seconds in it.
    """

    def __init__(self, n_threads: int = 2, max_waiting: int = 64, quiet_s: float = QUIET_S) -> None:
        self._n_threads = n_threads
        self._max_waiting = max_waiting
        self._quiet_s = quiet_s
        self._quiet_from_s = 0.0
        self._warm_by_s = 0.0
        self._quiet_timer: asyncio.TimerHandle | None = None
        self._executor = ThreadPoolExecutor(n_threads, thread_name_prefix="inference")
        self._waiting: list[_Job] = []
        self._n_jobs = 0
        self._n_running = 0
        self._running: set[asyncio.Future[Any]] = set()
        self._is_closed = False
        self.on_done: Callable[[Priority, float, float], None] = lambda priority, waited_s, ran_s: None

    @property
    def n_waiting(self) -> int:
        return sum(not job.turn.done() for job in self._waiting)

    async def run(self, priority: Priority, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `function(*args, **kwargs)`, run in a thread when its turn comes.

        A cancelled wait never runs; what runs already cannot be stopped, and its result is dropped.
        Raises EngineError (retryable) if too much waits, and whatever `function` raises.
        """
        if self._is_closed:
            raise EngineError("speech engines are shutting down", retryable=True)
        loop = asyncio.get_running_loop()
        asked_s = loop.time()
        self._note(priority)
        await self._turn(priority)
        began_s = loop.time()
        work: asyncio.Future[T] = loop.run_in_executor(self._executor, lambda: function(*args, **kwargs))
        self._running.add(work)
        # The thread stays taken until the function returns, whether or not somebody still waits for it.
        work.add_done_callback(lambda _: self._note(priority))
        work.add_done_callback(self._finished)
        work.add_done_callback(lambda _: self.on_done(priority, began_s - asked_s, loop.time() - began_s))
        return await asyncio.shield(work)

    async def idle(self) -> None:
        """Return when nothing runs any more."""
        while self._running:
            await asyncio.wait(set(self._running))

    def close(self) -> None:
        """Refuse what waits and what is still to come, and let what runs finish."""
        self._is_closed = True
        for job in self._waiting:
            _refuse(job, "speech engines are shutting down")
        self._waiting.clear()
        if self._quiet_timer is not None:
            self._quiet_timer.cancel()
        self._executor.shutdown(wait=True, cancel_futures=True)

    async def _turn(self, priority: Priority) -> None:
        """Wait for a thread."""
        if not self.n_waiting and self._may_start(priority):
            self._n_running += 1
            return
        job = _Job(priority, self._n_jobs, asyncio.get_running_loop().create_future())
        self._n_jobs += 1
        self._make_room(job)
        heapq.heappush(self._waiting, job)
        self._start_next()
        try:
            await job.turn
        except asyncio.CancelledError:
            if job.turn.done() and not job.turn.cancelled() and job.turn.exception() is None:
                self._release()  # its turn came in the very moment in which its waiter was cancelled
            raise

    def _make_room(self, job: _Job) -> None:
        self._waiting = [other for other in self._waiting if not other.turn.done()]
        heapq.heapify(self._waiting)
        if len(self._waiting) < self._max_waiting:
            return
        least_urgent = max([*self._waiting, job])
        if least_urgent is job:
            raise EngineError("too much speech work is waiting", retryable=True)
        self._waiting.remove(least_urgent)
        heapq.heapify(self._waiting)
        _refuse(least_urgent, "more urgent speech work came")

    def _note(self, priority: Priority) -> None:
        """Remember when somebody last waited for something, and since when nobody's sentence has."""
        now_s = asyncio.get_running_loop().time()
        if priority is Priority.CACHE_WARMING:
            self._warm_by_s = now_s + QUIET_WITHIN_S
        else:
            self._quiet_from_s = now_s + self._quiet_s

    def _may_start(self, priority: Priority) -> bool:
        is_patient = priority >= Priority.LATER_CLAUSE and self._n_threads > 1
        is_too_early = (priority is Priority.AHEAD and self._n_running > 0) or (
            priority is Priority.CACHE_WARMING and self._until_quiet_s() > 0
        )
        return self._n_running < self._n_threads - is_patient and not is_too_early

    def _until_quiet_s(self) -> float:
        return min(self._quiet_from_s, self._warm_by_s) - asyncio.get_running_loop().time()

    def _start_next(self) -> None:
        while self._waiting:
            if self._waiting[0].turn.done():
                heapq.heappop(self._waiting)
            elif self._may_start(self._waiting[0].priority):
                self._n_running += 1
                heapq.heappop(self._waiting).turn.set_result(None)
            else:
                self._start_when_quiet()
                return

    def _start_when_quiet(self) -> None:
        """Look again when it may have become quiet; before that, whatever ends does so."""
        if self._quiet_timer is not None:
            self._quiet_timer.cancel()
        if (wait_s := self._until_quiet_s()) > 0:
            self._quiet_timer = asyncio.get_running_loop().call_later(wait_s, self._start_next)

    def _release(self) -> None:
        self._n_running -= 1
        self._start_next()

    def _finished(self, work: asyncio.Future[Any]) -> None:
        self._running.discard(work)
        if not work.cancelled():
            work.exception()  # seen: an exception that nobody waits for any more is not worth a warning
        self._release()


def _refuse(job: _Job, why: str) -> None:
    if not job.turn.done():
        job.turn.set_exception(EngineError(why, retryable=True))
