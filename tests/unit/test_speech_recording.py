"""A WAV holds exactly the samples that were spoken."""

import asyncio
import wave
from pathlib import Path

from bot.speech.recording import write_wav
from tests.fakes.engines import LOUD, ToneSynthesizer


def test_speech_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "apology.wav"
    path.write_bytes(b"older")
    asyncio.run(write_wav(path, ToneSynthesizer().speak("trois")))
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        assert file.readframes(file.getnframes()) == LOUD * 5
    assert list(tmp_path.iterdir()) == [path]
