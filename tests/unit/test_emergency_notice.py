"""Danger is answered with the number to call, in the city's words."""

from pathlib import Path

import pytest

from bot.dialogue.emergency_notice import EmergencyNotices
from bot.dialogue.emergency_rules import EmergencyKind
from integrations.messages import load_messages

NOTICES = EmergencyNotices(load_messages(Path("city/nimes")))


@pytest.mark.parametrize(
    ("said", "kind", "number"),
    [
        ("il y a le feu dans mon immeuble venez vite", "fire", "18"),
        ("mon mari est tombé il ne respire plus", "medical", "15"),
        ("ça sent le gaz très fort dans l'escalier", "gas", "18"),
        ("je veux mourir", "suicide", "31 14"),
    ],
)
def test_each_danger_has_its_number(said: str, kind: str, number: str) -> None:
    heard = NOTICES.find(said, True)
    assert heard is not None
    assert heard.kind == kind
    assert number in heard.notice


@pytest.mark.parametrize("said", ["le feu rouge est en panne", "je voudrais un passeport", ""])
def test_what_only_sounds_like_danger_is_left_alone(said: str) -> None:
    assert NOTICES.find(said, True) is None


def test_every_notice_of_the_city_is_for_a_danger_that_exists() -> None:
    catalogue = load_messages(Path("city/nimes"))
    special = {
        name.removeprefix("call_emergency_")
        for name in catalogue.messages
        if name.startswith("call_emergency_")
    }
    assert special <= {str(kind) for kind in EmergencyKind}
