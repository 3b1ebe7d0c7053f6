"""Log lines: one form for all, the call's id in them, no secret and no text of an error."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from runtime.logs import configure_logging, secrets_in

PERSONAL = "Madame Arnaud, 12 rue de la République"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield io.StringIO()
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_lines_carry_the_call_and_their_fields(stream: io.StringIO) -> None:
    configure_logging({"CALLBOT_LOG_FORMAT": "json"}, stream=stream)
    with structlog.contextvars.bound_contextvars(call_id="c1"):
        structlog.get_logger().info("caller_turn", n_characters=12)
        logging.getLogger("telephony.sip_call").info("call_over code=%d by_us=%s", 200, False)
    turn, over = lines(stream)
    assert (turn["event"], turn["call_id"], turn["n_characters"]) == ("caller_turn", "c1", 12)
    assert (over["event"], over["call_id"], over["code"], over["by_us"]) == (
        "call_over",
        "c1",
        "200",
        "False",
    )
    assert over["level"] == "info"
    assert turn["timestamp"].endswith("Z")


def test_without_a_setting_lines_are_key_and_value(stream: io.StringIO) -> None:
    configure_logging({}, stream=stream)
    structlog.get_logger().warning("late", after_s=3)
    assert stream.getvalue().split(" ", 1)[1] == "level=warning event=late after_s=3\n"


def test_lines_of_the_standard_library_read_alike(stream: io.StringIO) -> None:
    configure_logging({}, stream=stream)
    logging.getLogger("telephony.main").info("ready sip_port=%d max_calls=%d", 5060, 4)
    assert stream.getvalue().endswith(
        "level=info event=ready sip_port=5060 max_calls=4 logger=telephony.main\n"
    )


@pytest.mark.parametrize("name", ["bot", "library"])
def test_an_error_says_where_it_happened_and_not_what_was_said(stream: io.StringIO, name: str) -> None:
    configure_logging({"CALLBOT_LOG_FORMAT": "json"}, stream=stream)
    try:
        try:
            raise KeyError(PERSONAL)
        except KeyError as cause:
            raise ValueError(PERSONAL) from cause
    except ValueError as error:
        if name == "bot":
            structlog.get_logger().error("failed", exc_info=error)
        else:
            logging.getLogger("library").exception("failed\nresult=%s", PERSONAL)
    (line,) = lines(stream)
    assert line["event"] == "failed"
    assert line["exception"].startswith("ValueError (test_runtime_logs.py:")
    assert " from KeyError (" in line["exception"]
    assert "Arnaud" not in stream.getvalue()


def test_secrets_are_masked_wherever_they_come_up(stream: io.StringIO) -> None:
    env = {
        "CALLBOT_OPEN311_API_KEY": "key-of-the-city",
        "CALLBOT_INTERNAL_TOKEN": "token-of-this-start",
        "CALLBOT_DATABASE_URL": "postgresql://bot:database-password@db/callbot",
        "CALLBOT_SMS_HEADERS": '{"Authorization": "Bearer of-the-gateway"}',
        "CALLBOT_PUBLIC_URL": "https://callbot.example",
        "CALLBOT_SMTP_PASSWORD": "a",
    }
    configure_logging(env, stream=stream)
    for value in env.values():
        structlog.get_logger().error("refused", said=f"<{value}>")
        logging.getLogger("httpx").warning("refused %s", value)
    written = stream.getvalue()
    for secret in ("key-of-the-city", "token-of-this-start", "database-password", "of-the-gateway"):
        assert secret not in written
    assert written.count("https://callbot.example") == 2
    assert "a" not in secrets_in(env)


def test_what_ends_a_process_is_told_without_its_words() -> None:
    program = (
        f"from runtime.logs import configure_logging\nconfigure_logging({{}})\nraise ValueError({PERSONAL!r})"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "event=process_ended" in ended.stdout
    assert "ValueError" in ended.stdout
    assert "Arnaud" not in ended.stdout + ended.stderr
