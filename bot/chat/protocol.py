"""The messages of the `/chat` WebSocket that a browser sends: JSON, `event` first. See ARCHITECTURE.md."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

VERSION = 1
T = TypeVar("T")
MAX_MESSAGE_BYTES = 8_192
MAX_TEXT = 1_000

ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,30}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]
Caption = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class ProtocolError(ValueError):
    """A message that is not of this protocol; the connection it came on is closed."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Hello(_Message):
    """The first message. session: the browser's secret, "" for a new chat. last_seq: the newest seen."""

    event: Literal["hello"]
    version: Literal[1]
    session: Annotated[str, StringConstraints(max_length=64)] = ""
    last_seq: Annotated[int, Field(ge=0)] = 0


class Say(_Message):
    event: Literal["say"]
    id: ClientId
    text: Words


class Choose(_Message):
    """A button of message `seq`, counted from 0."""

    event: Literal["choose"]
    id: ClientId
    seq: Annotated[int, Field(ge=1)]
    button: Annotated[int, Field(ge=0, le=50)]


class Photo(_Message):
    """A photo that was uploaded before. text: what the visitor says of it."""

    event: Literal["photo"]
    id: ClientId
    photo: Annotated[str, StringConstraints(max_length=40)]
    text: Caption = ""


class Locate(_Message):
    """Asks which places are near."""

    event: Literal["locate"]
    latitude: Latitude
    longitude: Longitude


class Place(_Message):
    """Shares a position. label: the near place that the visitor chose, "" for none."""

    event: Literal["place"]
    id: ClientId
    latitude: Latitude
    longitude: Longitude
    label: Annotated[str, StringConstraints(max_length=120)] = ""


class Person(_Message):
    """Asks for a person."""

    event: Literal["person"]
    id: ClientId


class Machine(_Message):
    """Goes back to the machine."""

    event: Literal["machine"]


class Microphone(_Message):
    """Asks for the right to speak, once."""

    event: Literal["microphone"]


class Erase(_Message):
    """Erases everything."""

    event: Literal["erase"]


Request = Say | Choose | Photo | Locate | Place | Person | Machine | Microphone | Erase
_HELLO = TypeAdapter(Hello)
_REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="event")])


def read_hello(text: str) -> Hello:
    """Raises ProtocolError."""
    return _read(_HELLO, text)


def read_request(text: str) -> Request:
    """Raises ProtocolError."""
    return _read(_REQUEST, text)


def _read(shape: TypeAdapter[T], text: str) -> T:
    if len(text.encode()) > MAX_MESSAGE_BYTES:
        raise ProtocolError("too long")
    try:
        return shape.validate_json(text)
    except ValidationError as error:
        # Not the message: it holds what the visitor wrote.
        raise ProtocolError(", ".join(sorted({fault["type"] for fault in error.errors()}))) from None
