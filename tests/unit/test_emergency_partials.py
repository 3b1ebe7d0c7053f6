"""What a recogniser has written so far: a danger is told before the sentence ends, a traffic light is not."""

from __future__ import annotations

import pytest

from bot.dialogue.emergency import Emergency, EmergencyDetector, EmergencyKind
from bot.dialogue.emergency_harmless import without_harmless
from bot.dialogue.emergency_phrases import phrases, words
from bot.dialogue.emergency_text import canonical

DETECTOR = EmergencyDetector()


def first_alarm(said: str) -> str:
    """The hypothesis at which the alarm is given, word by word; "" when it waits for the end of the turn."""
    spoken = said.split()
    hypotheses = (" ".join(spoken[:n_words]) for n_words in range(1, len(spoken) + 1))
    return next((h for h in hypotheses if DETECTOR.detect(h, is_final=False)), "")


@pytest.mark.parametrize(
    ("said", "alarm"),
    [
        ("mon mari ne respire plus il est tout blanc", "mon mari ne respire plus il est"),
        ("on m'agresse place de la maison carrée", "on m'agresse place de"),
        ("ça sent le gaz dans la cage d'escalier", "ça sent le gaz dans la"),
        ("je veux mourir je n'en peux plus", "je veux mourir je n'en"),
        ("une voiture brûle rue de la république", "une voiture brûle rue de"),
    ],
)
def test_a_certain_danger_is_told_before_the_end(said: str, alarm: str) -> None:
    assert first_alarm(said) == alarm


@pytest.mark.parametrize(
    "said",
    [
        "il y a le feu rouge qui ne marche pas",
        "il y a le feu au carrefour qui clignote",
        "je veux mourir de rire",
        "il y a eu un accident hier la barrière est cassée",
        "à l'aide d'un formulaire",
        "mon mari est mort hier comment déclarer",
        "ma mère est tombée malade je dois annuler",
    ],
)
def test_what_the_next_words_may_change_waits_for_them(said: str) -> None:
    assert first_alarm(said) == ""


def test_what_waited_is_told_at_the_end() -> None:
    assert DETECTOR.detect("il y a le feu", is_final=False) is None
    assert DETECTOR.detect("il y a le feu") == Emergency(EmergencyKind.FIRE, is_certain=True)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Il ne respire PLUS !!!", "il respire plus"),
        ("y'a le feu", "il y a le feu"),
        ("ya le feuuuu", "il y a le feu"),
        ("sa sent le gars", "ca sent le gaz"),
        ("un conscient", "inconscient"),
        ("il se noix", "il se noie"),
        ("personne n'est blessé", "aucun est blesse"),
        ("une personne est blessée", "une personne est blessee"),
        ("un banc brûlé", "un banc calcine"),
        ("ça brûle", "ca brule"),
        ("au secours s'il vous plaît", "au secours"),
        ("Ça va. Il tombe ?", "ca va . il tombe"),
    ],
)
def test_one_spelling_for_what_means_the_same(written: str, read: str) -> None:
    assert canonical(written) == read


def test_harmless_names_are_blotted_out_and_the_rest_stays() -> None:
    assert without_harmless("le feu rouge brule") == "le _ brule"


@pytest.mark.parametrize(
    ("phrase", "said", "is_said"),
    [
        ("il respire (plus|pas)", "il respire plus ", True),
        ("il respire (plus|pas)", "il respire ", False),
        ("il ..2 tombe~", "il est encore tombe ", True),
        ("il ..2 tombe~", "il est pas tombe ", False),
        ("il ...2 tombe~", "il est pas tombe ", True),
        ("au [grand] feu", "au feu ", True),
        ("au [grand] feu", "au grand feu ", True),
        ("en finir !(avec)", "en finir vite ", True),
        ("en finir !(avec)", "en finir avec ca ", False),
        ("^ au feu $", "au feu ", True),
        ("^ au feu $", "au feu tournez ", False),
        ("noy*", "noyade ", True),
        ("OWN CHILD", "ma petite fille ", True),
    ],
)
def test_the_little_language_of_phrases(phrase: str, said: str, is_said: bool) -> None:
    (read,) = phrases(phrase)
    assert (read.pattern.search(said) is not None) is is_said
    assert not is_said or not read.stems or any(stem in said for stem in read.stems)


def test_a_phrase_may_be_broken_after_a_bar() -> None:
    assert len(phrases("il (tombe|\n    chute)\nelle tombe")) == 2


def test_words_match_whole_words_only() -> None:
    assert words("feu|flamme~").search("des flammes")
    assert not words("feu|flamme~").search("feuille")
