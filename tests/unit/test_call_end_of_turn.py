"""How long a silence must be, after which words, to which question."""

import pytest

from bot.call.end_of_turn import EndOfTurn, is_unfinished
from bot.call.settings import EndOfTurnSettings
from bot.call.types import Expect

SETTINGS = EndOfTurnSettings()
PHONE = "06 12 34 56 78"
JUDGE = EndOfTurn(SETTINGS, lambda expect, text: text == PHONE or "12 rue" in text)


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, je voudrais",
        "C'est au 12 rue de la",
        "C'est au douze, rue",
        "je vous appelle pour",
        "Oui, mais...",
        "c'est parce que…",
        "il y a un trou dans la chaussée,",
        "alors euh",
        "C'est à",
    ],
)
def test_words_that_call_for_more(text: str) -> None:
    assert is_unfinished(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Il y a un trou dans ma rue.",
        "C'est juste à côté.",
        "Je ne sais pas où c'est.",
        "Je n'ai pas le numéro.",
        "Je voudrais parler à quelqu'un.",
        "Oui voilà.",
        "12 rue de la République",
    ],
)
def test_words_that_do_not(text: str) -> None:
    assert not is_unfinished(text)


@pytest.mark.parametrize(
    ("expect", "text", "patience_ms"),
    [
        (Expect.YES_NO, "Oui.", SETTINGS.yes_ms),
        (Expect.YES_NO, "Oui, c'est ça.", SETTINGS.complete_ms),
        (Expect.YES_NO, "Non.", SETTINGS.sentence_ms),
        (Expect.YES_NO, "Oui mais", SETTINGS.unfinished_ms),
        (Expect.YES_NO, "Non, au 14.", SETTINGS.by_expect_ms[Expect.YES_NO]),
        (Expect.OPEN, "Non merci, au revoir.", SETTINGS.complete_ms),
        (Expect.OPEN, "Bonjour monsieur.", SETTINGS.unfinished_ms),
        (Expect.OPEN, "Un trou.", SETTINGS.by_expect_ms[Expect.OPEN]),
        (Expect.OPEN, "Il y a un trou dans la chaussée.", SETTINGS.by_expect_ms[Expect.OPEN]),
        (Expect.OPEN, "Il y a un trou devant le 12 rue de la République.", SETTINGS.place_ms),
        (Expect.OPEN, "Je voudrais savoir", SETTINGS.unfinished_ms),
        (Expect.OPEN, "", SETTINGS.by_expect_ms[Expect.OPEN]),
        (Expect.OPEN, None, SETTINGS.unheard_ms),
        (Expect.ADDRESS, "12 rue de la République.", SETTINGS.place_ms),
        (Expect.ADDRESS, "C'est au 27, rue de la", SETTINGS.unfinished_ms),
        (Expect.ADDRESS, "Devant le 27.", SETTINGS.unfinished_ms),
        (Expect.ADDRESS, "Au 27 bis", SETTINGS.unfinished_ms),
        (Expect.ADDRESS, "Rue Nationale.", SETTINGS.by_expect_ms[Expect.ADDRESS]),
        (Expect.DIGITS, PHONE, SETTINGS.complete_ms),
        (Expect.DIGITS, "06 12 34", SETTINGS.dictated_ms),
        (Expect.DIGITS, "06 12 34 56 60 18", SETTINGS.sentence_ms),
        (Expect.REFERENCE, "26 0 4 12 7", SETTINGS.sentence_ms),
        (Expect.DIGITS, "zéro six douze", SETTINGS.dictated_ms),
        (Expect.DIGITS, "Je ne l'ai pas sous les yeux.", SETTINGS.sentence_ms),
        (Expect.DIGITS, "", SETTINGS.by_expect_ms[Expect.OPEN]),
        (Expect.REFERENCE, "26 04", SETTINGS.dictated_ms),
        (Expect.NAME, "Dupont, D, U, P", SETTINGS.by_expect_ms[Expect.NAME]),
    ],
)
def test_patience_knows_the_question_and_the_words(
    expect: Expect, text: str | None, patience_ms: int
) -> None:
    assert JUDGE.patience_ms(expect, text) == patience_ms
