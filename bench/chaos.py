"""Breaks a running callbot while people call it, and counts what they hear and what becomes of their reports.

`make chaos`, or `.venv/bin/python -m bench.chaos --help`. It starts a callbot of its own: two telephony
workers behind the SIP front, a line that callers are passed on to when the machine fails. Callers report
potholes over real SIP, half of them over lines that lose and reorder 5 % of the
sound; one fault after the other is made meanwhile, chosen by a seed. What callers hear is measured in their
phones' recordings. Needs root for a disk that can be filled. Databases are files of SQLite, or a PostgreSQL
server of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from bench.calls_switchboard import ROOT
from bench.chaos_callbot import WORKERS, Callbot, own_callbot, processes
from bench.chaos_faults import Fault, Saboteur, all_faults
from bench.chaos_ledger import Ledger
from bench.chaos_outcomes import Lived, Made, outcome_of, print_tables, silences
from bench.chaos_recovery import Convalescence
from bench.lossy_line import lossy_line
from bot.call.protocols import Recognizer
from bot.settings import Settings
from bot.simulate.run import CallerEngines, simulate_call
from bot.simulate.script import load_script
from bot.simulate.session import render
from bot.simulate.store_ears import CallRecord, ReadThenHear, SoundLevel, StoreEars
from bot.speech.factory import build_recognizer
from bot.speech.inference import InferenceQueue
from bot.speech.speakers import SPEAKERS, Studio
from integrations.database import open_database
from tts_voices.installed import resolve_models

SCRIPT = ROOT / "bench" / "callers" / "report.yml"
NUMBER = "063998{:04d}"
LOSS = REORDER = 0.05
# A report may wait in the outbox for as long as its back-off says.
DELIVERED_WITHIN_S = 300.0


class Chaos:
    """Callers and a saboteur at one callbot, until the time is over."""

    def __init__(
        self,
        callbot: Callbot,
        settings: Settings,
        recognizer: Recognizer,
        seed: int,
        folder: Path,
    ) -> None:
        self._recognizer = recognizer
        self._switchboard = callbot.switchboard
        self._postgres = callbot.postgres
        self._chance = random.Random(seed)
        self._folder = folder
        self._script = load_script(SCRIPT)
        studio = Studio(settings.models_path, settings.var_dir / "speakers")
        # What each caller says, rendered before the first call: later it would keep the others waiting.
        self._rendered = {
            speaker: {text: render(studio, text, speaker, None) for text in self._script.sentences()}
            for speaker in SPEAKERS
        }
        self._engine = open_database(callbot.databases.conversations)
        self.calls: list[Lived] = []
        self.faults: list[Made] = []
        self._n_calls = 0

    async def run(self, minutes: float, at_once: int, faults: Sequence[Fault]) -> None:
        until_s = time.monotonic() + 60 * minutes
        async with asyncio.TaskGroup() as group:
            group.create_task(self._break_things(until_s, faults))
            for _ in range(at_once):
                group.create_task(self._call_again_and_again(until_s))

    async def _break_things(self, until_s: float, faults: Sequence[Fault]) -> None:
        saboteur = Saboteur(self._switchboard.var_dir, self._postgres)
        convalescence = Convalescence(self._switchboard, WORKERS)
        waiting: list[Fault] = []
        while time.monotonic() < until_s:
            await asyncio.sleep(self._chance.uniform(8, 20))
            waiting = waiting or self._chance.sample(faults, len(faults))
            fault = waiting.pop()
            killed_pid = await convalescence.pid(fault.target) if fault.kind == "kill" else 0
            began_s = time.monotonic()
            await saboteur.commit(fault)
            ended_s = time.monotonic()
            recovery = await convalescence.watch(fault.target, killed_pid, ended_s)
            self.faults.append(Made(fault, began_s, ended_s, recovery))
            print(f"{fault}: {recovery}", flush=True)

    async def _call_again_and_again(self, until_s: float) -> None:
        while time.monotonic() < until_s:
            await asyncio.sleep(self._chance.uniform(1, 6))
            self._n_calls += 1
            lived = await self._call(self._n_calls)
            self.calls.append(lived)
            wait_s = max(lived.silences.waits_s, default=0.0)
            print(
                f"call {lived.number}: {lived.outcome}, longest wait {wait_s:.1f} s, "
                f"longest silence {lived.silences.longest_s:.1f} s {lived.phone}",
                flush=True,
            )

    async def _call(self, number: int) -> Lived:
        speaker = list(SPEAKERS)[number % len(SPEAKERS)]
        script = self._script.model_copy(update={"number": NUMBER.format(number)})
        ears = ReadThenHear(StoreEars(CallRecord(self._engine, script.number)), self._recognizer)
        engines = CallerEngines(ears, SoundLevel)
        wav = self._folder / f"{number:04d}.wav"
        is_lossy = number % 2 == 1
        began_s = time.monotonic()
        async with self._line(is_lossy, number) as port:
            to = f"sip:mairie@127.0.0.1:{port}"
            result = await simulate_call(script, speaker, self._rendered[speaker], b"", engines, to, wav)
        ended_s = time.monotonic()
        heard = " ".join(turn.text for turn in result.turns if turn.who == "bot")
        measured = await asyncio.to_thread(silences, wav)
        outcome = outcome_of(result, heard.casefold())
        return Lived(script.number, began_s, ended_s, outcome, measured, is_lossy, result.phone, heard)

    @asynccontextmanager
    async def _line(self, is_lossy: bool, seed: int) -> AsyncIterator[int]:
        if not is_lossy:
            yield self._switchboard.front_port
            return
        front = ("127.0.0.1", self._switchboard.front_port)
        async with lossy_line(front, LOSS, REORDER, seed) as port:
            yield port


def main() -> None:
    options = _parser().parse_args()
    faults = [
        fault
        for fault in all_faults(processes(options.rasas), options.lasts, has_postgres=options.postgres)
        if (not options.only or str(fault) in options.only) and (fault.kind != "fill" or os.geteuid() == 0)
    ]
    folder: Path = options.out / time.strftime("%Y-%m-%d %H.%M")
    folder.mkdir(parents=True, exist_ok=True)
    settings, console = Settings(), Console(width=180)
    with contextlib.ExitStack() as stack:
        callbot = stack.enter_context(own_callbot(options.rasas, has_postgres=options.postgres))
        queue = stack.enter_context(contextlib.closing(InferenceQueue(1)))
        recognizer = build_recognizer(resolve_models(settings.models_path).recognizer, queue)
        chaos = Chaos(callbot, settings, recognizer, options.seed, folder)
        callbot.switchboard.settle()
        asyncio.run(chaos.run(options.minutes, options.at_once, faults))
        ledger = Ledger(callbot.databases.desk, callbot.databases.city)
        ledger.wait_until_delivered(DELIVERED_WITHIN_S)
        shutil.copytree(callbot.switchboard.var_dir / "log", folder / "log")
        balance = ledger.balance(call.heard for call in chaos.calls)
    print_tables(chaos.calls, chaos.faults, console)
    console.print(
        f"References promised: {balance.promised}; lost: {len(balance.lost)}; conversations with more than "
        f"one report: {len(balance.doubled)}; waiting: {balance.waiting}. Seed {options.seed}."
    )
    figures = {"calls": chaos.calls, "faults": chaos.faults, "balance": balance}
    (folder / "figures.json").write_text(
        json.dumps(figures, default=asdict, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    console.print(f"Recordings and figures: {folder}", highlight=False)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--at-once", type=int, default=2, help="callers at the same time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lasts", type=float, default=8, help="seconds that a fault lasts")
    parser.add_argument("--rasas", type=int, default=1, help="dialogue engines; several with Redis")
    parser.add_argument("--postgres", action="store_true", help="instead of SQLite; it is broken, too")
    parser.add_argument("--only", action="append", help='make this fault only, such as "kill rasa"')
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "chaos", help="recordings and figures")
    return parser


if __name__ == "__main__":
    main()
