"""What a turn of the caller changes in a report, and what is asked next."""

from __future__ import annotations

import pytest

from actions.report_draft import OTHER, Asked, ReportDraft, to_ask
from actions.report_filing import new_report, priority, spoken_reference
from actions.report_prompt import ahead, help_prompt, prompt
from actions.report_turn import advance
from actions.turn import FALLBACK, Turn
from actions.world import World
from integrations.promises import spoken_delay
from integrations.protocols import Place
from tests.fakes.report_turns import POTHOLE, REPUBLIQUE, after, nimes, said


@pytest.fixture(scope="module")
def world() -> World:
    return nimes()


def test_what_and_where_in_one_sentence(world: World) -> None:
    turn = said(
        "il y a un trou devant le 12 rue de la république",
        "report_problem",
        problem_type="trou",
        house_number="12",
        street="rue de la république",
    )
    draft = after(ReportDraft(), None, turn, world)
    assert draft.problem_code == "trou_chaussee"
    assert draft.place is not None
    assert draft.place.label == "12 Rue de la République"
    assert draft.is_worth_filing
    assert to_ask(draft, world.city) is Asked.ANSWER


def test_what_and_where_without_any_entity(world: World) -> None:
    turn = said("un nid de poule au 12 rue de la république", "report_problem")
    draft = after(ReportDraft(), None, turn, world)
    assert (draft.problem_code, draft.place and draft.place.house_number) == ("trou_chaussee", "12")


def test_what_is_left_to_ask_is_known_ahead_as_far_as_it_is_known(world: World) -> None:
    city = world.city

    def coming(draft: ReportDraft, asked: Asked) -> list[str]:
        return [each.name for each in ahead(draft, asked, city)]

    draft = POTHOLE.but(place=None)
    assert coming(draft, Asked.PLACE) == []
    draft = draft.but(proposed_phone="+33639980012")
    assert coming(draft, Asked.PLACE) == ["utter_report_ask_phone"]
    draft = draft.but(place=REPUBLIQUE)
    assert coming(draft, Asked.ANSWER) == ["utter_report_confirm", "utter_report_ask_phone"]
    assert coming(draft, Asked.CONFIRMATION) == ["utter_report_ask_phone"]
    assert coming(draft.but(is_confirmed=True), Asked.PHONE) == []


def test_a_street_name_is_no_problem(world: World) -> None:
    turn = said("c'est rue de la fontaine", "report_problem", street="rue de la fontaine")
    draft = after(ReportDraft(), None, turn, world)
    assert draft.problem_code == ""
    assert to_ask(draft, world.city) is Asked.PROBLEM


def test_an_unknown_problem_is_asked_once_more_then_kept_as_it_was_said(world: World) -> None:
    once = after(ReportDraft(), Asked.PROBLEM, said("ça fait zinzin", FALLBACK), world)
    assert (once.problem_code, once.misses) == ("", 1)
    assert prompt(once, Asked.PROBLEM, world.city).name == "utter_report_ask_problem_again"
    twice = after(once, Asked.PROBLEM, said("le machin fait zinzin", FALLBACK), world)
    assert (twice.problem_code, twice.description) == (OTHER, "le machin fait zinzin")
    assert prompt(twice, Asked.PLACE, world.city).values["problem"] == "« le machin fait zinzin »"


def test_an_unknown_place_is_asked_once_more_then_kept_to_be_located(world: World) -> None:
    draft = ReportDraft(problem_code="lampadaire_panne", description="une lampe")
    once = after(draft, Asked.PLACE, said("derrière chez xyzzyk", FALLBACK), world)
    assert once.place is None
    assert prompt(once, Asked.PLACE, world.city).name == "utter_report_ask_place_unknown"
    twice = after(once, Asked.PLACE, said("derrière chez xyzzyk je vous dis", FALLBACK), world)
    assert twice.place == Place(spoken="derrière chez xyzzyk je vous dis")
    assert not twice.place.is_located
    confirmed = twice.but(answers={question.code: "" for question in _questions(world, "lampadaire_panne")})
    assert prompt(confirmed, Asked.CONFIRMATION, world.city).name == "utter_report_confirm_to_locate"


