"""A recording without what is personal: whole turns that hold something of it are silent, on both sides."""

from __future__ import annotations

import re
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import Response
from fastapi.responses import StreamingResponse

from bot.store.conversation_detail import MAX_TURNS, Detail

# The recogniser's times are no sharper; the other side's line may carry an echo.
MARGIN_MS = 400
_SAMPLE_BYTES = 2
_CHUNK_BYTES = 64 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a recording. end_ms: None for all that follows."""

    start_ms: int
    end_ms: int | None


def personal_stretches(detail: Detail, is_personal: Callable[[str], bool]) -> list[Stretch]:
    """What is not to be heard: personal turns, those whose words are gone, what is not written down yet."""
    found = [
        Stretch(turn.start_ms - MARGIN_MS, max(turn.start_ms, turn.end_ms) + MARGIN_MS)
        for turn in detail.turns
        if not turn.text.strip() or is_personal(turn.text)
    ]
    is_whole = detail.conversation.duration_ms is not None and len(detail.turns) < MAX_TURNS
    if not is_whole or not detail.turns:
        found.append(Stretch(max((turn.end_ms for turn in detail.turns), default=0), None))
    return found


def muted_response(
    path: Path, stretches: Sequence[Stretch], wanted: str, headers: dict[str, str]
) -> Response:
    """Send the recording, or the part that a Range header asks for. Blocks.

    wanted: the header, "" for none; several ranges at once get everything, as HTTP allows. Raises ValueError,
    wave.Error, EOFError or OSError when the file is no recording.
    """
    n_bytes, silent = path.stat().st_size, silent_bytes(path, stretches)
    headers = {**headers, "Accept-Ranges": "bytes"}
    start, end, status = 0, n_bytes, 200
    if match := _RANGE.fullmatch(wanted.replace(" ", "")):
        first, last = match.groups()
        if first:
            start, end = int(first), min(n_bytes, int(last) + 1) if last else n_bytes
        elif last:
            start = max(0, n_bytes - int(last))
        if start >= end:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{n_bytes}"})
        status = 206 if first or last else 200
    if status == 206:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{n_bytes}"
    headers["Content-Length"] = str(end - start)
    return StreamingResponse(_bytes(path, silent, start, end), status, headers, "audio/wav")


def silent_bytes(path: Path, stretches: Sequence[Stretch]) -> list[tuple[int, int]]:
    """Where in the file the silent samples lie."""
    n_bytes = path.stat().st_size
    with path.open("rb") as raw:
        sound = wave.open(raw)  # noqa: SIM115
        # The reader stops where samples begin.
        begin = raw.tell()
        frame: int = sound.getnchannels() * sound.getsampwidth()
        rate_hz: int = sound.getframerate()
        if sound.getsampwidth() != _SAMPLE_BYTES:
            raise ValueError("samples are not of 16 bits")

    def at(ms: int) -> int:
        return min(n_bytes, begin + max(0, ms) * rate_hz // 1000 * frame)

    return [(at(each.start_ms), n_bytes if each.end_ms is None else at(each.end_ms)) for each in stretches]


def _bytes(path: Path, silent: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        at = start
        while at < end and (chunk := bytearray(file.read(min(_CHUNK_BYTES, end - at)))):
            for first, last in silent:
                low, high = max(first, at) - at, min(last, at + len(chunk)) - at
                if low < high:
                    chunk[low:high] = bytes(high - low)
            at += len(chunk)
            yield bytes(chunk)
