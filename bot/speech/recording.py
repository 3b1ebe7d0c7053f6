"""Speech as a WAV file."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from pathlib import Path

from bot.call.types import SAMPLE_RATE_HZ, AudioFrame


def wav(pcm: bytes) -> bytes:
    """16 kHz mono 16-bit samples as a WAV file."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(pcm)
    return content.getvalue()


async def write_wav(path: Path, frames: AsyncIterator[AudioFrame]) -> None:
    """Write 16 kHz frames as mono 16-bit; a reader sees the old file or the whole new one."""
    pcm = b"".join([frame.pcm async for frame in frames])
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(wav(pcm))
    partial.replace(path)