def test_a_street_without_a_number_is_asked_for_one_once(world: World) -> None:
    draft = POTHOLE.but(place=Place(spoken="rue de la république", street="Rue de la République"))
    assert to_ask(draft, world.city) is Asked.PLACE
    assert prompt(draft, Asked.PLACE, world.city).name == "utter_report_ask_place_number"
    numbered = after(draft, Asked.PLACE, said("au 24 bis", house_number="24 bis"), world)
    assert numbered.place is not None
    assert numbered.place.house_number == "24 bis"
    skipped = after(draft, Asked.PLACE, said("je ne sais pas", "dont_know"), world)
    assert to_ask(skipped, world.city) is Asked.CONFIRMATION
    near = after(draft, Asked.PLACE, said("devant la boulangerie"), world)
    assert near.place is not None
    assert near.place.landmark == "devant la boulangerie"


@pytest.mark.parametrize(
    ("text", "chosen"),
    [("la deuxième", 1), ("le premier", 0), ("la route de saint gilles", 1), ("oui", 0)],
)
def test_two_close_places_are_chosen_from(world: World, text: str, chosen: int) -> None:
    choices = (
        Place(spoken="saint gilles", street="Rue de Saint-Gilles"),
        Place(spoken="saint gilles", street="Route de Saint-Gilles"),
    )
    draft = ReportDraft(problem_code="trou_chaussee", choices=choices)
    assert prompt(draft, Asked.PLACE, world.city).name == "utter_report_ask_place_which"
    turn = said(text, "affirm" if text == "oui" else "inform")
    picked = after(draft, Asked.PLACE, turn, world)
    assert picked.place is not None
    assert picked.place.street == choices[chosen].street
    assert not picked.choices


def test_neither_of_two_close_places_asks_again(world: World) -> None:
    choices = (REPUBLIQUE, Place(spoken="", street="Place de la République"))
    draft = ReportDraft(problem_code="trou_chaussee", choices=choices)
    asked_again = after(draft, Asked.PLACE, said("ni l'un ni l'autre", "deny"), world)
    assert (asked_again.choices, asked_again.place, asked_again.misses) == ((), None, 1)


def test_yes_and_no_answer_the_types_own_question(world: World) -> None:
    draft = POTHOLE.but(answers={})
    assert after(draft, Asked.ANSWER, said("oui", "affirm"), world).answers == {"danger": "oui"}
    assert after(draft, Asked.ANSWER, said("non", "deny"), world).answers == {"danger": "non"}
    # Said with more words, which the engine may take for something else.
    more = said("Oui, pour les vélos c'est dangereux.", "report_problem")
    assert after(draft, Asked.ANSWER, more, world).answers == {"danger": "oui"}
    assert after(draft, Asked.ANSWER, said("non pas trop", FALLBACK), world).answers == {"danger": "non"}
    unsure = after(draft, Asked.ANSWER, said("je ne sais pas", "dont_know"), world)
    assert to_ask(unsure, world.city) is Asked.CONFIRMATION


def test_an_unclear_answer_is_asked_again_then_kept(world: World) -> None:
    draft = POTHOLE.but(answers={})
    once = after(draft, Asked.ANSWER, said("bof ça dépend", FALLBACK), world)
    assert to_ask(once, world.city) is Asked.ANSWER
    twice = after(once, Asked.ANSWER, said("ça dépend de la pluie", FALLBACK), world)
    assert twice.answers == {"danger": "ça dépend de la pluie"}


def test_yes_confirms(world: World) -> None:
    draft = after(POTHOLE, Asked.CONFIRMATION, said("oui c'est ça", "affirm"), world)
    assert draft.is_confirmed
    assert to_ask(draft, world.city) is None


def test_no_asks_what_is_wrong_and_the_place_can_be_said_again(world: World) -> None:
    wrong = after(POTHOLE, Asked.CONFIRMATION, said("non", "deny"), world)
    assert prompt(wrong, Asked.CONFIRMATION, world.city).name == "utter_report_ask_correction"
    again = after(wrong, Asked.CONFIRMATION, said("le lieu", "correct_that"), world)
    assert again.place is None
    assert to_ask(again, world.city) is Asked.PLACE


