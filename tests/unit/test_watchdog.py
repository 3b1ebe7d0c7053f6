"""Which processes are taken to hang, in the watchdog's own time."""

from bot.supervise.watchdog import Watchdog


def watch(*looks: tuple[float, int, bool]) -> list[bool]:
    """looks: when, the process's number, whether it answered."""
    watchdog = Watchdog(patience_s=10)
    return [watchdog.hangs("bot", pid, answers, now_s) for now_s, pid, answers in looks]


def test_a_process_that_falls_silent_is_killed_once() -> None:
    assert watch((0, 7, True), (9, 7, False), (10, 7, False), (11, 7, False)) == [False, False, True, False]


def test_one_answer_in_between_is_enough() -> None:
    assert watch((0, 7, True), (9, 7, False), (9.5, 7, True), (19, 7, False)) == [False] * 4


def test_a_process_that_is_still_starting_has_all_the_time_it_needs() -> None:
    assert watch((0, 7, False), (500, 7, False), (501, 7, True), (505, 7, False)) == [False] * 4


def test_a_successor_is_judged_by_its_own_silence() -> None:
    assert watch((0, 7, True), (5, 8, False), (60, 8, False)) == [False] * 3


def test_a_process_that_was_told_to_stop_may_be_silent() -> None:
    assert watch((0, 7, True), (5, 0, False), (60, 0, False)) == [False] * 3


def test_each_process_has_a_silence_of_its_own() -> None:
    watchdog = Watchdog(patience_s=10)
    watchdog.hangs("bot", 7, True, 0)
    watchdog.hangs("rasa", 8, True, 8)
    assert watchdog.hangs("bot", 7, False, 10)
    assert not watchdog.hangs("rasa", 8, False, 10)
