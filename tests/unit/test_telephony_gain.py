"""The line plays more quietly while the bot listens, without a click, and is itself again afterwards."""

from array import array
from itertools import pairwise

from telephony.gain import GainRamp
from telephony.playout import Playout
from wire.media import FRAME_SAMPLES


def steady(n_samples: int = FRAME_SAMPLES, value: int = 10_000) -> bytes:
    return array("h", [value] * n_samples).tobytes()


def samples(pcm: bytes) -> list[int]:
    return list(array("h", pcm))


def test_at_full_amplitude_samples_are_untouched() -> None:
    pcm = array("h", [-32768, -1, 0, 1, 32767]).tobytes()
    assert GainRamp().apply(pcm) is pcm


def test_the_ramp_is_even_and_ends_where_it_should() -> None:
    ramp = GainRamp()
    ramp.set(30, ramp_ms=60)
    heard = samples(b"".join(ramp.apply(steady()) for _ in range(5)))
    assert heard[0] > 9_980
    assert all(0 <= before - after <= 10 for before, after in pairwise(heard))
    assert set(heard[3 * FRAME_SAMPLES :]) == {2999}


def test_it_comes_back_from_where_it_is() -> None:
    ramp = GainRamp()
    ramp.set(0, ramp_ms=40)
    half_way = samples(ramp.apply(steady()))[-1]
    ramp.set(100, ramp_ms=20)
    heard = samples(ramp.apply(steady()))
    assert abs(half_way - 5_000) <= 20
    assert 0 <= heard[0] - half_way <= 40
    assert samples(ramp.apply(steady())) == samples(steady())


def test_playing_more_quietly_neither_loses_nor_delays_anything() -> None:
    playout = Playout()
    playout.push(steady(4 * FRAME_SAMPLES))
    playout.mark("end")
    playout.gain(50, 0)
    frames = [playout.next_frame() for _ in range(4)]
    assert {sample for frame in frames for sample in samples(frame.pcm)} == {5_000}
    assert [len(frame.reports) for frame in frames] == [0, 0, 0, 1]


def test_what_is_cleared_fades_from_where_it_was_and_what_follows_is_loud() -> None:
    playout = Playout()
    playout.push(steady(4 * FRAME_SAMPLES))
    playout.gain(30, 0)
    playout.next_frame()
    playout.clear(fade_ms=20)
    playout.push(steady())
    faded, loud = samples(playout.next_frame().pcm), samples(playout.next_frame().pcm)
    assert faded[0] == 2999
    assert faded[-1] < 20
    assert set(loud) == {10_000}
