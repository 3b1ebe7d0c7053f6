"""Every sentence the machine says, by name, from `city/<name>/messages.yml`.

`utter_*` are said by the dialogue engine, `call_*` by the call itself. Run as a module it writes the names of
the `utter_*` into the Rasa domain, without their wording, so that a new wording needs no training.
"""

from __future__ import annotations

import argparse
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from integrations.city_yaml import CityDataError, read_yaml

Channel = Literal["voice", "chat"]
MessageName = Annotated[str, StringConstraints(pattern=r"^(?:utter|call)_[a-z][a-z0-9_]*$")]


_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?] ))\w")


class MessageError(Exception):
    """A sentence that does not exist, or whose placeholders have no value."""


def _one_line(text: str) -> str:
    # Rasa's REST channel cuts texts at blank lines; YAML's folded strings end in a newline.
    line = " ".join(text.split())
    if not line:
        raise ValueError("the sentence is empty")
    for _, field, format_spec, conversion in string.Formatter().parse(line):
        if field is not None and (not field.isidentifier() or format_spec or conversion):
            raise ValueError(f"{{{field}}} is not a plain placeholder")
    return line


Sentence = Annotated[str, AfterValidator(_one_line)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MessageAction(_Part):
    """What happens to the call once the sentence has been heard. Its texts may be placeholders.

    summary: what the person who takes a transferred call is told first.
    """

    type: Literal["transfer", "hangup", "callback"]
    service: str = ""
    summary: str = ""


class Button(_Part):
    """A choice shown in the chat. payload: what choosing it sends, "/intent" or plain words."""

    title: Sentence
    payload: Sentence


class Message(_Part):
    """One sentence: its variants for the ear and for the screen, and the answer it waits for.

    chat: "voice" is used when there is none. barge_in: whether the caller may cut it short.
    """

    voice: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    chat: tuple[Sentence, ...] = ()
    expect: Literal["open", "yes_no", "address", "digits", "name", "reference", "none"] = "open"
    barge_in: bool = True
    action: MessageAction | None = None
    buttons: tuple[Button, ...] = ()

    @model_validator(mode="after")
    def _questions_vary(self) -> Message:
        # A question may be asked twice in a row; a farewell is said once.
        if self.expect != "none" and self.action is None and len(set(self.voice)) < 2:
            raise ValueError("a sentence that expects an answer needs two variants or more")
        return self


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A sentence ready to be said or shown; the shape of Rasa's NLG answers."""

    text: str
    custom: Mapping[str, Any]
    buttons: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class MessageCatalogue:
    """The sentences of one city, by name."""

    messages: Mapping[str, Message]

    def variants(self, name: str, channel: Channel = "voice") -> tuple[str, ...]:
        """Return the wordings of a sentence, placeholders unfilled. Raises MessageError."""
        message = self._message(name)
        return message.chat or message.voice if channel == "chat" else message.voice

    def render(
        self, name: str, channel: Channel, values: Mapping[str, object], previous_uses: int
    ) -> RenderedMessage:
        """Fill one variant in.

        values: placeholder to value; None and "" are absent; a variant that lacks one is passed over.
        previous_uses: how often this sentence was already said in the conversation; variants take turns.
        Raises MessageError.
        """
        message = self._message(name)
        known = {key: str(value) for key, value in values.items() if value not in (None, "")}
        candidates = [text for text in self.variants(name, channel) if placeholders(text) <= known.keys()]
        if not candidates:
            raise MessageError(f"{name} lacks a value for one of its placeholders")
        text = candidates[previous_uses % len(candidates)].format_map(known)
        custom: dict[str, Any] = {"expect": message.expect, "barge_in": message.barge_in}
        if message.action is not None:
            action = message.action
            custom["action"] = {"type": action.type, "service": _filled(action.service, known)}
            if action.summary:
                custom["action"]["summary"] = _filled(action.summary, known)
        return RenderedMessage(
            text=_capitalised(" ".join(text.split())),
            custom=custom,
            buttons=tuple(button.model_dump() for button in message.buttons) if channel == "chat" else (),
        )

    def _message(self, name: str) -> Message:
        try:
            return self.messages[name]
        except KeyError as error:
            raise MessageError(f"no sentence is called {name}") from error


def placeholders(text: str) -> frozenset[str]:
    """Return the names between braces."""
    return frozenset(field for _, field, _, _ in string.Formatter().parse(text) if field)


def _filled(text: str, known: Mapping[str, str]) -> str:
    return text.format_map(known) if placeholders(text) <= known.keys() else ""


def _capitalised(text: str) -> str:
    """A placeholder may begin a sentence: "… enregistré. La voirie s'en occupe."."""
    return _SENTENCE_START.sub(lambda found: found[0].upper(), text)


def load_messages(city_dir: Path) -> MessageCatalogue:
    """Read a city's sentences. Raises CityDataError with file, line and field of each fault."""
    document = read_yaml(city_dir / "messages.yml")
    messages: dict[str, Message] = document.validate(dict[MessageName, Message])
    return MessageCatalogue(messages)


def responses_yaml(catalogue: MessageCatalogue) -> str:
    """Return the Rasa domain file that declares the names of the `utter_*`."""
    names = sorted(name for name in catalogue.messages if name.startswith("utter_"))
    entries = "".join(f"  {name}:\n    - text: {name}\n" for name in names)
    return (
        "# Written by `python -m integrations.messages --write-responses`: names only, the wording is\n"
        "# served by the NLG endpoint from the city's messages.yml.\n"
        f'version: "3.1"\nresponses:\n{entries}'
    )


def main() -> None:
    """Check the sentences of a city and, when told so, write their names into the domain."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--city", type=Path, default=Path("city/nimes"))
    parser.add_argument("--write-responses", action="store_true")
    parser.add_argument("--responses", type=Path, default=Path("domain/responses.yml"))
    arguments = parser.parse_args()
    try:
        catalogue = load_messages(arguments.city)
    except CityDataError as error:
        raise SystemExit(str(error)) from error
    if arguments.write_responses:
        arguments.responses.write_text(responses_yaml(catalogue), encoding="utf-8")


if __name__ == "__main__":
    main()
