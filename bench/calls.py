"""Places real SIP calls by different voices and prints how the bot behaved: how fast, whom it cut off.

`make bench-calls`, or `.venv/bin/python -m bench.calls --help`. It starts a callbot of its own. What is
measured comes from the phones' recordings; the callers read the bot's words instead of recognising them, so
that their ears cost no processor. Phones and callbot share this machine all the same.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.calls_switchboard import ROOT, Switchboard, own_switchboard
from bot.settings import Settings
from bot.simulate.cpu import cpu_seconds
from bot.simulate.measures import CallFigures, clock_offset_ms, locate, measure
from bot.simulate.recording import read_channels, stretches
from bot.simulate.run import CallerEngines, CallResult, simulate_call
from bot.simulate.script import CallerScript, load_script, without_pauses
from bot.simulate.session import background_noise, render
from bot.simulate.store_ears import CallRecord, SoundLevel, StoreEars
from bot.simulate.timeline import draw
from bot.speech.corpus import Recording, word_error_rate
from bot.speech.doctor import recognise
from bot.speech.factory import build_recognizer
from bot.speech.inference import InferenceQueue
from bot.speech.speakers import SPEAKERS, Studio
from integrations.database import open_database
from tts_voices.installed import resolve_models

CALLERS = ROOT / "bench" / "callers"
PLAIN = CALLERS / "report.yml"
# Numbers set aside for fiction, one per call: its record is found by it.
NUMBER = "063998{:04d}"
# A person who stops talking is silent for longer than this; a clause's pause is shorter.
STOP_GAP_MS = 300
STAGGER_S = 1.0
CALLS_PER_WORKER = 4


@dataclass(frozen=True)
class Condition:
    """One way of calling. script: what is said. snr_db: None for a clean line. at_once: how many calls."""

    name: str
    script: Path
    snr_db: float | None = None
    at_once: int = 1


CONDITIONS = (
    Condition("clean", PLAIN),
    Condition("noise 20 dB", PLAIN, 20.0),
    Condition("noise 10 dB", PLAIN, 10.0),
    Condition("pauses", CALLERS / "pauses.yml"),
    Condition("acknowledgements", CALLERS / "acknowledgements.yml"),
    Condition("interruptions", CALLERS / "interruptions.yml"),
)


@dataclass(frozen=True)
class Call:
    """One call and what was read off it."""

    condition: str
    speaker: str
    result: CallResult
    figures: CallFigures


@dataclass(frozen=True)
class Batch:
    """The calls of one condition. worst_gap_ms: of all frames. cpu_s: of all the callbot's processes."""

    condition: Condition
    calls: tuple[Call, ...]
    worst_gap_ms: float
    cpu_s: float


class Bench:
    """Places calls at one callbot."""

    def __init__(self, switchboard: Switchboard, settings: Settings, folder: Path) -> None:
        self._switchboard = switchboard
        self._folder = folder
        self._studio = Studio(settings.models_path, settings.var_dir / "speakers")
        self._engine = open_database(f"sqlite:///{switchboard.var_dir / 'conversations.db'}")
        self._n_calls = 0

    async def run(self, condition: Condition, speakers: Sequence[str]) -> Batch:
        """Place one call per speaker: `at_once` calls at a time."""
        script = load_script(condition.script).model_copy(update={"snr_db": condition.snr_db})
        rendered = {
            speaker: {text: render(self._studio, text, speaker, script.snr_db) for text in script.sentences()}
            for speaker in speakers
        }
        gaps_before = len(self._switchboard.worst_gaps_ms())
        cpu_before = sum(cpu_seconds(self._switchboard.supervisor_pid).values())
        calls: list[Call] = []
        for at in range(0, len(speakers), condition.at_once):
            group = speakers[at : at + condition.at_once]
            placed = await asyncio.gather(
                *(
                    self._call(condition, script, speaker, rendered[speaker], place)
                    for place, speaker in enumerate(group)
                )
            )
            # Only now: measuring takes a second, during which other callers would be deaf.
            calls += [
                Call(condition.name, speaker, result, self._figures(result, rendered[speaker], record, wav))
                for speaker, (result, record, wav) in zip(group, placed, strict=True)
            ]
        return Batch(
            condition,
            tuple(calls),
            max(self._switchboard.worst_gaps_ms()[gaps_before:], default=0.0),
            sum(cpu_seconds(self._switchboard.supervisor_pid).values()) - cpu_before,
        )

    async def _call(
        self, condition: Condition, script: CallerScript, speaker: str, rendered: dict[str, bytes], place: int
    ) -> tuple[CallResult, CallRecord, Path]:
        await asyncio.sleep(place * STAGGER_S)
        self._n_calls += 1
        script = script.model_copy(update={"number": NUMBER.format(self._n_calls)})
        record = CallRecord(self._engine, script.number)
        engines = CallerEngines(StoreEars(record), SoundLevel)
        ports = self._switchboard.sip_ports
        worker = place // CALLS_PER_WORKER % len(ports)
        wav = self._folder / f"{self._n_calls:03d} {condition.name} {condition.at_once} {speaker}.wav"
        noise = background_noise(script, rendered)
        to = f"sip:mairie@127.0.0.1:{ports[worker]}"
        started_s = time.monotonic()
        result = await simulate_call(script, speaker, rendered, noise, engines, to, wav)
        print(f"{wav.stem}: {result.outcome} after {time.monotonic() - started_s:.0f} s", flush=True)
        return result, record, wav

    def _figures(
        self, result: CallResult, rendered: dict[str, bytes], record: CallRecord, wav: Path
    ) -> CallFigures:
        caller, bot, rate_hz = read_channels(wav)
        said = [
            (turn.why, without_pauses(turn.text), rendered[turn.text])
            for turn in result.turns
            if turn.who == "caller"
        ]
        turns, heard = record.turns(), stretches(bot, rate_hz, STOP_GAP_MS)
        offset_ms = clock_offset_ms(heard, turns)
        title = f"A call over SIP, as its caller's phone recorded it ({wav.stem})"
        wav.with_suffix(".svg").write_text(draw(caller, bot, rate_hz, turns, offset_ms, title))
        return measure(locate(caller.tobytes(), said), heard, turns, offset_ms)


