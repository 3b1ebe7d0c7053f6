"""The calls of one process: which are up, which are to be freed, on which event loop they are bridged."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from telephony.sip_call import SipCall

log = logging.getLogger(__name__)

SETTLE_WITHIN_S = 2.0
# They read a small file now and then; each thread more costs memory for good.
N_FILE_THREADS = 2


class LoopThread:
    """An asyncio loop on a thread of its own, so that neither SIP nor the WebSockets wait for the other."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(ThreadPoolExecutor(N_FILE_THREADS, "files"))
        self._thread = threading.Thread(target=self.loop.run_forever, name="bridges")
        self._thread.start()
        self._tasks: set[Any] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Own and run `work`; from any thread."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        self._tasks.add(future)
        future.add_done_callback(self._tasks.discard)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the work to end, cancel what does not, stop the thread."""
        future = asyncio.run_coroutine_threadsafe(_settle(SETTLE_WITHIN_S), self.loop)
        future.result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


async def _settle(within_s: float) -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if not others:
        return
    _, late = await asyncio.wait(others, timeout=within_s)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


class CallBook:
    """The calls that PJSIP still knows; used on the SIP thread only."""

    def __init__(self) -> None:
        self.live: list[SipCall] = []
        self._dead: list[SipCall] = []

    def add(self, call: SipCall) -> None:
        self.live.append(call)

    def bury(self, call: SipCall) -> None:
        """Note that a call is over; inside its own callback it cannot be freed."""
        self.live.remove(call)
        self._dead.append(call)

    def free_dead(self) -> None:
        """Free ended calls; outside callbacks."""
        self._dead = [call for call in self._dead if not call.dispose()]

    def watch(self, now_s: float) -> None:
        for call in self.live:
            call.watch(now_s)
