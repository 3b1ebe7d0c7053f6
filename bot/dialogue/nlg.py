"""Gives Rasa the wording of its responses (its `nlg` endpoint), so that a text changes without retraining.

Request and answer have the shape of Rasa's callback NLG: https://rasa.com/docs/rasa/nlg
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from integrations.messages import MessageCatalogue, MessageError

log = structlog.get_logger()


class Tracker(BaseModel):
    """The part of Rasa's tracker that a wording depends on."""

    model_config = ConfigDict(extra="ignore")

    sender_id: str
    slots: dict[str, Any] = Field(default_factory=dict)
    latest_message: dict[str, Any] | None = None
    latest_input_channel: str | None = None
    events: list[dict[str, Any]] = Field(default_factory=list)

    def uses_of(self, response: str) -> int:
        """Return how often a response was said in this conversation."""
        return sum(
            1
            for event in self.events
            if event.get("event") == "bot" and (event.get("metadata") or {}).get("utter_action") == response
        )

    def understood(self) -> dict[str, Any]:
        """Return what Rasa made of the caller's last words, for the record."""
        message = self.latest_message or {}
        intent = message.get("intent") or {}
        return {
            "intent": {"name": intent.get("name"), "confidence": intent.get("confidence")},
            "entities": [
                {key: entity.get(key) for key in ("entity", "value", "start", "end", "confidence_entity")}
                for entity in message.get("entities") or []
            ],
        }


class NlgRequest(BaseModel):
    """What Rasa asks for."""

    model_config = ConfigDict(extra="ignore")

    response: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    tracker: Tracker


def nlg_router(catalogue_of: Callable[[str], MessageCatalogue]) -> APIRouter:
    """Return the routes of the NLG endpoint, for the internal listener.

    catalogue_of: the sentences of a conversation, by its sender id: a call keeps those it began with.
    """
    router = APIRouter()

    @router.post("/nlg")
    async def nlg(request: NlgRequest) -> dict[str, Any]:
        tracker = request.tracker
        structlog.contextvars.bind_contextvars(call_id=tracker.sender_id)
        try:
            rendered = catalogue_of(tracker.sender_id).render(
                request.response,
                "chat" if tracker.latest_input_channel == "chat" else "voice",
                {**tracker.slots, **request.arguments},
                previous_uses=tracker.uses_of(request.response),
            )
        except MessageError as error:
            log.error("message_not_rendered", response=request.response, error=str(error))
            raise HTTPException(404, str(error)) from error
        custom = {**rendered.custom, "understood": tracker.understood()}
        for name in ("card", "procedure"):
            if name in request.arguments:
                custom[name] = request.arguments[name]
        return {
            "text": rendered.text,
            "custom": custom,
            "buttons": list(rendered.buttons),
        }

    return router
