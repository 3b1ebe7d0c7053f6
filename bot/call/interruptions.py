"""Whether somebody who speaks while the bot does means to stop it; pure.

Words decide wherever they are known. How long somebody has been speaking decides only when they are not.
"""

from __future__ import annotations

from enum import Enum
from itertools import pairwise

from bot.call.settings import InterruptionSettings
from bot.call.types import Expect
from bot.call.words import phrases, plain_words, vocabulary

# One of these anywhere stops the bot at once.
_STOP_WORDS = vocabulary(
    "attendez attend attends attendre stop arretez arrete pardon allo agent conseiller conseillere",
    "personne quelqu humain urgence urgent secours aide aidez repetez repeter pompiers police samu feu",
)
_STOP_PHRASES = phrases("pas ca|une seconde|une minute|un instant|excusez moi")
# People say these to show that they follow.
_BACK_CHANNELS = vocabulary(
    "oui ouais ok okay d accord daccord hum hmm hm mm mmm mhm mh euh heu ah oh bah ben bon bien tres parfait",
    "voila super entendu compris c est ca exact exactement tout a fait je vois eh hein",
)
# A doubtful "oh non" may be a hum; nobody hums what begins like this.
_NO, _BEFORE_NO = "non", vocabulary("non ah mais")
_YES = vocabulary("oui ouais ok okay accord")
_NEGATIONS = vocabulary("non ne n pas plus jamais aucun aucune")
# Closed answers: they answer a question that is nearly over.
_ANSWERS = vocabulary("oui ouais ok okay d accord exact exactement c est ca bien sur voila tout a fait")
# So many words in the order in which the bot is saying them are its echo; of the last, which may be cut short
# or misheard, so many letters.
MIN_ECHO_WORDS = 2
SAME_LETTERS = 3


class Verdict(Enum):
    """STOP the bot; let it GO_ON; WAIT for more."""

    STOP = "stop"
    GO_ON = "go_on"
    WAIT = "wait"


def judge(
    text: str,
    speech_ms: int,
    said: str,
    settings: InterruptionSettings,
    *,
    is_over: bool,
    is_noisy: bool = False,
    confidence: float = 1.0,
) -> Verdict:
    """Judge what was heard over the bot so far.

    text: its words, "" when none are known. speech_ms: how much speech there was.
    said: what the bot is saying.
    is_over: whether the turn is over, and `text` all there was in it.
    confidence: the recogniser's, in the words.
    is_noisy: whether this line has stopped the bot for nothing before: then only words do.
    """
    words = plain_words(text)
    if not words:
        if is_over:
            return Verdict.GO_ON
        if is_noisy:
            return Verdict.WAIT
        return Verdict.STOP if speech_ms >= settings.unknown_ms else Verdict.WAIT
    if is_echo(text, said):
        return Verdict.GO_ON
    if _means_stop(words, is_sure=confidence >= settings.sure_confidence):
        return Verdict.STOP
    if is_back_channel(text):
        return Verdict.GO_ON
    if is_doubtful(text, confidence, speech_ms, settings):
        return Verdict.GO_ON if is_over else Verdict.WAIT
    return Verdict.STOP if is_over or speech_ms >= settings.insist_ms else Verdict.WAIT


def is_back_channel(text: str) -> bool:
    """Whether these words only show that somebody follows, or are none."""
    return set(plain_words(text)) <= _BACK_CHANNELS


def says_again(text: str, before: str) -> bool:
    """Whether somebody who waits for an answer only says once more what they have said, or nothing.

    A second yes is no answer to the question that they have not heard yet.
    """
    words, words_before = set(plain_words(text)), set(plain_words(before))
    if words and words & _NEGATIONS != words_before & _NEGATIONS:
        return False
    is_yes_twice = is_back_channel(text) and is_back_channel(before) and not words_before.isdisjoint(_YES)
    return is_yes_twice or words <= words_before


def is_doubtful(text: str, confidence: float, speech_ms: int, settings: InterruptionSettings) -> bool:
    """Whether these words may as well be a hum: little speech, which the recogniser itself does not trust."""
    if confidence >= settings.sure_confidence or speech_ms >= settings.unknown_ms:
        return False
    return not _means_stop(plain_words(text), is_sure=False)


def is_yes(text: str, expect: Expect, said: str) -> bool:
    """Whether words heard over a question would answer it with a yes. said: the question."""
    words = set(plain_words(text))
    is_question = expect is Expect.YES_NO or said.rstrip().endswith("?")
    return is_question and bool(words) and words <= _ANSWERS and not is_echo(text, said)


def is_early_answer(
    text: str, expect: Expect, said: str, unplayed: str, settings: InterruptionSettings
) -> bool:
    """Whether a yes that was said over the end of a question answers it, rather than shows attention.

    said: the question. unplayed: what is left of it.
    """
    return len(unplayed) <= settings.answer_letters and is_yes(text, expect, said)


def is_echo(text: str, said: str) -> bool:
    """Whether a text is what the bot itself is saying, come back over the line.

    All its words in the bot's order; the last one may be cut short. Whoever corrects a word ("au 14 rue de la
    République") says something else.
    """
    heard, spoken = plain_words(text), plain_words(said)
    if len(heard) < MIN_ECHO_WORDS:
        return False
    *whole, last = heard
    starts = range(len(spoken) - len(whole))
    return any(
        list(spoken[start : start + len(whole)]) == whole
        and spoken[start + len(whole)][:SAME_LETTERS] == last[:SAME_LETTERS]
        for start in starts
    )


def _means_stop(words: tuple[str, ...], *, is_sure: bool) -> bool:
    if not _STOP_WORDS.isdisjoint(words) or any(pair in _STOP_PHRASES for pair in pairwise(words)):
        return True
    return _NO in words and (is_sure or words[0] in _BEFORE_NO)