async def clean_error_rate(settings: Settings, scripts: Sequence[Path], speakers: Sequence[str]) -> float:
    """Have the callbot's recogniser hear the same sentences at 16 kHz, without telephone, noise or hints."""
    studio = Studio(settings.models_path, settings.var_dir / "speakers")
    queue = InferenceQueue(settings.inference_threads)
    try:
        recognizer = build_recognizer(resolve_models(settings.models_path).recognizer, queue)
        pairs = []
        for text in dict.fromkeys(text for path in scripts for text in load_script(path).sentences()):
            words = without_pauses(text)
            for speaker in speakers:
                pcm = render(studio, text, speaker, None)
                pairs.append((words, await recognise(recognizer, Recording(speaker, words, pcm))))
        return word_error_rate(pairs)
    finally:
        queue.close()


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, round(0.95 * (len(values) - 1)))]


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}" if whole else "–"


def _row(batch: Batch) -> list[str]:
    figures = [call.figures for call in batch.calls]
    silences = [silence / 1000 for each in figures for silence in each.silences_ms]
    stops = [stop / 1000 for each in figures for stop in each.stops_ms]
    first = [call.result.first_audio_ms for call in batch.calls if call.result.first_audio_ms is not None]
    error_rate = word_error_rate([(each.said, each.understood) for each in figures])
    return [
        batch.condition.name,
        str(batch.condition.at_once),
        _share(sum(call.result.outcome == "goal_reached" for call in batch.calls), len(batch.calls)),
        f"{statistics.median(silences):.2f} / {_p95(silences):.2f} / {max(silences):.2f} ({len(silences)})"
        if silences
        else "–",
        _share(sum(each.n_cut_off for each in figures), sum(each.n_sentences for each in figures)),
        _share(
            sum(each.n_false_interruptions for each in figures),
            sum(each.n_acknowledgements for each in figures),
        ),
        f"{statistics.median(stops):.2f} / {max(stops):.2f} ({len(stops)})" if stops else "–",
        f"{error_rate:.1%}",
        f"{max(first) / 1000:.2f}" if first else "–",
        f"{batch.worst_gap_ms:.0f}",
        f"{batch.cpu_s / len(batch.calls):.0f}",
    ]


def print_table(batches: Sequence[Batch], clean_rate: float, console: Console) -> None:
    table = Table(title=f"Real SIP calls; the same words at 16 kHz, clean: {clean_rate:.1%} wrong")
    for heading in (
        *("condition", "at once", "goal", "silence, s: median / p95 / worst (n)", "cut-offs"),
        *("false stops", "stop, s: median / worst (n)", "words wrong", "first sound, s"),
        *("worst gap, ms", "CPU s / call"),
    ):
        table.add_column(heading, no_wrap=True)
    for batch in batches:
        table.add_row(*_row(batch))
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.calls", description=__doc__.splitlines()[0])
    names = [condition.name for condition in CONDITIONS]
    parser.add_argument("--voices", type=int, default=4, help="calls per condition, each by another voice")
    parser.add_argument("--only", action="append", choices=names, help="measure this condition only")
    parser.add_argument("--loads", default="1,2,4,8", help='calls at once, clean lines; "" for none')
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench", help="recordings and pictures")
    parser.add_argument("--picture", type=Path, help="also write the first clean call's picture there")
    options = parser.parse_args()
    folder: Path = options.out / time.strftime("%Y-%m-%d %H.%M")
    folder.mkdir(parents=True, exist_ok=True)
    loads = [int(load) for load in options.loads.split(",") if load]
    conditions = [each for each in CONDITIONS if not options.only or each.name in options.only]
    conditions += [Condition("load", PLAIN, at_once=load) for load in loads]
    asyncio.run(_measure(conditions, options.voices, folder))
    if options.picture is not None:
        options.picture.write_text(next(folder.glob("001 *.svg")).read_text())


async def _measure(conditions: list[Condition], n_voices: int, folder: Path) -> None:
    settings, speakers, console = Settings(), list(SPEAKERS), Console(width=200)
    step = max(len(speakers) // n_voices, 1)
    voices = [speakers[at * step % len(speakers)] for at in range(n_voices)]
    most = max(condition.at_once for condition in conditions)
    batches: list[Batch] = []
    with own_switchboard(-(-most // CALLS_PER_WORKER)) as switchboard:
        switchboard.settle()
        bench = Bench(switchboard, settings, folder)
        for condition in conditions:
            callers = voices if condition.at_once == 1 else (speakers * most)[: condition.at_once]
            batches.append(await bench.run(condition, callers))
            console.print(" | ".join(_row(batches[-1])), highlight=False)
            # After each condition, so that a bench that is stopped leaves what it has measured.
            figures = [asdict(batch) for batch in batches]
            (folder / "figures.json").write_text(
                json.dumps(figures, ensure_ascii=False, indent=1, default=str)
            )
    clean = await clean_error_rate(settings, sorted({c.script for c in conditions}), voices)
    print_table(batches, clean, console)
    console.print(f"Recordings, pictures and figures: {folder}", highlight=False)


if __name__ == "__main__":
    main()
