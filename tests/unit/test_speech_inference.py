"""The queue of heavy work: who goes first, who is refused, what a cancelled wait leaves behind."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from bot.call.errors import EngineError
from bot.speech.inference import InferenceQueue, Priority

RECOGNITION, FIRST, LATER, AHEAD, WARMING = Priority
Later = Callable[[float], None]


class Gate:
    """Work that lasts until it is let through, and notes who began."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._open = threading.Event()

    def work(self, name: str) -> str:
        self.begun.append(name)
        self._open.wait()
        return name

    def open(self) -> None:
        self._open.set()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture
async def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Has the event loop's clock go forward by some seconds."""
    loop, passed_s = asyncio.get_running_loop(), [0.0]
    real = loop.time
    monkeypatch.setattr(loop, "time", lambda: real() + sum(passed_s))
    return passed_s.append


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(20):
        await asyncio.sleep(0)


async def start(queue: InferenceQueue, gate: Gate, *work: tuple[Priority, str]) -> list[asyncio.Task[str]]:
    """Submit work in this order, each before the next."""
    tasks = []
    for priority, name in work:
        tasks.append(asyncio.create_task(queue.run(priority, gate.work, name)))
        await settle()
    return tasks


async def warming_after_work(gate: Gate) -> tuple[InferenceQueue, asyncio.Task[str]]:
    """Somebody was heard just now, and what nobody waits for is to be rendered once 5 s have been quiet."""
    gate.open()
    queue = InferenceQueue(n_threads=2, quiet_s=5)
    await queue.run(RECOGNITION, gate.work, "heard")
    [warming] = await start(queue, gate, (WARMING, "warming"))
    return queue, warming


async def test_waiting_work_runs_by_urgency_then_by_age(gate: Gate) -> None:
    queue = InferenceQueue(n_threads=1)
    tasks = await start(
        queue, gate,
        (RECOGNITION, "running"), (WARMING, "warming"), (LATER, "later"), (FIRST, "first"),
        (RECOGNITION, "old"), (RECOGNITION, "young"),
    )  # fmt: skip
    gate.open()
    await asyncio.gather(*tasks)
    assert gate.begun == ["running", "old", "young", "first", "later", "warming"]
    queue.close()


async def test_patient_work_leaves_one_thread_free(gate: Gate) -> None:
    queue = InferenceQueue(n_threads=2)
    tasks = await start(queue, gate, (WARMING, "warming"), (LATER, "later"), (RECOGNITION, "urgent"))
    assert queue.n_waiting == 1
    gate.open()
    await asyncio.gather(*tasks)
    assert gate.begun.index("urgent") < gate.begun.index("later")
    queue.close()


async def test_what_nobody_waits_for_waits_until_it_is_quiet(gate: Gate, later: Later) -> None:
    queue, warming = await warming_after_work(gate)
    later(4)
    await queue.run(LATER, gate.work, "said")
    later(4)
    await settle()
    assert gate.begun == ["heard", "said"]
    later(1)
    await warming
    await queue.run(WARMING, gate.work, "next")
    assert gate.begun == ["heard", "said", "warming", "next"]
    queue.close()


async def test_where_it_is_never_quiet_one_is_rendered_a_minute(gate: Gate, later: Later) -> None:
    queue, warming = await warming_after_work(gate)
    for _ in range(14):
        later(4)
        await queue.run(RECOGNITION, gate.work, "heard")
    assert "warming" not in gate.begun
    later(4)
    await warming
    queue.close()


async def test_a_cancelled_wait_never_runs(gate: Gate) -> None:
    queue = InferenceQueue(n_threads=1)
    running, cancelled, last = await start(
        queue, gate, (RECOGNITION, "running"), (RECOGNITION, "cancelled"), (LATER, "last")
    )
    cancelled.cancel()
    await settle()
    assert queue.n_waiting == 1
    gate.open()
    assert await asyncio.gather(running, last) == ["running", "last"]
    assert gate.begun == ["running", "last"]
    queue.close()


async def test_a_thread_stays_taken_until_cancelled_work_has_ended(gate: Gate) -> None:
    queue = InferenceQueue(n_threads=1)
    abandoned, waiting = await start(queue, gate, (RECOGNITION, "abandoned"), (RECOGNITION, "waiting"))
    abandoned.cancel()
    await settle()
    assert abandoned.cancelled()
    assert queue.n_waiting == 1
    gate.open()
    assert await waiting == "waiting"
    queue.close()


async def test_too_much_waiting_work_is_refused(gate: Gate) -> None:
    queue = InferenceQueue(n_threads=1, max_waiting=2)
    tasks = await start(queue, gate, (FIRST, "running"), (FIRST, "one"), (FIRST, "two"))
    with pytest.raises(EngineError) as refused:
        await queue.run(FIRST, gate.work, "three")
    assert refused.value.retryable
    gate.open()
    assert await asyncio.gather(*tasks) == ["running", "one", "two"]
    queue.close()


async def test_urgent_work_takes_the_place_of_the_least_urgent(gate: Gate) -> None:
    queue = InferenceQueue(n_threads=1, max_waiting=2)
    running, warming, later, urgent = await start(
        queue, gate, (FIRST, "running"), (WARMING, "warming"), (LATER, "later"), (RECOGNITION, "urgent")
    )
    with pytest.raises(EngineError):
        await warming
    gate.open()
    assert await asyncio.gather(running, later, urgent) == ["running", "later", "urgent"]
    queue.close()


async def test_an_error_reaches_whoever_waits_and_frees_the_thread() -> None:
    queue = InferenceQueue(n_threads=1)
    with pytest.raises(ZeroDivisionError):
        await queue.run(FIRST, lambda: 1 // 0)
    assert await queue.run(FIRST, lambda: "next") == "next"
    queue.close()


async def test_closing_refuses_what_waits(gate: Gate) -> None:
    queue = InferenceQueue(n_threads=1)
    running, waiting = await start(queue, gate, (FIRST, "running"), (FIRST, "waiting"))
    gate.open()
    queue.close()
    assert await running == "running"
    with pytest.raises(EngineError):
        await waiting


async def test_a_turn_given_to_a_wait_just_cancelled_passes_to_the_next(gate: Gate) -> None:
    queue = InferenceQueue(n_threads=1)
    running, cancelled, last = await start(
        queue, gate, (FIRST, "running"), (FIRST, "cancelled"), (FIRST, "last")
    )
    gate.open()
    await running
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    assert await last == "last"
    assert await queue.run(FIRST, gate.work, "free again") == "free again"
    queue.close()


async def test_what_may_be_said_soon_is_rendered_while_nothing_else_runs(gate: Gate) -> None:
    queue = InferenceQueue(n_threads=3)
    tasks = await start(queue, gate, (LATER, "later"), (AHEAD, "ahead"), (RECOGNITION, "urgent"))
    assert gate.begun == ["later", "urgent"]
    gate.open()
    await asyncio.gather(*tasks)
    assert gate.begun == ["later", "urgent", "ahead"]
    queue.close()
