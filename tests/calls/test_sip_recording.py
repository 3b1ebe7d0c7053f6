"""A recording against what was really heard: the phone's own recording of the same call is the clock."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.media.line import SocketLine
from bot.store.recordings import CallRecorder, RecordedLine, Recordings
from tests.calls.sipp.lab import phone, recorded, worker
from tests.fakes.media_peer import MediaCall, media_peer
from wire import media

pytestmark = pytest.mark.sip

# Further apart than this, words and sound of the page are seen not to belong together.
TOLERANCE_MS = 200
STEP_MS = 5
Side = NDArray[np.int16]


class _Socket:
    """What `SocketLine` writes to, on the test's side of the wire."""

    def __init__(self, call: MediaCall) -> None:
        self._call = call

    async def send_bytes(self, message: bytes) -> None:
        await self._call.socket.send(message)

    async def send_text(self, message: str) -> None:
        await self._call.socket.send(message)


def babble(seed: int, duration_s: float) -> bytes:
    """A tone as loud and soft as syllables are, in another order for each seed."""
    chance = np.random.default_rng(seed)
    n_samples = int(duration_s * media.SAMPLE_RATE_HZ)
    loudness = np.repeat(chance.uniform(0.05, 1.0, int(duration_s * 10) + 1), media.SAMPLE_RATE_HZ // 10)
    tone = np.sin(2 * np.pi * 440 * np.arange(n_samples) / media.SAMPLE_RATE_HZ)
    sound: bytes = (8000 * loudness[:n_samples] * tone).astype("<i2").tobytes()
    return sound


CUT_SHORT, ANSWER, OBJECTION = babble(1, 10.0), babble(2, 2.0), babble(3, 1.0)


def envelope(samples: Side) -> NDArray[np.float64]:
    """How loud it is, every 5 ms."""
    step = STEP_MS * media.SAMPLE_RATE_HZ // 1000
    whole = samples[: len(samples) // step * step].astype(np.float64).reshape(-1, step)
    loud: NDArray[np.float64] = np.sqrt((whole**2).mean(axis=1))
    return loud


def found_ms(sound: bytes, side: Side) -> int:
    """Where a sound begins in what was recorded of one side."""
    wanted, heard = envelope(np.frombuffer(sound, dtype="<i2")), envelope(side)
    wanted -= wanted.mean()
    scores = [
        float(wanted @ (part - part.mean()) / (np.linalg.norm(part - part.mean()) + 1.0))
        for part in np.lib.stride_tricks.sliding_window_view(heard, len(wanted))
    ]
    return int(np.argmax(scores)) * STEP_MS


async def test_both_sides_stay_in_step_after_an_interruption(tmp_path: Path) -> None:
    kept, heard_by_phone = Recordings(tmp_path / "recordings"), tmp_path / "phone.wav"

    async def bot_script(call: MediaCall) -> None:
        socket: Any = _Socket(call)
        recorder, wire = CallRecorder(kept, "c1"), SocketLine(socket)
        line = RecordedLine(wire, recorder)
        work = [asyncio.create_task(each) for each in (recorder.run(), wire.run())]
        _say(line, CUT_SHORT)
        line.send_mark("never heard to its end")
        await call.until(lambda: np.abs(np.frombuffer(call.heard, dtype="<i2")).max(initial=0) > 2000)
        line.send_clear()
        await call.hears(1.5)
        _say(line, ANSWER)
        line.send_mark("answer")
        await call.until(lambda: media.Played("answer") in call.messages(media.Played))
        recorder.hear(bytes(call.heard))
        recorder.close()
        await work[0]
        line.send_hangup("done")
        await call.over()
        work[1].cancel()

    async def caller_script(call: MediaCall) -> None:
        await call.hears(3.0)
        await call.say(OBJECTION)

    async with (
        media_peer(bot_script) as bot,
        media_peer(caller_script) as caller,
        worker(bot.url) as telephony,
        phone(telephony.uri, caller.url, "--record", str(heard_by_phone)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    path = kept.path("c1")
    assert path is not None
    ours, theirs = recorded(path), recorded(heard_by_phone)
    # Of the sentence that was cut short only its beginning was heard.
    sounds = ((CUT_SHORT[: len(CUT_SHORT) // 5], 1), (OBJECTION, 0), (ANSWER, 1))
    apart_ms = [found_ms(sound, ours[side]) - found_ms(sound, theirs[side]) for sound, side in sounds]
    assert max(apart_ms) - min(apart_ms) < TOLERANCE_MS, apart_ms
    # The caller was no longer told what was cut off, and nobody who listens later is.
    last_of_it = found_ms(OBJECTION, ours[0]) + 500
    silence = ours[1][last_of_it * 16 : (found_ms(ANSWER, ours[1]) - 100) * 16]
    assert envelope(silence).max() < 100


def _say(line: RecordedLine, sound: bytes) -> None:
    for at in range(0, len(sound), media.FRAME_BYTES):
        line.send_audio(sound[at : at + media.FRAME_BYTES])
