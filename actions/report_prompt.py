"""Which sentence asks for what a report still lacks."""

from __future__ import annotations

from actions.phone_number import spoken_phone
from actions.place_match import spoken_where
from actions.prompt import Prompt
from actions.report_draft import OTHER, Asked, ReportDraft, lacks_number, open_question, to_ask
from integrations.city import City
from integrations.city_models import QuestionKind


def prompt(draft: ReportDraft, asked: Asked, city: City) -> Prompt:
    """The sentence for one question of the form."""
    match asked:
        case Asked.PROBLEM:
            return _ask_problem(draft)
        case Asked.PLACE:
            return _ask_place(draft, city)
        case Asked.ANSWER:
            return _ask_answer(draft, city)
        case Asked.KNOWN:
            problem = spoken_problem(draft, city)
            return Prompt("utter_report_ask_known", {"problem": problem, "place": draft.known_label})
        case Asked.CONFIRMATION:
            return _ask_confirmation(draft, city)
        case Asked.PHONE:
            return Prompt("utter_report_ask_phone", {"phone": spoken_phone(draft.proposed_phone)})


def ahead(draft: ReportDraft, asked: Asked, city: City) -> list[Prompt]:
    """The sentences that will ask for what is left to ask and hold what is known already, the next first.

    Only those with something of the caller's in them: all others are known to the voice.
    """
    is_whole = to_ask(draft, city) not in (Asked.PROBLEM, Asked.PLACE)
    is_left = {
        Asked.CONFIRMATION: is_whole and not (draft.is_confirmed or draft.joins),
        Asked.PHONE: bool(draft.proposed_phone),
    }
    return [
        prompt(draft, each, city) for each, is_to_come in is_left.items() if is_to_come and each is not asked
    ]


def help_prompt(draft: ReportDraft, asked: Asked, city: City) -> Prompt:
    """The sentence that explains one question of the form."""
    question = open_question(draft, city)
    match asked:
        case Asked.PROBLEM:
            return Prompt("utter_help_problem")
        case Asked.PLACE:
            return Prompt("utter_help_place")
        case Asked.ANSWER if question is not None:
            return Prompt("utter_help_answer", {"question": question.text})
        case Asked.KNOWN:
            return Prompt("utter_help_known")
        case Asked.PHONE:
            return Prompt("utter_help_report_phone")
        case _:
            return Prompt("utter_help_confirm")


def spoken_problem(draft: ReportDraft, city: City) -> str:
    """The problem inside a sentence: the city's name for it, else the caller's own words."""
    problem = draft.problem_type(city)
    if problem is None or problem.code == OTHER:
        return f"« {draft.description} »" if draft.description else ""
    return problem.name[:1].lower() + problem.name[1:]


def _ask_problem(draft: ReportDraft) -> Prompt:
    if draft.misses:
        return Prompt("utter_report_ask_problem_again")
    if draft.place is not None:
        return Prompt("utter_report_ask_problem_at", {"place": spoken_where(draft.place)})
    return Prompt("utter_report_ask_problem")


def _ask_place(draft: ReportDraft, city: City) -> Prompt:
    if draft.choices:
        names = {f"place_{rank}": choice.label for rank, choice in enumerate(draft.choices, start=1)}
        return Prompt("utter_report_ask_place_which", names)
    if draft.place is not None and lacks_number(draft):
        name = "utter_report_ask_place_number" if draft.place.street else "utter_report_ask_place_in_district"
        return Prompt(name, {"place": draft.place.label if draft.place.street else draft.place.district})
    if draft.misses:
        return Prompt("utter_report_ask_place_unknown")
    return Prompt("utter_report_ask_place", {"problem": spoken_problem(draft, city)})


def _ask_answer(draft: ReportDraft, city: City) -> Prompt:
    question = open_question(draft, city)
    assert question is not None, "there is a question left to ask"
    kind = "yes_no" if question.kind is QuestionKind.YES_NO else "open"
    return Prompt(f"utter_report_ask_answer_{kind}", {"question": question.text})


def _ask_confirmation(draft: ReportDraft, city: City) -> Prompt:
    if draft.is_correcting:
        return Prompt("utter_report_ask_correction")
    assert draft.place is not None, "the place is asked before the confirmation"
    problem = spoken_problem(draft, city)
    if not draft.place.is_located and not draft.place.district:
        return Prompt("utter_report_confirm_to_locate", {"problem": problem, "place": draft.place.spoken})
    return Prompt("utter_report_confirm", {"problem": problem, "where": spoken_where(draft.place)})
