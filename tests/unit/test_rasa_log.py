"""What Rasa logs holds nothing of what callers say, whichever way it is logged."""

import subprocess
import sys
from pathlib import Path

LOGGING = Path("bot/rasa_env/logging.yml")
SECRET = "madame Vidal"
# Records are made wordless in the whole process: so one of its own. `basicConfig` stands for the handlers
# that Rasa sets up after reading the file.
PROGRAM = """
import logging, logging.config, sys, warnings, yaml
words = sys.argv[2]
logging.config.dictConfig(yaml.safe_load(open(sys.argv[1])))
logging.basicConfig(stream=sys.stdout, force=sys.argv[3] == "replaced", level=logging.INFO)
log = logging.getLogger("rasa.core.processor")
log.warning(f"understood {words}")
log.warning("understood %s", words)
log.warning("understood %(text)s", {"text": words})
log.error({"event": "failed", "text": words})
log.warning("with more", extra={"text": words}, stack_info=True)
warnings.warn(f"misaligned: {words}")
def broken():
    raise KeyError(words)
try:
    try:
        broken()
    except KeyError as error:
        raise ValueError(words) from error
except ValueError:
    log.exception("while handling " + words)
logging.getLogger("sanic.error").error("failed", exc_info=True)
"""


def logged(tmp_path: Path, handlers: str) -> str:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, "-c", f"exec(open({str(program)!r}).read())", str(LOGGING), SECRET, handlers]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout + done.stderr


def test_no_record_holds_words(tmp_path: Path) -> None:
    for handlers in ("ours", "replaced"):
        lines = logged(tmp_path, handlers)
        assert "Vidal" not in lines
        assert lines.count("rasa.core.processor") == 6
        assert "py.warnings" in lines


def test_a_failure_is_told_by_type_and_place(tmp_path: Path) -> None:
    assert "ValueError (<string>:" in logged(tmp_path, "ours")
    assert "from KeyError (<string>:" in logged(tmp_path, "ours")
