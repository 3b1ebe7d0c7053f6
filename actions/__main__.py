"""Serves the actions over HTTP: `python -m actions`."""

from __future__ import annotations

import argparse
import logging
import os
import warnings

from rasa_sdk.endpoint import create_app_for_serve
from rasa_sdk.executor import ActionExecutor

from actions import wiring

DEFAULT_PORT = 5055


def main() -> None:
    """Serve until SIGTERM, on loopback unless told otherwise: whoever reaches this port can file reports."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--bind", default=os.environ.get("CALLBOT_ACTIONS_BIND", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("CALLBOT_ACTIONS_PORT", DEFAULT_PORT)))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # That Rasa 3.6 and this SDK work together, although their versions differ, is tested.
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk")
    executor = ActionExecutor()
    executor.register_package("actions")
    # The first caller must not wait for the city's data to be read.
    procedures = wiring.procedures()
    wiring.directory()
    wiring.desk()
    app = create_app_for_serve(executor, cors_origins=[])
    app.add_task(procedures.keep_fresh())
    # One process: the SDK's own server starts a second one that holds everything twice.
    app.run(host=arguments.bind, port=arguments.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
