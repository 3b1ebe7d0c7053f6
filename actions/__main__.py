"""Serves the actions over HTTP: `python -m actions`."""

from __future__ import annotations

import argparse
import os
import warnings
from functools import partial

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from rasa_sdk.endpoint import create_app_for_serve
from sanic import HTTPResponse, Request
from sanic.response import raw

from actions import wiring
from actions.executor import WatchedExecutor
from runtime.exits import exit_on
from runtime.keeper import keep
from runtime.logs import configure_logging
from runtime.metrics import new_registry
from runtime.secrets import SecretError
from runtime.tracing import open_tracer

DEFAULT_PORT = 5055


def main() -> None:
    """Serve until SIGTERM, on loopback unless told otherwise: whoever reaches this port can file reports."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--bind", default=os.environ.get("CALLBOT_ACTIONS_BIND", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("CALLBOT_ACTIONS_PORT", DEFAULT_PORT)))
    arguments = parser.parse_args()
    with exit_on(SecretError):
        configure_logging()
        wiring.settings()
    # That Rasa 3.6 and this SDK work together, although their versions differ, is tested.
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk")
    executor = WatchedExecutor(registry := new_registry())
    executor.register_package("actions")
    # The first caller must not wait for the city's data to be read.
    wiring.procedures()
    wiring.directory()
    keep(partial(serve, executor, registry, arguments.bind, arguments.port))


def serve(executor: WatchedExecutor, registry: CollectorRegistry, bind: str, port: int) -> None:
    """Answer Rasa until SIGTERM."""
    executor.begin(tracer := open_tracer("actions"))
    wiring.desk()
    app = create_app_for_serve(executor, cors_origins=[])
    app.add_task(wiring.procedures().keep_fresh())

    @app.get("/metrics")  # type: ignore[untyped-decorator]  # rasa_sdk's application has no types
    async def metrics(_request: Request) -> HTTPResponse:
        return raw(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    # One process: the SDK's own server starts a second one that holds everything twice.
    app.run(host=bind, port=port, single_process=True, access_log=False, motd=False)
    tracer.close()


if __name__ == "__main__":
    main()
