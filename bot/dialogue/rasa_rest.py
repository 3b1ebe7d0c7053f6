"""Rasa over its REST channel; the only caller of Rasa.

The channel splits one turn into elements: texts (cut at blank lines), `custom` objects, buttons, images.
They are folded into one reply, closed by its last `custom`; cards (`custom.card`) are collected beside the
words. It answers 200 with an empty list when an action or the whole turn failed, so an empty list is an
error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.call.errors import DialogueError
from bot.call.shown import Button, Card
from bot.call.types import ActionType, Expect, GainWish, RateWish, Reply, VoiceWish

log = structlog.get_logger()

WEBHOOK = "/webhooks/rest/webhook"
# By it a balancer keeps a conversation with one of several engines.
SENDER_HEADER = "x-callbot-sender"
# Stands for a turn without a letter or a figure: Rasa answers nothing to blanks, and guesses at dots.
NO_WORDS = "/nlu_fallback"
Channel = Literal["voice", "chat"]


class Action(BaseModel):
    """What a sentence asks of the call, besides being said.

    service: code of the service a transfer goes to. summary: what to tell whoever answers there.
    """

    model_config = ConfigDict(extra="ignore")

    type: ActionType = ActionType.NONE
    service: str = ""
    summary: str = ""


class Voice(BaseModel):
    """How the caller wants to be spoken to from this sentence on, for the rest of the call."""

    model_config = ConfigDict(extra="ignore")

    rate: RateWish = RateWish.SAME
    gain: GainWish = GainWish.SAME


class Custom(BaseModel):
    """The `custom` object that closes a sentence.

    hints: what the answer is likely to hold, by name. procedure: code of the procedure that it tells.
    ahead: what is likely to be said soon.
    """

    model_config = ConfigDict(extra="ignore")

    expect: Expect = Expect.OPEN
    barge_in: bool = True
    action: Action | None = None
    understood: dict[str, Any] = Field(default_factory=dict)
    voice: Voice | None = None
    hints: tuple[str, ...] = ()
    card: Any = None
    procedure: str = ""
    ahead: tuple[str, ...] = ()

    @property
    def closes_sentence(self) -> bool:
        """Whether it says how to go on; one that only carries a card does not."""
        return self.card is None or bool(self.model_fields_set - {"card"})


class Element(BaseModel):
    """One element of the REST channel's answer."""

    model_config = ConfigDict(extra="ignore")

    text: str = ""
    custom: Custom | None = None
    buttons: tuple[Button, ...] = ()
    image: str = ""


_ELEMENTS = TypeAdapter(list[Element])
_CARD: TypeAdapter[Card] = TypeAdapter(Annotated[Card, Field(discriminator="kind")])


async def _by_base_url(sender_id: str) -> str:
    return ""


class RasaRest:
    """The dialogue engine, one conversation per sender id.

    route: address of the engine that answers a sender id; the client's base URL if not given.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        channel: Channel,
        route: Callable[[str], Awaitable[str]] = _by_base_url,
    ) -> None:
        self._client = client
        self._channel = channel
        self._route = route

    async def ask(
        self,
        sender_id: str,
        text: str,
        caller: str,
        unheard: str = "",
        *,
        metadata: Mapping[str, object] | None = None,
    ) -> Reply:
        """See `bot.call.protocols.Dialogue`. metadata: what the actions may read beside the words."""
        known = {**(metadata or {}), **({"unheard": unheard} if unheard else {}), "caller": caller}
        return fold(await self._post(sender_id, message_of(text), known))

    async def tell(self, sender_id: str, text: str, caller: str) -> None:
        """See `bot.call.protocols.Dialogue`."""
        await self._post(sender_id, text, {"caller": caller})

    async def _post(self, sender_id: str, message: str, metadata: Mapping[str, object]) -> list[Element]:
        body = {
            "sender": sender_id,
            "message": message,
            "input_channel": self._channel,
            "metadata": metadata,
        }
        try:
            url = f"{await self._route(sender_id)}{WEBHOOK}"
            response = await self._client.post(url, json=body, headers={SENDER_HEADER: sender_id})
            response.raise_for_status()
            return _ELEMENTS.validate_json(response.content)
        except httpx.HTTPStatusError as error:
            raise DialogueError(f"status {error.response.status_code}", retryable=False) from error
        except httpx.HTTPError as error:
            raise DialogueError(type(error).__name__, retryable=True) from error
        except ValidationError as error:
            raise DialogueError("an answer of an unknown shape", retryable=False) from error


def message_of(text: str) -> str:
    """What Rasa is sent for a turn's text."""
    return text if any(character.isalnum() for character in text) else NO_WORDS


def fold(elements: list[Element]) -> Reply:
    """Make one reply of the elements of one turn. Raises DialogueError when there is nothing in them."""
    if not elements:
        raise DialogueError("an empty answer: an action or a policy failed", retryable=False)
    text = " ".join(element.text.strip() for element in elements if element.text.strip())
    customs = [element.custom for element in elements if element.custom is not None]
    closing = [custom for custom in customs if custom.closes_sentence]
    last = closing[-1] if closing else Custom()
    action = last.action or Action()
    voice = next((custom.voice for custom in reversed(customs) if custom.voice is not None), Voice())
    cards = tuple(card for custom in customs if (card := _card(custom.card)) is not None)
    if not text and action.type is ActionType.NONE and not cards:
        raise DialogueError("an answer without words", retryable=False)
    return Reply(
        text=text,
        expect=last.expect,
        barge_in=all(custom.barge_in for custom in customs),
        action=action.type,
        service=action.service,
        summary=action.summary,
        understood=last.understood,
        procedure=next((custom.procedure for custom in reversed(customs) if custom.procedure), ""),
        voice=VoiceWish(voice.rate, voice.gain),
        hints=last.hints,
        ahead=last.ahead,
        buttons=tuple(button for element in elements for button in element.buttons),
        images=tuple(element.image for element in elements if element.image),
        cards=cards,
    )


def _card(raw: Any) -> Card | None:
    """A card of an unknown shape costs the card, never the words."""
    if raw is None:
        return None
    try:
        return _CARD.validate_python(raw)
    except ValidationError as error:
        log.error("card_of_unknown_shape", n_faults=error.error_count())
        return None
