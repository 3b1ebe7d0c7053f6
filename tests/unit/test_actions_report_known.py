"""Two things a report may need of its caller: whether it is a known one, whether the number may be kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from actions.problem_match import ProblemMatcher
from actions.report_draft import OTHER, Asked, ReportDraft, to_ask, to_look_up
from actions.report_filing import new_report
from actions.report_prompt import prompt
from actions.report_turn import advance
from actions.turn import FALLBACK, Entity, Turn
from actions.world import World
from integrations.addresses_gazetteer import Gazetteer
from integrations.city import load_city
from integrations.protocols import Place

NIMES = Path(__file__).resolve().parents[2] / "city" / "nimes"
REPUBLIQUE = Place(spoken="12 rue de la république", street="Rue de la République", house_number="12")
POTHOLE = ReportDraft(
    problem_code="trou_chaussee", description="un trou", place=REPUBLIQUE, answers={"danger": "non"}
)


@pytest.fixture(scope="module")
def world() -> World:
    city = load_city(NIMES)
    return World(city, Gazetteer(city), ProblemMatcher(city.problem_types))


def said(text: str, intent: str = "inform", /, **named: str) -> Turn:
    """A turn, with its entities given by kind; their words must stand in the text."""
    entities = tuple(
        Entity(kind, words, text.index(words), text.index(words) + len(words))
        for kind, words in named.items()
    )
    return Turn(number=1, text=text, intent=intent, confidence=0.99, entities=entities)


def after(draft: ReportDraft, asked: Asked | None, turn: Turn, world: World) -> ReportDraft:
    result = advance(draft, asked, turn, world)
    assert result is not None, "the turn was not taken as an answer"
    return result


@pytest.mark.parametrize(
    ("text", "intent", "kept"),
    [
        ("oui", "affirm", "+33612345678"),
        ("oui si vous voulez", "inform", "+33612345678"),
        ("non", "deny", ""),
        ("je ne sais pas", "dont_know", ""),
        ("je préfère pas", FALLBACK, ""),
        ("plutôt le 06 39 98 55 21", "inform", "+33639985521"),
    ],
)
def test_the_calling_number_is_kept_only_with_a_yes(world: World, text: str, intent: str, kept: str) -> None:
    come = Turn(1, "un nid de poule au 12 rue de la république", "report_problem", 0.99, caller="0612345678")
    draft = after(ReportDraft(), None, come, world)
    assert (draft.phone, draft.proposed_phone) == ("", "+33612345678")
    confirmed = draft.but(answers={"danger": "non"}, is_confirmed=True)
    assert to_ask(confirmed, world.city) is Asked.PHONE
    assert prompt(confirmed, Asked.PHONE, world.city).values == {"phone": "06 12 34 56 78"}
    answered = after(confirmed, Asked.PHONE, said(text, intent), world)
    assert (answered.phone, to_ask(answered, world.city)) == (kept, None)


def test_a_withheld_number_is_not_asked_for(world: World) -> None:
    draft = after(ReportDraft(), None, said("un nid de poule au 12 rue de la république"), world)
    assert to_ask(draft.but(answers={"danger": "non"}, is_confirmed=True), world.city) is None


KNOWN = POTHOLE.but(looked_up="trou_chaussee 12 Rue de la République", known_reference="NIM 26 0412 8")


def test_the_desk_is_asked_once_for_a_problem_and_its_place(world: World) -> None:
    city = world.city
    assert to_look_up(ReportDraft(problem_code="trou_chaussee"), city) == ""
    assert to_look_up(POTHOLE, city) == "trou_chaussee 12 Rue de la République"
    assert to_look_up(KNOWN, city) == ""
    elsewhere = KNOWN.but(place=Place(spoken="rue nationale", street="Rue Nationale", house_number="3"))
    assert to_look_up(elsewhere, city) == "trou_chaussee 3 Rue Nationale"
    assert to_look_up(POTHOLE.but(problem_code=OTHER), city) == "", "nobody knows what it is"


@pytest.mark.parametrize(
    ("text", "intent", "joins"),
    [
        ("oui", "affirm", True),
        ("oui c'est le même", "inform", True),
        ("non c'est un autre", "inform", False),
        ("je ne sais pas", "dont_know", False),
    ],
)
def test_a_known_report_is_joined_or_not(world: World, text: str, intent: str, joins: bool) -> None:
    assert to_ask(KNOWN, world.city) is Asked.KNOWN
    answered = after(KNOWN, Asked.KNOWN, said(text, intent), world)
    assert answered.joins is joins
    assert to_ask(answered, world.city) is (None if joins else Asked.CONFIRMATION)


def test_an_unclear_answer_is_asked_once_more_then_it_is_a_new_report(world: World) -> None:
    once = after(KNOWN, Asked.KNOWN, said("ben je sais plus trop", FALLBACK), world)
    assert to_ask(once, world.city) is Asked.KNOWN
    twice = after(once, Asked.KNOWN, said("enfin bon", FALLBACK), world)
    assert to_ask(twice, world.city) is Asked.CONFIRMATION


def test_who_joins_is_still_asked_for_a_number(world: World) -> None:
    joined = KNOWN.but(joins=True, proposed_phone="+33612345678")
    assert to_ask(joined, world.city) is Asked.PHONE


ARENES = (43.8349, 4.3596)


def sent(text: str, **more: object) -> Turn:
    """A turn of the chat with what came with it."""
    return replace(said(text), channel="chat", **more)


def test_a_position_is_a_place(world: World) -> None:
    draft = ReportDraft(problem_code="trou_chaussee", description="un trou")
    turn = sent("ma position", position=(43.83, 4.35), address="12 rue inconnue")
    placed = after(draft, Asked.PLACE, turn, world)
    assert placed.place == Place(spoken="12 rue inconnue", latitude=43.83, longitude=4.35)
    assert placed.place.is_located
    assert to_ask(placed.but(answers={"danger": "non"}), world.city) is Asked.CONFIRMATION


def test_a_place_named_with_its_position_keeps_both(world: World) -> None:
    draft = ReportDraft(problem_code="trou_chaussee", description="un trou")
    placed = after(draft, Asked.PLACE, sent("devant les arènes", position=ARENES), world)
    assert placed.place is not None
    assert (placed.place.landmark, placed.place.latitude) == ("Arènes de Nîmes", ARENES[0])
    report = new_report(placed, sent("oui"), world.city, is_complete=True)
    assert (report.place.longitude, report.source) == (ARENES[1], "chat")


def test_a_photo_goes_with_the_report(world: World) -> None:
    come = sent("un nid de poule au 12 rue de la république", photo_url="https://example.org/p.jpg")
    draft = after(ReportDraft(), None, come, world)
    later = after(draft.but(answers={"danger": "non"}), Asked.CONFIRMATION, said("oui", "affirm"), world)
    assert new_report(later, come, world.city, is_complete=True).photo_url == "https://example.org/p.jpg"


def test_of_two_numbers_the_last_one_is_right(world: World) -> None:
    turn = said("c'est pas le 12 c'est le 41", "correct_that", house_number="41")
    corrected = after(POTHOLE, Asked.CONFIRMATION, turn, world)
    assert corrected.place is not None
    assert corrected.place.house_number == "41"
    bare = after(POTHOLE, Asked.CONFIRMATION, said("pas 12 mais 14", "correct_that"), world)
    assert bare.place is not None
    assert bare.place.house_number == "14"


def test_a_correction_is_taken_whatever_was_asked(world: World) -> None:
    asked = POTHOLE.but(answers={})
    turn = said("non pas république rue nationale", "correct_that", street="rue nationale")
    corrected = after(asked, Asked.ANSWER, turn, world)
    assert corrected.place is not None
    assert corrected.place.street == "Rue Nationale"
    assert to_ask(corrected, world.city) is Asked.ANSWER


def test_what_it_really_is_may_be_told_where_the_place_is_asked(world: World) -> None:
    draft = ReportDraft(problem_code="obstacle_voie", description="quelque chose")
    turn = said("le lampadaire devant ma maison il marche plus", "report_problem")
    told = after(draft, Asked.PLACE, turn, world)
    assert (told.problem_code, told.place) == ("lampadaire_panne", None)
