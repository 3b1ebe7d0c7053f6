"""What one turn of the caller changes in the report being taken. Pure: no Rasa, no clock, no desk."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.phone_number import parse_phone
from actions.place_match import hear_place, house_numbers, names_place
from actions.ranks import chosen_rank
from actions.report_correction import answer_confirmation, correct
from actions.report_draft import NUMBER, OTHER, Asked, ReportDraft, lacks_number, open_question
from actions.turn import Turn
from actions.world import World, heard_problem
from integrations.city_models import QuestionKind
from integrations.protocols import Place

# After so many answers in a row that could not be used, what was said is kept as it is.
MISSES_BEFORE_KEEPING = 2
# "Oui, pour les vélos c'est dangereux" answers, whatever the rest of the sentence is about.
_BEGINS_YES = re.compile(r"\W*(?:oui|ouais|ouaip|si|bien sûr|tout à fait)\b", re.IGNORECASE)
_BEGINS_NO = re.compile(r"\W*(?:non|nan|pas du tout|pas vraiment)\b", re.IGNORECASE)


def advance(draft: ReportDraft, asked: Asked | None, turn: Turn, world: World) -> ReportDraft | None:
    """Return the draft after a turn, or None when the turn did not answer what was asked.

    asked: None when the caller has just come with a problem and nothing was asked yet.
    """
    match asked:
        case None:
            # Nobody calls from a chat.
            caller = turn.caller if turn.channel == "voice" else ""
            started = draft.but(proposed_phone=parse_phone(caller) or "")
            after: ReportDraft | None = _take(started, turn, world)
        case Asked.PROBLEM:
            after = _answer_problem(draft, turn, world)
        case Asked.PLACE:
            after = _answer_place(draft, turn, world)
        case Asked.KNOWN:
            after = _answer_known(draft, turn)
        case Asked.ANSWER:
            after = _answer_question(draft, turn, world)
        case Asked.CONFIRMATION:
            after = answer_confirmation(draft, turn, world)
        case Asked.PHONE:
            return _answer_phone(draft, turn)
    if turn.photo_url or turn.position:
        after = _with_attachments(after or draft, turn)
    return _note_danger(after, turn, world) if after is not None else None


def _with_attachments(draft: ReportDraft, turn: Turn) -> ReportDraft:
    """Keep the photo and the position that came with the words: a place named in words keeps its name."""
    if turn.photo_url:
        draft = draft.but(photo_url=turn.photo_url)
    if turn.position is None or (draft.place is not None and draft.place.latitude is not None):
        return draft
    latitude, longitude = turn.position
    place = draft.place or Place(spoken=turn.address or turn.text)
    return draft.but(place=replace(place, latitude=latitude, longitude=longitude), choices=(), misses=0)


def _take(draft: ReportDraft, turn: Turn, world: World) -> ReportDraft:
    """Take what the turn says of the problem and of the place, when it says something."""
    problem = heard_problem(turn, world)
    if problem is not None:
        draft = draft.but(problem_code=problem.code, description=turn.text, misses=0)
    place = hear_place(turn, world.addresses, is_asked=False)
    if place.place or place.choices:
        draft = draft.but(place=place.place, choices=place.choices)
    return draft


def _answer_problem(draft: ReportDraft, turn: Turn, world: World) -> ReportDraft | None:
    after = _take(draft, turn, world)
    if after.problem_code:
        return after.but(misses=0)
    if not turn.text or turn.intent in ("affirm", "deny", "dont_know"):
        return None
    if draft.misses + 1 >= MISSES_BEFORE_KEEPING:
        return after.but(problem_code=OTHER, description=turn.text, misses=0)
    return after.but(misses=draft.misses + 1)


def _answer_place(draft: ReportDraft, turn: Turn, world: World) -> ReportDraft | None:
    if draft.choices:
        return _answer_choice(draft, turn, world)
    if draft.place is not None and lacks_number(draft):
        return _answer_number(draft, turn, world)
    return _answer_where(draft, turn, world)


def _answer_where(draft: ReportDraft, turn: Turn, world: World) -> ReportDraft | None:
    if not turn.text:
        return None
    if turn.intent == "report_problem" and not names_place(turn):
        # Asked where, the caller tells what it really is: the first words had only announced it.
        problem = heard_problem(turn, world)
        if problem is not None and problem.code != draft.problem_code:
            return draft.but(problem_code=problem.code, description=turn.text, answers={}, is_dangerous=False)
    heard = hear_place(turn, world.addresses, is_asked=True)
    if heard.choices:
        return draft.but(choices=heard.choices)
    if heard.place is not None:
        return draft.but(place=heard.place, misses=0)
    if turn.intent in ("dont_know", "affirm", "deny"):
        return None
    if draft.misses + 1 >= MISSES_BEFORE_KEEPING:
        return draft.but(place=Place(spoken=heard.words), misses=0)
    return draft.but(misses=draft.misses + 1)


def _answer_choice(draft: ReportDraft, turn: Turn, world: World) -> ReportDraft | None:
    rank = chosen_rank(turn.text, len(draft.choices))
    picked = None if rank is None else draft.choices[rank]
    if picked is None and turn.text:
        heard = hear_place(turn, world.addresses, is_asked=True)
        named = [choice for choice in draft.choices if heard.place and choice.street == heard.place.street]
        picked = named[0] if named else heard.place
    if picked is None and turn.intent == "affirm":
        picked = draft.choices[0]
    if picked is not None:
        return draft.but(place=picked, choices=(), misses=0)
    # Neither of them: ask where it is in other words, then keep the words.
    return draft.but(choices=(), misses=draft.misses + 1)


def _answer_number(draft: ReportDraft, turn: Turn, world: World) -> ReportDraft | None:
    assert draft.place is not None
    heard = hear_place(turn, world.addresses, is_asked=True).place if turn.text else None
    if heard is not None and heard.street and heard.street != draft.place.street:
        return draft.but(place=replace(heard, district=draft.place.district), misses=0)
    number = next(iter(house_numbers(turn)), "")
    if number and draft.place.street:
        return draft.but(place=replace(draft.place, house_number=number), misses=0)
    if heard is not None and heard.landmark:
        return draft.but(place=replace(draft.place, landmark=heard.landmark), misses=0)
    # Words that name nothing of the city still help a crew: "devant la boulangerie".
    is_useful = bool(turn.text) and turn.intent not in ("affirm", "deny", "dont_know")
    landmark = turn.text if is_useful else ""
    return draft.but(
        place=replace(draft.place, landmark=landmark), skipped=(*draft.skipped, NUMBER), misses=0
    )


def _answer_question(draft: ReportDraft, turn: Turn, world: World) -> ReportDraft | None:
    question = open_question(draft, world.city)
    if question is None:
        return draft
    corrected = correct(draft, turn, world) if turn.intent == "correct_that" else None
    if corrected is not None:
        return corrected
    answer = turn.text
    if question.kind is QuestionKind.YES_NO:
        answer = _yes_or_no(turn)
    if turn.intent == "dont_know":
        return draft.but(skipped=(*draft.skipped, question.code), misses=0)
    if answer:
        return draft.but(answers={**draft.answers, question.code: answer}, misses=0)
    if draft.misses + 1 < MISSES_BEFORE_KEEPING:
        return draft.but(misses=draft.misses + 1)
    kept = {**draft.answers, question.code: turn.text} if turn.text else draft.answers
    return draft.but(answers=kept, skipped=(*draft.skipped, question.code), misses=0)


def _yes_or_no(turn: Turn) -> str:
    """What a turn says to a question of yes or no; "" when it says neither."""
    if _BEGINS_YES.match(turn.text):
        return "oui"
    if _BEGINS_NO.match(turn.text):
        return "non"
    return {"affirm": "oui", "deny": "non"}.get(turn.intent, "")


def _answer_known(draft: ReportDraft, turn: Turn) -> ReportDraft | None:
    """Whether it is the report that somebody made before; in doubt it is another one."""
    said = _yes_or_no(turn)
    if said == "oui":
        return draft.but(joins=True, misses=0)
    if said == "non" or turn.intent == "dont_know" or draft.misses:
        return draft.but(known_reference="", known_label="", misses=0)
    return draft.but(misses=1) if turn.text else None


def _answer_phone(draft: ReportDraft, turn: Turn) -> ReportDraft:
    """The number is the caller's to give: whatever is not plainly a yes or a number keeps none."""
    given = parse_phone(turn.text) if turn.text else None
    if given is None and _yes_or_no(turn) == "oui":
        given = draft.proposed_phone
    return draft.but(phone=given or "", proposed_phone="", misses=0)


def _note_danger(draft: ReportDraft, turn: Turn, world: World) -> ReportDraft:
    problem = draft.problem_type(world.city)
    if problem is None or draft.is_dangerous:
        return draft
    said = turn.text.casefold()
    is_dangerous = problem.danger or any(words.casefold() in said for words in problem.danger_words)
    return draft.but(is_dangerous=is_dangerous)
