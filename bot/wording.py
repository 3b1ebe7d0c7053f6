"""Takes out of the city's data the sentences that a call says by itself, and those known in advance."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.call.events import TransferOutcome
from bot.call.state import Script
from bot.speech.clauses import split_into_clauses
from integrations.city import City
from integrations.messages import MessageCatalogue
from integrations.promises import promises

NOT_TAKEN: tuple[TransferOutcome, ...] = ("busy", "refused", "no_answer", "failed")
# What ends a report, with a reference as long as any: clauses are cut by the length of those before them.
_PROMISES = ("utter_report_filed", "utter_report_joined")
_REFERENCES = {"reference": "NIM 26 0000 0", "reference_spoken": "2 6, 0 0 0 0, 0"}
# As long as any number of this country.
_PHONE = "06 00 00 00 00"
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")


def call_script(catalogue: MessageCatalogue, *, is_recorded: bool = False) -> Script:
    """Raises MessageError naming the sentence that is missing. is_recorded: callers must be told first."""

    def one(name: str) -> str:
        return catalogue.variants(name)[0]

    return Script(
        opening=f"{one('call_opening')} {one('call_recording_notice')}"
        if is_recorded
        else one("call_opening"),
        how_can_i_help=one("call_how_can_i_help"),
        no_input=(one("call_no_input_1"), one("call_no_input_2")),
        no_input_goodbye=one("call_no_input_goodbye"),
        not_heard=catalogue.variants("call_not_heard"),
        fillers=catalogue.variants("call_filler"),
        apology=one("call_apology_engine"),
        apology_goodbye=one("call_apology_goodbye"),
        callback_goodbye=one("call_callback_goodbye"),
        transfer_failed=one("call_transfer_failed"),
        noise=one("call_noise"),
        deaf=one("call_deaf"),
        media_lost=one("call_media_lost"),
        media_back=one("call_media_back"),
        no_media_goodbye=one("call_no_media_goodbye"),
        ending=one("call_ending"),
        too_long_goodbye=one("call_too_long_goodbye"),
        transfer_waits=catalogue.variants("call_transfer_wait"),
        transfer_not_taken={outcome: one(f"call_transfer_not_taken_{outcome}") for outcome in NOT_TAKEN},
        whisper=one("call_transfer_whisper"),
        pass_on=one("call_pass_on"),
        rating=one("call_rating"),
        rating_thanks=one("call_rating_thanks"),
        agent_comes=one("call_agent_comes"),
        agent_waits=catalogue.variants("call_agent_wait"),
        agent_not_there=one("call_agent_not_there"),
        recording_refused=one("call_recording_refused") if is_recorded else "",
    )


def known_sentences(catalogue: MessageCatalogue, city: City) -> Iterator[str]:
    """Yield everything that may be said and holds nothing of a caller's: what can be rendered beforehand.

    Of a sentence with placeholders, the clauses without are known; clauses are rendered one by one.
    """
    for name in catalogue.messages:
        for text in catalogue.variants(name):
            for part in _SENTENCE_END.split(text):
                yield from _known_clauses(part) if "{" in part else [part]
    yield from _promised(catalogue, city)
    for problem in city.problem_types.values():
        # As the confirmation begins: "Trou dans la chaussée, …"
        yield f"{problem.name},"
        yield from (question.text for question in problem.questions)


def _known_clauses(sentence: str) -> Iterator[str]:
    """Those without a placeholder: "Puis-je garder votre numéro, le {phone}, …" begins with one."""
    for clause in split_into_clauses(sentence.replace("{phone}", _PHONE)):
        if "{" not in clause.text and _PHONE not in clause.text:
            yield clause.text


def _promised(catalogue: MessageCatalogue, city: City) -> Iterator[str]:
    """Every report's last sentence: who takes care of it, and how soon."""
    for service, delay in dict.fromkeys(promises(city)):
        values = {"service": service, "delay": delay, **_REFERENCES}
        for name in _PROMISES:
            for number in range(len(catalogue.variants(name))):
                yield catalogue.render(name, "voice", values, previous_uses=number).text
