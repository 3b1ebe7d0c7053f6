"""Which process the kernel is to end first: this one's own figure."""

from __future__ import annotations

from pathlib import Path

from runtime.oom import MAX_SCORE, offered

SCORE = Path("/proc/self/oom_score_adj")


def test_a_process_is_offered_until_it_is_needed() -> None:
    before = int(SCORE.read_text())
    with offered(7):
        assert int(SCORE.read_text()) == before + 7
    assert int(SCORE.read_text()) == before


def test_one_that_is_offered_as_far_as_can_be_gets_its_own_figure_back() -> None:
    before = int(SCORE.read_text())
    with offered(2 * MAX_SCORE):
        assert int(SCORE.read_text()) == MAX_SCORE
    assert int(SCORE.read_text()) == before
