"""A few random inputs on every wire; `make fuzz N=100000` feeds more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.__main__ import WIRES
from tests.fuzz.mutate import dice
from tests.fuzz.run import fuzz

# What runs in this process is cheap; each SIP wire starts a worker.
N_INPUTS = {"sip": 400, "sdp": 300, "rtp": 200, "media": 200, "bridge": 200, "chat": 60}


@pytest.mark.sip
@pytest.mark.parametrize("name", list(WIRES))
async def test_random_inputs_break_nothing(name: str, tmp_path: Path) -> None:
    tally = await fuzz(WIRES[name](), 1, N_INPUTS[name], tmp_path)
    assert tally.failures == [], tally.saved
    assert tally.n_inputs == N_INPUTS[name]


@pytest.mark.parametrize("name", list(WIRES))
def test_the_same_seed_makes_the_same_inputs(name: str) -> None:
    wire = WIRES[name]()
    made = [wire.make(dice(7, name, number)) for number in range(50)]
    assert made == [wire.make(dice(7, name, number)) for number in range(50)]
    assert made != [wire.make(dice(8, name, number)) for number in range(50)]
