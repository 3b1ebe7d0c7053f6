"""What the chat says by itself, from the city's chat.yml."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from integrations.city_models import Slug, Text, Url
from integrations.city_yaml import read_yaml


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Privacy(_Part):
    """Where the city says what becomes of personal data."""

    url: Url
    a_verifier: bool = False


class Suggestion(_Part):
    """A first thing to choose. payload: "/intent" or plain words."""

    title: Text
    payload: Text


class Sentences(_Part):
    """`{place}`, `{agent}` and `{switchboard}` are filled in where they stand."""

    privacy: Text
    how_can_i_help: Text
    failed: Text
    failed_again: Text
    interrupted: Text
    photo_received: Text
    photo_received_what: Text
    place_received_what: Text
    photo_text: Text
    picture_text: Text
    waiting: Text
    nobody_came: Text
    agent_came: Text
    agent_left: Text
    back_to_machine: Text
    bot_again: Text


class ChatWording(_Part):
    """The whole file. hand_over_service: a key of services.yml, whose hours are those of the live chat."""

    title: Text
    privacy: Privacy
    hand_over_service: Slug
    suggestions: tuple[Suggestion, ...]
    sentences: Sentences


def load_chat_wording(city_dir: Path) -> ChatWording:
    """Read the city's chat.yml. Raises CityDataError with file, line and field of each fault."""
    wording: ChatWording = read_yaml(city_dir / "chat.yml").validate(ChatWording)
    return wording
