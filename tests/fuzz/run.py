"""Feeds a wire, notices when something broke, and finds the input that did it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.mutate import dice
from tests.fuzz.wires import Wire

BATCH = 200


@dataclass
class Tally:
    """What happened on one wire. saved: the inputs that broke something, by number."""

    wire: str
    seed: int
    n_inputs: int = 0
    failures: list[str] = field(default_factory=list)
    saved: list[Path] = field(default_factory=list)
    grew_kib: int = 0
    took_s: float = 0.0

    def line(self) -> str:
        rate = self.n_inputs / self.took_s if self.took_s else 0
        return (
            f"{self.wire:8} seed={self.seed} inputs={self.n_inputs} failures={len(self.failures)}"
            f" memory_grew_kib={self.grew_kib} took_s={self.took_s:.0f} inputs_per_s={rate:.0f}"
        )


async def fuzz(wire: Wire, seed: int, n_inputs: int, folder: Path, first: int = 0) -> Tally:
    """Feed inputs number `first` and on; what breaks something is written to `folder`."""
    tally = Tally(wire.name, seed)
    started_s = time.monotonic()
    async with wire:
        before_kib = 0
        for start in range(first, first + n_inputs, BATCH):
            numbers = range(start, min(start + BATCH, first + n_inputs))
            for number in numbers:
                await wire.send(wire.make(dice(seed, wire.name, number)))
            problem = await wire.check()
            tally.n_inputs += len(numbers)
            if problem:
                tally.failures.append(f"{problem} (inputs {numbers.start} to {numbers.stop - 1})")
                tally.saved += await _find(wire, seed, numbers, folder)
                before_kib = 0
            # What is held after the first tenth is what it takes to work at all.
            elif not before_kib and tally.n_inputs * 10 >= n_inputs:
                before_kib = wire.memory_kib()
        tally.grew_kib = wire.memory_kib() - before_kib if before_kib else 0
    tally.took_s = time.monotonic() - started_s
    return tally


async def _find(wire: Wire, seed: int, numbers: range, folder: Path) -> list[Path]:
    """Try the inputs of a batch one by one; all of them are kept when no single one does it again."""
    await wire.restart()
    for number in numbers:
        data = wire.make(dice(seed, wire.name, number))
        await wire.send(data)
        if await wire.check():
            await wire.restart()
            return [_save(folder, wire.name, seed, number, data)]
    return [_save(folder, wire.name, seed, n, wire.make(dice(seed, wire.name, n))) for n in numbers]


def _save(folder: Path, wire: str, seed: int, number: int, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{wire}-{seed}-{number}.bin"
    path.write_bytes(data)
    return path
