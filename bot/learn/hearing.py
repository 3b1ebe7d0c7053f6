"""Tests of hearing: what people said must be read out of the sound of their turn, word for word; pure.

Learning does not change the recogniser, so these figures refuse no model. They say how well the recogniser
that is installed now hears what calls had misheard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.learn.figures import Case, Figure
from bot.speech.corpus import word_errors


@dataclass(frozen=True, slots=True)
class Clip:
    """One test. review: number of the correction. wav: may be gone.

    then: what the call had heard, None where that is no longer known.
    """

    review: str
    wav: Path
    said: str
    then: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recogniser makes of one clip; None where the sound is missing or damaged."""

    clip: Clip
    now: str | None


@dataclass(frozen=True, slots=True)
class Hearing:
    """All clips by one recogniser. trouble: why there is none, in French."""

    recognizer: str
    heard: Sequence[Heard]
    trouble: str = ""


class Ears(Protocol):
    """The recogniser that is installed."""

    def hear(self, clips: Sequence[Clip]) -> Hearing: ...


def read_clips(transcripts: Sequence[Path], then: Mapping[str, str]) -> list[Clip]:
    """transcripts: the texts of tests of hearing. then: what calls had heard, by number of the correction."""
    return [
        Clip(
            path.stem,
            path.with_suffix(".wav"),
            path.read_text(encoding="utf-8").strip(),
            then.get(path.stem),
        )
        for path in transcripts
    ]


def figure(hearing: Hearing, n_expired: int) -> Figure:
    """Words heard wrong in the calls and now, of the tests that could be heard. n_expired: tests left out."""
    then = now = words = 0
    cases = []
    for heard in hearing.heard:
        if heard.now is None:
            cases.append(Case(heard.clip.review, "–", "enregistrement absent ou abîmé"))
            continue
        wrong, n_words = word_errors(heard.clip.said, heard.now)
        before, _ = word_errors(heard.clip.said, heard.clip.then or "")
        then, now, words = then + before, now + wrong, words + n_words
        cases.append(Case(heard.clip.review, _wrong(before, n_words), _wrong(wrong, n_words)))
    return Figure(
        "hearing",
        "Mots mal entendus, pendant les appels puis maintenant",
        then / words if words else 0.0,
        now / words if words else 0.0,
        words,
        0.0,
        higher_is_better=False,
        is_judged=False,
        note=_note(hearing, n_expired),
        cases=tuple(cases),
    )


def _wrong(n_wrong: int, n_words: int) -> str:
    return f"{n_wrong} sur {n_words}"


def _note(hearing: Hearing, n_expired: int) -> str:
    n_missing = sum(heard.now is None for heard in hearing.heard)
    said = [hearing.recognizer, hearing.trouble]
    if n_expired:
        said.append(f"{n_expired} hors délai de conservation, non écouté(s)")
    if n_missing:
        said.append(f"{n_missing} sans enregistrement")
    return " ; ".join(each for each in said if each)
