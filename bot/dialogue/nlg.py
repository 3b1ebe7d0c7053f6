"""Gives Rasa the wording of its responses (its `nlg` endpoint), so that a text changes without retraining.

Request and answer have the shape of Rasa's callback NLG: https://rasa.com/docs/rasa/nlg
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from integrations.messages import Channel, MessageCatalogue, MessageError, RenderedMessage

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


class Ahead(BaseModel):
    """A sentence that an action expects to be said soon."""

    name: str
    values: dict[str, Any]


class NlgRequest(BaseModel):
    """What Rasa asks for."""

    model_config = ConfigDict(extra="ignore")

    response: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    tracker: Tracker

    @property
    def channel(self) -> Channel:
        return "chat" if self.tracker.latest_input_channel == "chat" else "voice"

    def render(self, catalogue: MessageCatalogue, name: str, values: dict[str, Any]) -> RenderedMessage:
        """Word one response as it is said next in this conversation. Raises MessageError."""
        tracker = self.tracker
        return catalogue.render(
            name, self.channel, {**tracker.slots, **values}, previous_uses=tracker.uses_of(name)
        )

    def ahead(self, catalogue: MessageCatalogue) -> list[str]:
        """Word what is likely to be said soon; without a voice, nothing. Raises MessageError."""
        if self.channel == "chat":
            return []
        coming = _AHEAD.validate_python(self.arguments.get("ahead", ()))
        return [self.render(catalogue, each.name, each.values).text for each in coming]


_AHEAD = TypeAdapter(list[Ahead])


def nlg_router(catalogue_of: Callable[[str], MessageCatalogue]) -> APIRouter:
    """Return the routes of the NLG endpoint, for the internal listener.

    catalogue_of: the sentences of a conversation, by its sender id: a call keeps those it began with.
    """
    router = APIRouter()

    @router.post("/nlg")
    async def nlg(request: NlgRequest) -> dict[str, Any]:
        tracker = request.tracker
        structlog.contextvars.bind_contextvars(call_id=tracker.sender_id)
        catalogue = catalogue_of(tracker.sender_id)
        try:
            rendered = request.render(catalogue, request.response, request.arguments)
            ahead = request.ahead(catalogue)
        except MessageError as error:
            log.error("message_not_rendered", response=request.response, error=str(error))
            raise HTTPException(404, str(error)) from error
        custom = {**rendered.custom, "understood": tracker.understood()}
        if ahead:
            custom["ahead"] = ahead
        for name in ("card", "procedure"):
            if name in request.arguments:
                custom[name] = request.arguments[name]
        return {
            "text": rendered.text,
            "custom": custom,
            "buttons": list(rendered.buttons),
        }

    return router
