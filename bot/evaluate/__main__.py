"""`python -m bot.evaluate`: measure how well callers are understood; print it, write docs/evaluation.md."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.evaluate.plain import sentences
from bot.evaluate.sets import Count, addresses, emergencies, numbers, procedures
from bot.evaluate.table import Results, render
from bot.evaluate.understanding import read_turns
from bot.rasa_env.train import ensure_trained, rasa_environment
from integrations.city import load_city

ROOT = Path(__file__).resolve().parents[2]
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
DATA = ROOT / "tests" / "data"
NLU_SETS = (ROOT / "nlu_data/tests/nlu_eval.yml", ROOT / "nlu_data/tests/nonsense.yml")
CONVERSATIONS = "tests/dialogue/test_conversations.py"
REPORT = ROOT / "docs" / "evaluation.md"
# What stands below this line in the report is written anew; what stands above stays.
MARK = "<!-- make eval writes what follows -->"


def main() -> None:
    """Measure, print, and write the report."""
    arguments = _arguments()
    var_dir = Path(os.environ.get("CALLBOT_VAR_DIR", ROOT / "var"))
    started_s = time.perf_counter()
    model = ensure_trained(ROOT, var_dir, RASA_PYTHON)
    trained_s = time.perf_counter() - started_s
    parsed = _parse(model, var_dir)
    city = load_city(ROOT / "city" / "nimes")
    counted = {
        "addresses": addresses(city, DATA / "addresses.yml"),
        "numbers": numbers(city, DATA / "numbers.yml"),
        "emergencies": emergencies(DATA / "emergency.yml"),
        "procedures": procedures(city, DATA / "procedures_queries.yml"),
    }
    if arguments.conversations:
        counted["conversations"] = [_conversations()]
    results = Results(
        read_turns(parsed["sets"]["nlu_eval"], _trained_hashes()),
        read_turns(parsed["sets"]["nonsense"]),
        counted,
        trained_s if trained_s > 10 else None,
        parsed["load_s"],
    )
    tables = render(results)
    print(tables)
    if arguments.write:
        _write_report(tables)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.evaluate", description=__doc__)
    parser.add_argument("--no-conversations", dest="conversations", action="store_false")
    parser.add_argument("--no-report", dest="write", action="store_false", help="print only")
    return parser.parse_args()


def _parse(model: Path, var_dir: Path) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "parsed.json"
        subprocess.run(
            [RASA_PYTHON, "-m", "bot.rasa_env.parse_set", model, result, *NLU_SETS],
            cwd=ROOT,
            env={**os.environ, **rasa_environment(var_dir)},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return json.loads(result.read_text(encoding="utf-8"))


def _trained_hashes() -> set[str]:
    files = (ROOT / "nlu_data" / "nlu").glob("*.yml")
    return {hashlib.sha256(said.encode()).hexdigest() for path in files for said in sentences(path)}


def _conversations() -> Count:
    """Whole conversations with the real engine, as the tests tell them."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", CONVERSATIONS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    passed, failed = (_number(rf"(\d+) {word}", run.stdout) for word in ("passed", "failed"))
    if passed + failed == 0:
        raise SystemExit(f"no conversation ran:\n{run.stdout[-2000:]}")
    return Count("as wanted", passed, passed + failed)


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    return int(found[1]) if found else 0


def _write_report(tables: str) -> None:
    above = REPORT.read_text(encoding="utf-8").partition(MARK)[0].rstrip()
    today = time.strftime("%Y-%m-%d")
    REPORT.write_text(f"{above}\n\n{MARK}\n\nMeasured on {today}.\n\n{tables}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
