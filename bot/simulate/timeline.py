"""One call as a picture: caller, bot, and what the callbot did in between; SVG, written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from bot.simulate.measures import BotRecord

ROW_S = 15
PX_PER_S = 76
WINDOW_MS = 20
_LEFT_PX, _TOP_PX, _LANE_PX, _GAP_PX, _ROW_GAP_PX = 70, 58, 44, 6, 34
_ROW_PX = 3 * _LANE_PX + 2 * _GAP_PX + _ROW_GAP_PX
_LANES = ("caller", "callbot", "bot")
_COLOURS = {
    "caller": "#1d6fb8",
    "bot": "#2e8b57",
    "turn ends, recognition": "#e0a030",
    "dialogue": "#b04a8f",
    "synthesis": "#d9534f",
}
_Bar = tuple[str, int, int]


def stages(records: Sequence[BotRecord], offset_ms: int) -> list[_Bar]:
    """Return what the callbot did after each of the caller's turns: stage, start and end in ms."""
    bars: list[_Bar] = []
    answered_at = None
    for record in records:
        if record.speaker == "caller" and record.recognition_ms is not None:
            at = record.end_ms + offset_ms
            bars.append(("turn ends, recognition", at, at + record.recognition_ms))
            at += record.recognition_ms
            if record.dialogue_ms is not None:
                bars.append(("dialogue", at, at + record.dialogue_ms))
                answered_at = at + record.dialogue_ms
        elif record.speaker == "bot" and answered_at is not None:
            bars.append(("synthesis", answered_at, max(record.start_ms + offset_ms, answered_at)))
            answered_at = None
    return bars


def draw(
    caller: NDArray[np.int16],
    bot: NDArray[np.int16],
    rate_hz: int,
    records: Sequence[BotRecord],
    offset_ms: int,
    title: str,
) -> str:
    """Return the picture as SVG. caller, bot: the two channels of a recording, shape (n,)."""
    n_rows = -(-len(caller) // (rate_hz * ROW_S))
    width, height = _LEFT_PX + ROW_S * PX_PER_S + 20, _TOP_PX + n_rows * _ROW_PX
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="10" y="18" font-size="14">{escape(title)}</text>',
        *_legend(),
    ]
    for row in range(n_rows):
        parts += _frame(row)
        for lane, samples in ((0, caller), (2, bot)):
            piece = samples[row * ROW_S * rate_hz : (row + 1) * ROW_S * rate_hz]
            parts.append(_wave(row, lane, piece, rate_hz))
    for stage, start_ms, end_ms in stages(records, offset_ms):
        parts += _bars(stage, start_ms, end_ms)
    return "\n".join([*parts, "</svg>\n"])


def _legend() -> Iterator[str]:
    x = 10
    for name, colour in _COLOURS.items():
        yield f'<rect x="{x}" y="28" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 17}" y="38">{name}</text>'
        x += 40 + 7 * len(name)


def _lane_y(row: int, lane: int) -> int:
    return _TOP_PX + row * _ROW_PX + lane * (_LANE_PX + _GAP_PX)


def _frame(row: int) -> Iterator[str]:
    """Lane names, and a line for every second."""
    for lane, name in enumerate(_LANES):
        yield f'<text x="10" y="{_lane_y(row, lane) + _LANE_PX // 2 + 4}">{name}</text>'
    top, bottom = _lane_y(row, 0), _lane_y(row, 2) + _LANE_PX
    for second in range(ROW_S + 1):
        x = _LEFT_PX + second * PX_PER_S
        yield f'<line x1="{x}" y1="{top}" x2="{x}" y2="{bottom}" stroke="#ddd"/>'
        if second % 5 == 0:
            yield f'<text x="{x}" y="{bottom + 13}" text-anchor="middle">{row * ROW_S + second} s</text>'


def _wave(row: int, lane: int, samples: NDArray[np.int16], rate_hz: int) -> str:
    """The envelope of one lane's sound in one row."""
    window = rate_hz * WINDOW_MS // 1000
    blocks = samples[: len(samples) // window * window].reshape(-1, window).astype(np.float64)
    levels = np.sqrt(np.mean(blocks**2, axis=1)) if len(blocks) else np.zeros(0)
    # Loudness by its square root: whispers stay visible beside shouts.
    heights = np.sqrt(np.minimum(levels / 8000, 1.0)) * _LANE_PX / 2
    middle, step = _lane_y(row, lane) + _LANE_PX / 2, PX_PER_S * WINDOW_MS / 1000
    runs = [
        f"M{_LEFT_PX + index * step:.1f} {middle - height:.1f}v{2 * height:.1f}"
        for index, height in enumerate(heights)
        if height > 1.5
    ]
    colour = _COLOURS[_LANES[lane]]
    return f'<path d="{"".join(runs)}" stroke="{colour}" stroke-width="{step:.1f}" fill="none"/>'


def _bars(stage: str, start_ms: int, end_ms: int) -> Iterator[str]:
    """One stage, cut where rows end."""
    row_ms = ROW_S * 1000
    at = max(start_ms, 0)
    while at < end_ms:
        row = at // row_ms
        until = min(end_ms, (row + 1) * row_ms)
        x, width = _LEFT_PX + (at - row * row_ms) * PX_PER_S / 1000, (until - at) * PX_PER_S / 1000
        place = f'x="{x:.1f}" y="{_lane_y(row, 1) + 8}" width="{max(width, 1.0):.1f}"'
        colour, title = _COLOURS[stage], f"{stage}: {end_ms - start_ms} ms"
        yield f'<rect {place} height="{_LANE_PX - 16}" fill="{colour}"><title>{title}</title></rect>'
        at = until
