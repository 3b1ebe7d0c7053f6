"""The action server as it really runs asks the city's portal for its forms, and lives without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.ports import free_port
from tests.fakes.publik_portal import FORMS, KEY, ORIG, portal_app
from tests.fakes.reports_servers import serving

PATIENCE_S = 60


@contextmanager
def action_server(portal: str, var_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    port = free_port()
    environment = os.environ | {
        "CALLBOT_VAR_DIR": str(var_dir),
        "CALLBOT_PUBLIK_URL": portal,
        "CALLBOT_PUBLIK_ORIG": ORIG,
        "CALLBOT_PUBLIK_KEY": KEY,
    }
    command = [sys.executable, "-m", "actions", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def test_the_action_server_keeps_the_portal_s_forms(tmp_path: Path) -> None:
    asked = threading.Event()
    app = portal_app()

    @app.middleware("http")
    async def tell(request, call_next):  # type: ignore[no-untyped-def]
        response = await call_next(request)
        asked.set()
        return response

    with serving(app) as portal, action_server(portal, tmp_path) as process:
        assert asked.wait(PATIENCE_S), "the server never asked"
        kept_file = tmp_path / "publik_forms.json"
        deadline_s = time.monotonic() + PATIENCE_S
        while not kept_file.exists() and process.poll() is None and time.monotonic() < deadline_s:
            time.sleep(0.05)
        assert process.poll() is None
    kept = json.loads(kept_file.read_text("utf-8"))
    assert [form["slug"] for form in kept] == [form["slug"] for form in FORMS]
