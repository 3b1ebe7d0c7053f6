"""Random inputs for every wire: `python -m tests.fuzz --inputs 100000 --seed 1`.

Prints one line per wire and what broke; exit code 1 when anything did. Inputs that broke something lie in
`--save`. `--wires sip --first 4217 --inputs 1` repeats one.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import structlog

from tests.fuzz.run import Tally, fuzz
from tests.fuzz.wire_bot import ChatWire, MediaWire
from tests.fuzz.wire_bridge import BridgeWire
from tests.fuzz.wire_telephony import RtpWire, SdpWire, SipWire
from tests.fuzz.wires import Wire

WIRES: dict[str, Callable[[], Wire]] = {
    "sip": SipWire,
    "sdp": SdpWire,
    "rtp": RtpWire,
    "media": MediaWire,
    "bridge": BridgeWire,
    "chat": ChatWire,
}


async def run(names: list[str], seed: int, n_inputs: int, first: int, folder: Path) -> list[Tally]:
    """Share the inputs out evenly."""
    tallies = []
    for name in names:
        tally = await fuzz(WIRES[name](), seed, -(-n_inputs // len(names)), folder, first)
        print(tally.line(), *tally.failures, *tally.saved, sep="\n  ", flush=True)
        tallies.append(tally)
    return tallies


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="of all wires together")
    parser.add_argument("--first", type=int, default=0, help="number of the first input on each wire")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wires", default=",".join(WIRES), help="separated by commas")
    parser.add_argument("--save", type=Path, default=Path("var/fuzz"))
    options = parser.parse_args()
    # Each input that is refused writes a line otherwise.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.WARNING)
    tallies = asyncio.run(
        run(options.wires.split(","), options.seed, options.inputs, options.first, options.save)
    )
    n_failures = sum(len(tally.failures) for tally in tallies)
    print(f"all      inputs={sum(tally.n_inputs for tally in tallies)} failures={n_failures}")
    return 1 if n_failures else 0


if __name__ == "__main__":
    sys.exit(main())
