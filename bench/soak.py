"""Places thousands of short calls at a callbot of its own and prints what its processes hold at the end.

`make soak`, or `.venv/bin/python -m bench.soak --help`. sipp calls, hears the first words of the greeting and
hangs up, several calls at a time. Memory and open files are read while nobody calls: after the first part,
when every cache has filled and all lines have been taken at once, and after each further part. The goal: no
failed call, no process's memory more than 2 % up, no file more. What processes and their keepers take of the
machine together is told beside it: as one of the two writes to what they share, that grows by as much as the
keeper holds at most.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.calls_switchboard import ROOT, Switchboard, own_switchboard
from bench.process_memory import Held, held_by_all
from bot.supervise.control import Supervisor
from runtime import garbage

SCENARIO = ROOT / "bench" / "callers" / "short.xml"
N_PARTS = 10
# How often all lines are taken at once before the first part: short calls seldom do so, and what one line
# more needs (a database connection, a voice detector) is no growth.
N_FULL, FULL_PAUSE_MS = 10, 3000
# Nobody calls for so long before the processes are looked at: SIP remembers each BYE for 64 * T1 (RFC 3261,
# timer J), and garbage is collected once more after that.
SIP_REMEMBERS_S = 32.0
REST_S = SIP_REMEMBERS_S + garbage.EVERY_S + 5
# Below what a worker admits (`telephony.call_rate`).
CALLS_PER_S = 8
MIB = 1024 * 1024


def call(port: int, n_calls: int, at_once: int, pause_ms: int) -> int:
    """Place calls; returns how many failed, as sipp counts them."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["sipp", "-sf", str(SCENARIO), "-nostdin", "-i", "127.0.0.1", "-m", str(n_calls)]
        command += ["-l", str(at_once), "-r", str(CALLS_PER_S), "-d", str(pause_ms)]
        command += ["-trace_stat", "-stf", f"{folder}/calls.csv", f"127.0.0.1:{port}"]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False, cwd=folder)
        heading, *rows = (Path(folder) / "calls.csv").read_text().splitlines()
    last = dict(zip(heading.split(";"), rows[-1].split(";"), strict=False))
    return n_calls - int(last["SuccessfulCall(C)"])


def soak(
    switchboard: Switchboard, n_calls: int, at_once: int, pause_ms: int
) -> tuple[int, list[dict[str, Held]]]:
    """Returns how many calls failed, and what each process held after each part."""
    supervisor = Supervisor(switchboard.var_dir / "run" / "supervisord.sock")
    pids = {name: state.pid for name, state in supervisor.processes().items() if state.runs}
    # A process loads what its figures need when it is asked for them first.
    held_by_all(pids, switchboard.metrics_urls)
    looks: list[dict[str, Held]] = []
    n_failed = call(switchboard.sip_ports[0], N_FULL * at_once, at_once, FULL_PAUSE_MS)
    for part in range(N_PARTS):
        started_s = time.monotonic()
        n_failed += call(switchboard.sip_ports[0], n_calls // N_PARTS, at_once, pause_ms)
        took_s = time.monotonic() - started_s
        time.sleep(REST_S)
        looks.append(held_by_all(pids, switchboard.metrics_urls))
        held = ", ".join(f"{name} {each.bytes / MIB:.1f}" for name, each in looks[-1].items())
        print(f"part {part + 1}: {took_s:.0f} s, {n_failed} failed so far; MiB: {held}", flush=True)
    return n_failed, looks


def print_table(looks: Sequence[Mapping[str, Held]], console: Console) -> None:
    table = Table(title="Memory written by each process and open files, after the first part and the last")
    for heading in (
        *("process", "MiB", "at the end", "change", "Python's pieces", "native code's"),
        *("with keeper", "at the end", "files", "at the end"),
    ):
        table.add_column(heading, justify="left" if heading == "process" else "right")
    for name, first in looks[0].items():
        last = looks[-1][name]
        table.add_row(
            name,
            *(f"{each.bytes / MIB:.1f}" for each in (first, last)),
            _change(first.bytes, last.bytes),
            _change(first.python_blocks, last.python_blocks),
            _change(first.native_bytes, last.native_bytes),
            *(f"{each.both_bytes / MIB:.1f}" for each in (first, last)),
            *(str(each.n_files) for each in (first, last)),
        )
    console.print(table)


def _change(first: int | None, last: int | None) -> str:
    return f"{last / first - 1:+.1%}" if first and last is not None else ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument(
        "--pause", type=int, default=300, help="ms from the answer to the caller's hanging up"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "soak", help="where the figures go")
    options = parser.parse_args()
    console = Console(width=120)
    with own_switchboard(1) as switchboard:
        switchboard.settle()
        n_failed, looks = soak(switchboard, options.calls, options.at_once, options.pause)
    print_table(looks, console)
    console.print(f"{options.calls} calls, {n_failed} failed.")
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / time.strftime("%Y-%m-%d %H.%M.json")
    figures = {"calls": options.calls, "failed": n_failed, "held": looks}
    path.write_text(json.dumps(figures, default=asdict, indent=1), encoding="utf-8")
    console.print(f"Figures: {path}", highlight=False)


if __name__ == "__main__":
    main()
