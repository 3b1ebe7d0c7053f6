"""What templates of conversations write codes, times and texts with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.console import labels
from bot.console.dashboard_parts import shown
from bot.console.shown_text import dialled, masked_number, masked_numbers, visible


def template_filters(services: Mapping[str, str]) -> Mapping[str, Callable[..., object]]:
    """Return the filters by name. services: names by code."""
    return {
        "intent": lambda code: labels.named(labels.INTENTS, code),
        "outcome": lambda code: labels.named(labels.OUTCOMES, code),
        "entity": lambda code: labels.named(labels.ENTITIES, code),
        "danger": lambda code: labels.named(labels.DANGERS, code),
        "speaker": lambda code: labels.named(labels.SPEAKERS, code),
        "service": lambda code: labels.named(services, code),
        "visible": visible,
        "dialled": dialled,
        "masked": masked_number,
        "numbers": masked_numbers,
        "clock": clock,
        "lasting": lambda ms: clock(ms) if ms is not None else "",
        "seconds": seconds,
        "percent": percent,
        "cell": shown,
    }


def clock(ms: int) -> str:
    """Minutes and seconds, hours if any: "1:05", "2:00:00"."""
    total_s = max(0, ms) // 1000
    hours, rest_s = divmod(total_s, 3600)
    minutes, left_s = divmod(rest_s, 60)
    return f"{hours}:{minutes:02}:{left_s:02}" if hours else f"{minutes}:{left_s:02}"


def seconds(ms: int) -> str:
    """A short time as it is read in French: "0,62 s"."""
    return f"{ms / 1000:.2f} s".replace(".", ",")


def percent(share: float) -> str:
    """0 to 1 as it is read in French: "87 %"."""
    return f"{round(100 * share)} %"
