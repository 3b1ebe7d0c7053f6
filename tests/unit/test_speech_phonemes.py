"""Phonemes stay the same however many voices a process has opened."""

from bot.speech.phonemes import Phonemizer, espeak_sentences

SENTENCE = "Bonjour, il y a un trou dans la chaussée."


def test_voices_opened_later_do_not_change_those_opened_before() -> None:
    first = Phonemizer("fr")
    expected = first.phonemes(SENTENCE)
    assert "ʃosˈe" in expected
    for _ in range(20):
        assert Phonemizer("fr").phonemes(SENTENCE) == expected
        espeak_sentences("en-us", "There is a hole in the road.")
        assert first.phonemes(SENTENCE) == expected
