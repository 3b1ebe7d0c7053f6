"""Which number a caller in danger is told first, and how sure the alarm is."""

from __future__ import annotations

import pytest

from bot.dialogue.emergency import EmergencyDetector, EmergencyKind

DETECTOR = EmergencyDetector()


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("il y a le feu", "18"),
        ("ça sent le gaz", "18"),
        ("il ne respire plus", "15"),
        ("ma fille a avalé une pile", "15"),
        ("un homme armé devant l'école", "17"),
        ("je veux mourir", "15"),
        ("un enfant se noie", "18"),
        ("mon fils a disparu", "17"),
        ("au secours", "112"),
    ],
)
def test_the_caller_is_told_the_right_number_first(said: str, number: str) -> None:
    found = DETECTOR.detect(said)
    assert found is not None
    assert found.number == number
    assert found.numbers[0] == number
    assert "112" in found.numbers


def test_who_speaks_of_suicide_is_also_given_somebody_who_listens() -> None:
    found = DETECTOR.detect("j'ai envie de mourir")
    assert found is not None
    assert "31 14" in found.numbers


@pytest.mark.parametrize(
    ("said", "is_certain"),
    [
        ("il respire plus", True),
        ("ça sent le gaz", True),
        ("on m'agresse", True),
        ("accident", False),
        ("ma mère est tombée", False),
        ("il y a eu une explosion", False),
    ],
)
def test_what_is_said_of_the_present_is_certain(said: str, is_certain: bool) -> None:
    found = DETECTOR.detect(said)
    assert found is not None
    assert found.is_certain is is_certain


def test_a_danger_of_now_is_heard_after_a_story_of_yesterday() -> None:
    said = "hier je vous ai appelé pour un lampadaire et là mon mari est tombé il ne respire plus"
    assert DETECTOR.detect(said) is not None


def test_a_danger_at_the_end_of_a_long_message_is_heard() -> None:
    said = "Je vous écris au sujet de mon dossier de passeport. " * 20 + "Ma femme ne respire plus !"
    found = DETECTOR.detect(said)
    assert found is not None
    assert found.kind is EmergencyKind.MEDICAL
