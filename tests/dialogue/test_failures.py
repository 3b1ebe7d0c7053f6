"""What the bot sees when something behind Rasa is down, and what the logs must never hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.call.errors import DialogueError
from bot.dialogue.rasa_rest import Element, fold
from bot.rasa_env.serve import serve_command, serve_environment
from tests.dialogue.engine import RASA_PYTHON, ROOT, process, trained_model, wait_for
from tests.fakes.ports import free_ports

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(900)]
SECRET = "xylophone"


@pytest.fixture(scope="module")
def lonely_rasa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Rasa without its actions and without its sentences: its base URL and its log."""
    work_dir = tmp_path_factory.mktemp("lonely")
    (work_dir / "rasa").mkdir()
    rasa_port, actions_port, nlg_port = free_ports(3)
    environment = serve_environment(
        work_dir,
        actions_url=f"http://127.0.0.1:{actions_port}",
        nlg_url=f"http://127.0.0.1:{nlg_port}/nlg",
    )
    log = work_dir / "rasa.log"
    with process(serve_command(ROOT, RASA_PYTHON, trained_model(), rasa_port), environment, log):
        url = f"http://127.0.0.1:{rasa_port}"
        wait_for(f"{url}/webhooks/rest/", log)
        yield url, log


def test_without_actions_the_answer_is_empty_and_the_bot_notices(lonely_rasa: tuple[str, Path]) -> None:
    url, log = lonely_rasa
    body = {"sender": "s", "message": f"il y a un {SECRET} dans la rue", "input_channel": "voice"}
    response = httpx.post(f"{url}/webhooks/rest/webhook", json=body, timeout=30)
    assert (response.status_code, response.json()) == (200, [])
    with pytest.raises(DialogueError, match="empty"):
        fold([Element.model_validate(element) for element in response.json()])
    said = log.read_text()
    assert "ERROR" in said, "the failure is in the log"
    assert SECRET not in said, "the caller's words are not"