def test_no_then_the_problem_can_be_said_again(world: World) -> None:
    wrong = POTHOLE.but(is_correcting=True)
    again = after(wrong, Asked.CONFIRMATION, said("le problème", "correct_that"), world)
    assert to_ask(again, world.city) is Asked.PROBLEM
    assert again.place == REPUBLIQUE


@pytest.mark.parametrize(
    "turn",
    [
        said("non pas rue de la république rue de l'aspic", "correct_that"),
        said("non c'est rue de l'aspic", "deny", street="rue de l'aspic"),
        said("rue de l'aspic", "inform", street="rue de l'aspic"),
    ],
    ids=["two streets without entities", "with an entity", "the right street alone"],
)
def test_a_wrong_street_is_corrected_directly(world: World, turn: Turn) -> None:
    draft = after(POTHOLE, Asked.CONFIRMATION, turn, world)
    assert draft.place is not None
    assert draft.place.street == "Rue de l'Aspic"
    assert to_ask(draft, world.city) is Asked.CONFIRMATION


def test_a_wrong_number_is_corrected_directly(world: World) -> None:
    turn = said("oui mais c'est au 14", "correct_that", house_number="14")
    draft = after(POTHOLE, Asked.CONFIRMATION, turn, world)
    assert draft.place is not None
    assert draft.place.label == "14 Rue de la République"


def test_a_wrong_problem_is_corrected_directly_and_its_own_question_asked(world: World) -> None:
    turn = said("non c'est un tag", "correct_that", problem_type="tag")
    draft = after(POTHOLE, Asked.CONFIRMATION, turn, world)
    assert draft.problem_code == "tag_graffiti"
    assert to_ask(draft, world.city) is Asked.ANSWER


def test_what_answers_nothing_is_left_to_the_rules(world: World) -> None:
    assert advance(POTHOLE, Asked.CONFIRMATION, said("bla bla", FALLBACK), world) is None
    key = Turn(number=1, text="", intent="help", confidence=1.0)
    assert advance(ReportDraft(), Asked.PROBLEM, key, world) is None


def test_danger_is_noticed_and_raises_the_priority(world: World) -> None:
    wires = said("des fils électriques dénudés pendent rue de l'aspic", "report_problem")
    draft = after(ReportDraft(), None, wires, world)
    assert draft.is_dangerous
    assert priority(draft, world.city) == 1
    fallen = said("un trou énorme un cycliste est tombé dedans", "report_problem")
    assert after(ReportDraft(), None, fallen, world).is_dangerous


def test_a_yes_to_the_danger_question_raises_the_priority_by_one(world: World) -> None:
    assert priority(POTHOLE, world.city) == 2
    assert priority(POTHOLE.but(answers={"danger": "oui"}), world.city) == 1


def test_the_draft_survives_the_tracker(world: World) -> None:
    stored = POTHOLE.but(choices=(REPUBLIQUE,)).store()
    assert ReportDraft.load(stored) == POTHOLE.but(choices=(REPUBLIQUE,))
    assert ReportDraft.load(None) == ReportDraft()


def test_the_report_carries_all_that_is_known(world: World) -> None:
    turn = Turn(1, "oui", "affirm", 1.0, caller="+33612345678", channel="chat", conversation_id="c1")
    report = new_report(POTHOLE.but(phone="+33612345678"), turn, world.city, is_complete=True)
    assert (report.source, report.caller_phone, report.place, report.complete) == (
        "chat",
        "+33612345678",
        REPUBLIQUE,
        True,
    )


def test_help_explains_the_question(world: World) -> None:
    assert help_prompt(ReportDraft(), Asked.PROBLEM, world.city).name == "utter_help_problem"
    assert help_prompt(POTHOLE, Asked.CONFIRMATION, world.city).name == "utter_help_confirm"
    question = help_prompt(POTHOLE.but(answers={}), Asked.ANSWER, world.city)
    assert "dangereux" in question.values["question"]


def test_delays_and_references_are_said_in_full(world: World) -> None:
    assert [spoken_delay(level, world.city) for level in (1, 2, 3)] == ["48 heures", "7 jours", "30 jours"]
    assert spoken_reference("NIM 26 0412 7") == "2 6, 0 4 1 2, 7"


def _questions(world: World, code: str) -> list[object]:
    return list(world.city.problem_types[code].questions)
