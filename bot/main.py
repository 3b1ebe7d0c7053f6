"""The bot process: `python -m bot.main`. It serves if nobody does, else it waits, ready, until it is needed.

Most of a start is importing what the bot is made of, so the one that waits has that behind it, and holds no
speech model in memory: it serves some seconds after the other has died.
"""

from __future__ import annotations

import asyncio
import math
import sys
import time
from importlib.abc import MetaPathFinder

from bot.settings import Settings
from bot.supervise.place import Place
from runtime import oom
from runtime.exits import exit_on
from runtime.logs import configure_logging
from runtime.secrets import SecretError

POLL_S = 0.1
# Whoever starts while another serves may have died just now; its successor needs the processor more.
REST_S = 15.0
# Nobody misses it before any other when memory is short.
OFFERED_POINTS = 300


def main() -> None:
    """Run the bot; a fault of models, settings or city data is one line and exit status 1."""
    with exit_on(SecretError):
        configure_logging()
        settings = Settings()
    place = Place(settings.var_dir / "run")
    need = Need(place)
    with place.waiting(), oom.offered(OFFERED_POINTS):
        need.wait(REST_S)
        sys.meta_path.insert(0, unhurried := Unhurried(need))
        from bot import app  # noqa: PLC0415 - most of a start, and what one that waits does beforehand

        sys.meta_path.remove(unhurried)
        app.prepare()
        need.wait()
    with exit_on(*app.START_ERRORS):
        asyncio.run(app.run(settings, place))


class Need:
    """Whether this process is to serve: it holds the place, or was called to serve beside the holder."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._is_there = False

    def wait(self, within_s: float = math.inf) -> None:
        """Wait until it is, but no longer."""
        deadline_s = time.monotonic() + within_s
        while not self._is_there and time.monotonic() < deadline_s:
            self._is_there = self._place.take() or self._place.is_called()
            if not self._is_there:
                time.sleep(POLL_S)


class Unhurried(MetaPathFinder):
    """Stands before the finders of modules and rests as long as the process has worked, while it waits.

    Otherwise one that waits would take a processor from calls for ten seconds.
    """

    def __init__(self, need: Need) -> None:
        self._need = need
        self._worked_s = time.process_time()

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Find nothing, now and then late."""
        worked_s = time.process_time() - self._worked_s
        if worked_s >= POLL_S:
            self._need.wait(worked_s)
            self._worked_s = time.process_time()


if __name__ == "__main__":
    main()
