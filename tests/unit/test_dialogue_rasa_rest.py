"""What Rasa's REST channel answers, folded into one reply; its silences are failures."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry

from bot.call.errors import DialogueError
from bot.call.types import ActionType, Expect, RateWish, VoiceWish
from bot.dialogue.rasa_rest import Element, RasaRest, fold
from bot.observe.engines import DialogueMetrics, WatchedDialogue
from tests.fakes.ports import free_ports


def elements(*raw: dict[str, Any]) -> list[Element]:
    return [Element.model_validate(one) for one in raw]


def test_the_texts_of_a_turn_are_one_reply_closed_by_its_last_custom() -> None:
    reply = fold(
        elements(
            {"recipient_id": "c1", "text": "C'est noté."},
            {"recipient_id": "c1", "custom": {"expect": "none", "barge_in": False}},
            {"recipient_id": "c1", "text": "Autre chose ?"},
            {
                "recipient_id": "c1",
                "custom": {
                    "expect": "yes_no",
                    "barge_in": True,
                    "understood": {"intent": {"name": "affirm"}},
                },
            },
        )
    )
    assert reply.text == "C'est noté. Autre chose ?"
    assert reply.expect is Expect.YES_NO
    assert not reply.barge_in  # one part of it may not be cut short
    assert reply.understood == {"intent": {"name": "affirm"}}


def test_what_the_caller_wishes_of_the_voice_is_in_any_part_of_the_reply() -> None:
    reply = fold(
        elements(
            {"text": "Je vais plus lentement.", "custom": {"expect": "none", "voice": {"rate": "slower"}}},
            {
                "text": "Où est-ce ?",
                "custom": {"expect": "address", "hints": ["rue Nationale"], "ahead": ["Là ?"]},
            },
        )
    )
    assert reply.voice == VoiceWish(RateWish.SLOWER)
    assert reply.hints == ("rue Nationale",)
    assert reply.ahead == ("Là ?",)


def test_the_procedure_that_is_told_is_named_in_any_part_of_the_reply() -> None:
    told = {"text": "Passeport.", "custom": {"expect": "none", "procedure": "passeport_majeur"}}
    asked = {"text": "Voulez-vous les papiers ?", "custom": {"expect": "yes_no"}}
    assert fold(elements(told, asked)).procedure == "passeport_majeur"
    assert fold(elements(asked)).procedure == ""


def test_an_action_without_words_is_a_reply() -> None:
    action = {"type": "transfer", "service": "voirie", "summary": "un trou"}
    reply = fold(elements({"custom": {"action": action}}))
    assert reply.summary == "un trou"
    assert (reply.text, reply.action, reply.service) == ("", ActionType.TRANSFER, "voirie")


@pytest.mark.parametrize("raw", [[], [{"text": "  "}], [{"custom": {}}], [{"image": "x.png"}]])
def test_nothing_to_say_is_a_failure(raw: list[dict[str, Any]]) -> None:
    with pytest.raises(DialogueError):
        fold(elements(*raw))


def rasa_that_answers(answer: Any, status: int = 200) -> tuple[RasaRest, list[Any]]:
    app, seen = FastAPI(), []

    @app.post("/webhooks/rest/webhook")
    async def webhook(request: Request) -> Any:
        seen.append(await request.json())
        return httpx_response(answer, status)

    transport = httpx.ASGITransport(app)
    return RasaRest(httpx.AsyncClient(transport=transport, base_url="http://rasa"), "voice"), seen


def httpx_response(answer: Any, status: int) -> Any:
    from fastapi.responses import JSONResponse, PlainTextResponse

    return PlainTextResponse(answer, status) if isinstance(answer, str) else JSONResponse(answer, status)


async def test_a_turn_carries_who_calls_and_by_which_channel() -> None:
    rasa, seen = rasa_that_answers([{"text": "Bonjour."}])
    assert (await rasa.ask("c1", "bonjour", "0612345678")).text == "Bonjour."
    assert seen == [
        {
            "sender": "c1",
            "message": "bonjour",
            "input_channel": "voice",
            "metadata": {"caller": "0612345678"},
        }
    ]


async def test_what_the_caller_did_not_hear_goes_along() -> None:
    rasa, seen = rasa_that_answers([{"text": "Bonjour."}])
    await rasa.ask("c1", "attendez", "", "Avez-vous besoin d'autre chose ?")
    assert seen[0]["metadata"] == {"caller": "", "unheard": "Avez-vous besoin d'autre chose ?"}


@pytest.mark.parametrize(
    ("answer", "status"),
    [("<html>", 200), ({"text": "x"}, 200), ([{"custom": {"expect": "song"}}], 200), ([], 200), ("", 500)],
)
async def test_an_answer_that_is_none_is_a_failure(answer: Any, status: int) -> None:
    rasa, _ = rasa_that_answers(answer, status)
    with pytest.raises(DialogueError) as failure:
        await rasa.ask("c1", "bonjour", "")
    assert not failure.value.retryable


async def test_nobody_listening_may_pass() -> None:
    (port,) = free_ports(1)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        with pytest.raises(DialogueError) as failure:
            await RasaRest(client, "voice").ask("c1", "bonjour", "")
    assert failure.value.retryable


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "...", "😡"])
async def test_no_words_are_sent_as_not_understood(text: str) -> None:
    rasa, seen = rasa_that_answers([{"text": "Pardon ?"}])
    await rasa.ask("c1", text, "")
    assert seen[0]["message"] == "/nlu_fallback"


async def test_a_hang_up_that_is_answered_with_nothing_is_no_failure() -> None:
    dialogue, received = rasa_that_answers([])
    registry = CollectorRegistry()
    watched = WatchedDialogue(dialogue, "voice", DialogueMetrics(registry))
    await watched.tell("call-1", "/hang_up", "0612345678")
    (body,) = received
    assert (body["sender"], body["message"], body["metadata"]) == (
        "call-1",
        "/hang_up",
        {"caller": "0612345678"},
    )
    assert registry.get_sample_value("callbot_dialogue_failures_total", {"channel": "voice"}) == 0
    with pytest.raises(DialogueError):
        await watched.ask("call-1", "bonjour", "0612345678")
    assert registry.get_sample_value("callbot_dialogue_failures_total", {"channel": "voice"}) == 1


async def test_a_hang_up_that_does_not_arrive_is_one() -> None:
    dialogue, _ = rasa_that_answers([], status=500)
    registry = CollectorRegistry()
    with pytest.raises(DialogueError):
        await WatchedDialogue(dialogue, "voice", DialogueMetrics(registry)).tell("call-1", "/hang_up", "")
    assert registry.get_sample_value("callbot_dialogue_failures_total", {"channel": "voice"}) == 1
