"""What one recorded call says of the bot's manners: how fast, whom it cut off, what it understood.

All times come from the phone's recording, on its one clock; the callbot's own record is used only for what a
recording cannot show: which words were understood, and whether a sentence was given up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.simulate.caller import Why
from bot.simulate.recording import Stretch

# Half a second of a sentence is enough to find it; none begins like another for that long.
_ANCHOR_BYTES = 16_000
_BYTES_PER_MS = 32
# A bot that has been stopped by a caller says so within this time; later stops have other causes.
STOPPED_WITHIN_MS = 1500
# The bot may begin in the last breath of a sentence without anybody noticing.
EDGE_MS = 100


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence of the caller as it lies in the recording."""

    why: Why
    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class BotRecord:
    """One turn in the callbot's own record; times since the answer, on its clock."""

    speaker: str
    text: str
    start_ms: int
    end_ms: int
    was_cut_off: bool = False
    recognition_ms: int | None = None
    dialogue_ms: int | None = None
    synthesis_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CallFigures:
    """silences_ms: before each answer. stops_ms: from the onset of each interruption to the bot's silence.

    n_sentences: that the caller said to the end; n_cut_off: into which the bot spoke.
    n_acknowledgements: said into the bot's sentences; n_false_interruptions: that stopped it.
    said, understood: all the caller's words, and what the callbot made of them.
    """

    silences_ms: tuple[int, ...]
    stops_ms: tuple[int, ...]
    n_sentences: int
    n_cut_off: int
    n_acknowledgements: int
    n_false_interruptions: int
    said: str
    understood: str


def locate(sent: bytes, sentences: Sequence[tuple[Why, str, bytes]]) -> tuple[Spoken, ...]:
    """Find what the caller said in what its phone sent (16-bit at 16 kHz); what was never sent is left out.

    sentences: in the order of the call, each with its samples as they were handed to the phone.
    """
    found, after = [], 0
    for why, text, pcm in sentences:
        at = sent.find(pcm[:_ANCHOR_BYTES], after)
        if at < 0:
            continue
        end = min(at + len(pcm), len(sent))
        found.append(Spoken(why, text, at // _BYTES_PER_MS, end // _BYTES_PER_MS))
        after = at + 1
    return tuple(found)


def measure(
    spoken: Sequence[Spoken], bot: Sequence[Stretch], records: Sequence[BotRecord], offset_ms: int
) -> CallFigures:
    """bot: when the bot was heard. offset_ms: from the callbot's clock to the recording's."""
    wanted = [sentence for sentence in spoken if sentence.why != "acknowledgement"]
    acknowledgements = [
        sentence
        for sentence in spoken
        if sentence.why == "acknowledgement" and _speaking_at(bot, sentence.start_ms) is not None
    ]
    given_up_ms = [r.end_ms + offset_ms for r in records if r.speaker == "bot" and r.was_cut_off]
    return CallFigures(
        silences_ms=tuple(silence for s in wanted if (silence := _silence_after(s, spoken, bot)) is not None),
        stops_ms=tuple(
            stretch.end_ms - s.start_ms
            for s in spoken
            if s.why == "interruption" and (stretch := _speaking_at(bot, s.start_ms)) is not None
        ),
        n_sentences=sum(s.why == "answer" for s in spoken),
        n_cut_off=sum(_is_cut_off(s, bot) for s in spoken if s.why == "answer"),
        n_acknowledgements=len(acknowledgements),
        n_false_interruptions=sum(
            any(s.start_ms <= at <= s.end_ms + STOPPED_WITHIN_MS for at in given_up_ms)
            for s in acknowledgements
        ),
        said=" ".join(sentence.text for sentence in wanted),
        understood=" ".join(record.text for record in records if record.speaker == "caller"),
    )


def clock_offset_ms(bot: Sequence[Stretch], records: Sequence[BotRecord]) -> int:
    """What to add to a time of the callbot's record to find it in the recording; 0 when nothing was said."""
    first = next((record for record in records if record.speaker == "bot"), None)
    return bot[0].start_ms - first.start_ms if bot and first else 0


def _speaking_at(bot: Sequence[Stretch], at_ms: int) -> Stretch | None:
    return next((stretch for stretch in bot if stretch.start_ms < at_ms < stretch.end_ms), None)


def _silence_after(sentence: Spoken, spoken: Sequence[Spoken], bot: Sequence[Stretch]) -> int | None:
    """None when the bot was talking already, or the caller went on first."""
    if _speaking_at(bot, sentence.end_ms) is not None:
        return None
    answer = next((stretch for stretch in bot if stretch.start_ms >= sentence.end_ms), None)
    following = next((s for s in spoken if s.start_ms > sentence.end_ms), None)
    if answer is None or (following is not None and following.start_ms < answer.start_ms):
        return None
    return answer.start_ms - sentence.end_ms


def _is_cut_off(sentence: Spoken, bot: Sequence[Stretch]) -> bool:
    return any(sentence.start_ms + EDGE_MS < stretch.start_ms < sentence.end_ms - EDGE_MS for stretch in bot)
