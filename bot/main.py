"""The bot process: `python -m bot.main`. It serves if nobody does, else it waits, ready, until it is needed.

Most of a start is importing what the bot is made of, so the one that waits has that behind it, and holds no
model in memory: it serves some seconds after the other has died.
"""

from __future__ import annotations

import asyncio
import math
import time

from bot.settings import Settings
from bot.supervise.place import Place
from runtime.logs import configure_logging
from runtime.secrets import SecretError

POLL_S = 0.1
# Whoever starts while another serves may have died just now; its successor needs the processor more.
REST_S = 15.0


def main() -> None:
    """Run the bot; a fault of models, settings or city data is one line and exit status 1."""
    try:
        configure_logging()
        settings = Settings()
    except SecretError as error:
        raise SystemExit(str(error)) from error
    place = Place(settings.var_dir / "run")
    with place.waiting():
        is_needed = _wait(place, REST_S)
        from bot import app  # noqa: PLC0415 - most of a start, and what one that waits does beforehand

        app.prepare()
        if not is_needed:
            _wait(place)
    try:
        asyncio.run(app.run(settings, place))
    except app.START_ERRORS as error:
        raise SystemExit(str(error)) from error


def _wait(place: Place, within_s: float = math.inf) -> bool:
    """Wait until this process is to serve, but no longer; returns whether it is."""
    deadline_s = time.monotonic() + within_s
    while not (place.take() or place.is_called()):
        if time.monotonic() > deadline_s:
            return False
        time.sleep(POLL_S)
    return True


if __name__ == "__main__":
    main()
