"""Rasa's question for a wording, in the shape that Rasa 3.6 sends it, and the answer."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.dialogue.nlg import nlg_router
from bot.speech.clauses import split_into_clauses
from bot.wording import call_script, known_sentences
from integrations.city import load_city
from integrations.messages import Message, MessageCatalogue, load_messages

CATALOGUE = MessageCatalogue(
    {
        "utter_ask_place": Message(
            voice=("Où est {problem} ?", "À quelle adresse ?"),
            chat=("Adresse ?", "Quelle adresse ?"),
            expect="address",
        )
    }
)


async def ask(response: str, *, channel: str = "voice", said: int = 0, **arguments: Any) -> httpx.Response:
    app = FastAPI()
    app.include_router(nlg_router(lambda sender_id: CATALOGUE))
    uttered = {"event": "bot", "text": "…", "metadata": {"utter_action": response}}
    tracker: dict[str, Any] = {
        "sender_id": "c1",
        "slots": {"problem": "le trou", "requested_slot": None},
        "latest_message": {
            "text": "il y a un trou",
            "intent": {"name": "report_problem", "confidence": 0.98},
            "entities": [
                {"entity": "problem_type", "value": "trou", "start": 10, "end": 14, "extractor": "DIET"}
            ],
        },
        "latest_input_channel": channel,
        "events": [{"event": "action", "name": "action_listen"}, *[uttered] * said],
    }
    body = {
        "response": response,
        "arguments": arguments,
        "tracker": tracker,
        "channel": {"name": "collector"},
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
        return await client.post("/nlg", json=body)


async def test_a_wording_comes_with_what_it_expects_and_what_was_understood() -> None:
    answer = (await ask("utter_ask_place")).json()
    assert answer["text"] == "Où est le trou ?"
    assert answer["custom"]["expect"] == "address"
    assert answer["custom"]["understood"]["intent"] == {"name": "report_problem", "confidence": 0.98}
    assert answer["custom"]["understood"]["entities"][0]["value"] == "trou"


async def test_the_procedure_that_is_told_goes_along_for_the_record() -> None:
    told = (await ask("utter_ask_place", procedure="passeport_majeur")).json()
    assert told["custom"]["procedure"] == "passeport_majeur"
    assert "procedure" not in (await ask("utter_ask_place")).json()["custom"]


async def test_what_is_likely_to_be_said_soon_comes_as_it_will_be_worded() -> None:
    coming = [{"name": "utter_ask_place", "values": {"problem": "la lampe"}}]
    told = (await ask("utter_ask_place", ahead=coming)).json()
    assert (told["text"], told["custom"]["ahead"]) == ("Où est le trou ?", ["Où est la lampe ?"])
    again = (await ask("utter_ask_place", said=1, ahead=coming)).json()
    assert again["custom"]["ahead"] == ["À quelle adresse ?"]


async def test_nothing_is_worded_ahead_for_a_screen() -> None:
    coming = [{"name": "utter_ask_place", "values": {}}]
    assert "ahead" not in (await ask("utter_ask_place", channel="chat", ahead=coming)).json()["custom"]


async def test_the_second_time_is_worded_differently() -> None:
    assert (await ask("utter_ask_place", said=1)).json()["text"] == "À quelle adresse ?"


async def test_the_chat_has_its_own_wording() -> None:
    assert (await ask("utter_ask_place", channel="chat")).json()["text"] == "Adresse ?"


async def test_a_name_that_nobody_wrote_is_said_so() -> None:
    assert (await ask("utter_nothing")).status_code == 404


@pytest.mark.parametrize("city", sorted(Path("city").iterdir()), ids=lambda path: path.name)
def test_every_city_has_the_sentences_of_a_call(city: Path) -> None:
    sentences = call_script(load_messages(city)).sentences()
    assert all(sentences)
    assert not any("{" in sentence for sentence in sentences)


def test_what_is_known_in_advance_is_known_without_its_placeholders() -> None:
    city = load_city(Path("city/nimes"))
    known = set(known_sentences(load_messages(city.folder), city))
    assert "C'est bien ça ?" in known
    assert "Est-ce dangereux pour les voitures ou les vélos ?" in known
    assert "Trou dans la chaussée," in known
    assert {"Puis-je garder votre numéro,", "pour vous tenir au courant ?", "On vous rappelle"} <= known
    assert not any("{" in sentence for sentence in known)


def test_of_a_filed_report_only_the_reference_is_not_known_in_advance() -> None:
    city = load_city(Path("city/nimes"))
    catalogue = load_messages(city.folder)
    known = {clause for text in known_sentences(catalogue, city) for clause in split_into_clauses(text)}
    values = {"service": "la voirie", "delay": "48 heures", "reference_spoken": "2 6, 0 4 1 2, 7"}
    for number in range(len(catalogue.variants("utter_report_filed"))):
        filed = catalogue.render("utter_report_filed", "voice", values, previous_uses=number).text
        more = catalogue.variants("utter_more")[0]
        clauses = {clause.text for clause in split_into_clauses(f"{filed} {more}")}
        (unknown,) = clauses - {clause.text for clause in known}
        assert "2 6, 0 4 1 2, 7" in unknown
