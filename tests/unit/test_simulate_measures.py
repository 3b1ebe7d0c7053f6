"""What is read off a recorded call: silences, cut-offs, interruptions, and the picture of it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from bot.simulate.measures import BotRecord, Spoken, clock_offset_ms, locate, measure
from bot.simulate.recording import Stretch
from bot.simulate.script import Answer, CallerScript, without_pauses
from bot.simulate.timeline import ROW_S, draw, stages

BOT = (Stretch(500, 3000), Stretch(5700, 8000), Stretch(11_000, 12_000))
ANSWER = Spoken("answer", "un trou", 4000, 5000)


def noise(duration_ms: int, seed: int) -> bytes:
    generator = np.random.default_rng(seed)
    return generator.integers(-3000, 3000, duration_ms * 16).astype("<i2").tobytes()


def test_sentences_are_found_where_they_were_sent() -> None:
    first, second = noise(700, 1), noise(900, 2)
    sent = bytes(32 * 1000) + first + bytes(32 * 500) + second + bytes(32 * 100)
    never = noise(500, 3)
    found = locate(sent, [("answer", "a", first), ("answer", "never", never), ("interruption", "b", second)])
    assert found == (Spoken("answer", "a", 1000, 1700), Spoken("interruption", "b", 2200, 3100))


def test_a_sentence_said_twice_is_found_twice() -> None:
    pcm = noise(600, 1)
    found = locate(pcm + bytes(32 * 400) + pcm, [("answer", "a", pcm), ("answer", "a", pcm)])
    assert [spoken.start_ms for spoken in found] == [0, 1000]


def test_a_silence_lasts_from_the_callers_last_sample_to_the_bots_first() -> None:
    assert measure([ANSWER], BOT, [], 0).silences_ms == (700,)


def test_there_is_no_silence_when_the_caller_goes_on_or_the_bot_is_talking() -> None:
    goes_on = Spoken("answer", "rue X", 5200, 5400)
    assert measure([ANSWER, goes_on], BOT, [], 0).silences_ms == (300,)
    over_the_bot = Spoken("interruption", "non", 6000, 7000)
    assert measure([over_the_bot], BOT, [], 0).silences_ms == ()


@pytest.mark.parametrize(("bot_starts_ms", "n_cut_off"), [(4600, 1), (4950, 0), (5200, 0), (3900, 0)])
def test_the_bot_speaking_into_a_sentence_cuts_it_off(bot_starts_ms: int, n_cut_off: int) -> None:
    figures = measure([ANSWER], [Stretch(bot_starts_ms, 7000)], [], 0)
    assert (figures.n_sentences, figures.n_cut_off) == (1, n_cut_off)


def test_a_stop_lasts_from_the_onset_to_the_bots_silence() -> None:
    interruption = Spoken("interruption", "non", 7200, 8600)
    assert measure([interruption], BOT, [], 0).stops_ms == (800,)
    too_late = Spoken("interruption", "non", 8100, 8600)
    assert measure([too_late], BOT, [], 0).stops_ms == ()


@pytest.mark.parametrize(
    ("ended_ms", "was_cut_off", "n"), [(6500, True, 1), (6500, False, 0), (9500, True, 0)]
)
def test_an_acknowledgement_that_stops_the_bot_is_a_false_interruption(
    ended_ms: int, was_cut_off: bool, n: int
) -> None:
    hum = Spoken("acknowledgement", "hum", 6200, 6600)
    records = [BotRecord("bot", "phrase", 5500, ended_ms - 200, was_cut_off)]
    figures = measure([hum], BOT, records, offset_ms=200)
    assert (figures.n_acknowledgements, figures.n_false_interruptions) == (1, n)
    assert figures.n_sentences == 0


def test_an_acknowledgement_that_came_too_late_is_none() -> None:
    hum = Spoken("acknowledgement", "hum", 9000, 9400)
    assert measure([hum], BOT, [], 0).n_acknowledgements == 0


def test_words_are_compared_as_they_were_said_and_understood() -> None:
    records = [BotRecord("bot", "Où ?", 0, 1), BotRecord("caller", "un trou", 2, 3)]
    figures = measure([ANSWER, Spoken("acknowledgement", "hum", 6000, 6400)], BOT, records, 0)
    assert (figures.said, figures.understood) == ("un trou", "un trou")


def test_the_first_words_of_the_bot_tie_the_two_clocks() -> None:
    records = [BotRecord("caller", "allô", 0, 100), BotRecord("bot", "bonjour", 320, 2500)]
    assert clock_offset_ms(BOT, records) == 180
    assert clock_offset_ms((), records) == 0


def test_the_stages_follow_each_other_up_to_the_bots_voice() -> None:
    records = [
        BotRecord("bot", "bonjour", 0, 900),
        BotRecord("caller", "un trou", 1000, 2000, recognition_ms=700, dialogue_ms=150),
        BotRecord("bot", "où ?", 2900, 3500, synthesis_ms=50),
    ]
    assert stages(records, 100) == [
        ("turn ends, recognition", 2100, 2800),
        ("dialogue", 2800, 2950),
        ("synthesis", 2950, 3000),
    ]


def test_the_picture_is_well_formed_and_holds_every_row_and_stage() -> None:
    rate_hz = 16_000
    samples = np.frombuffer(noise((ROW_S + 2) * 1000, 1), dtype="<i2")
    # The dialogue's bar crosses from one row to the next.
    at = ROW_S * 1000 - 100
    records = [BotRecord("caller", "un trou", 0, at - 50, recognition_ms=50, dialogue_ms=200)]
    root = ET.fromstring(draw(samples, samples, rate_hz, records, 0, "a <call>"))
    titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["turn ends, recognition: 50 ms", "dialogue: 200 ms", "dialogue: 200 ms"]
    waves = list(root.iter("{http://www.w3.org/2000/svg}path"))
    assert len(waves) == 2 * 2


def test_pauses_are_no_words() -> None:
    assert without_pauses("devant le douze <0.8> rue X") == "devant le douze rue X"


def test_all_that_a_caller_may_say_is_known_beforehand() -> None:
    answer = Answer.model_validate(
        {"hears": "a", "says": "un trou", "then_acknowledges": {"after_s": 1, "says": "hum"}}
    )
    assert CallerScript(name="x", goal="y", answers=(answer,)).sentences() == ("un trou", "hum")
