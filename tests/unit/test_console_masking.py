"""What agents must not see is masked, what they must not hear is silent; supervisors get everything."""

import asyncio
import struct
import wave
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.responses import StreamingResponse

from bot.console.masking import Masking, names_in
from bot.console.muted_audio import MARGIN_MS, Stretch, muted_response, personal_stretches
from bot.console.roles import Role
from bot.store.conversation_detail import Detail
from bot.store.models import Conversation, Turn
from integrations.personal_data import DIRECT_KINDS, Kind, Span, find_personal

RATE_HZ = 1000
HEADER_BYTES = 44
FRAME_BYTES = 4


class Finder:
    """What is found without the model of names, counted."""

    def __init__(self) -> None:
        self.n_asked = 0

    def __call__(self, text: str, *, known: Iterable[str]) -> Sequence[Span]:
        self.n_asked += 1
        return [
            *find_personal(text, DIRECT_KINDS - {Kind.PERSON}),
            *(
                Span(text.index(name), text.index(name) + len(name), Kind.PERSON)
                for name in known
                if name in text
            ),
        ]


def turn(text: str, start_ms: int = 0, end_ms: int = 0, **entity: str) -> Turn:
    return Turn(
        text=text, speaker="caller", start_ms=start_ms, end_ms=end_ms, entities=[entity] if entity else []
    )


def detail(*turns: Turn, duration_ms: int | None = 10_000) -> Detail:
    started = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    return Detail(Conversation(id="a", started_at=started, duration_ms=duration_ms), turns)


def test_agents_see_labels_supervisors_words() -> None:
    masking = Masking(Finder())
    said = "Dupont, au 06 12 34 56 78 ou 12345678, a.b@c.fr\u202e"
    assert masking.shown(Role.SUPERVISOR)(said) == said.replace("\u202e", "⟦U+202E⟧")
    assert (
        masking.shown(Role.AGENT, ["Dupont"])(said)
        == "[nom], au [numéro] ou 12••••78, [adresse e-mail]⟦U+202E⟧"
    )


def test_a_text_is_looked_at_once_for_the_same_names() -> None:
    finder = Finder()
    masking = Masking(finder)
    for known in ((), (), ("Dupont",), ("Dupont",)):
        masking.masked("bonjour Dupont", known)
    assert finder.n_asked == 2
    assert masking.is_personal("bonjour Dupont", ["Dupont"])
    assert not masking.is_personal("bonjour Dupont")


def test_names_that_the_dialogue_found_are_known_in_the_whole_conversation() -> None:
    turns = [
        turn("je suis Ay", entity="person_name", value="Ay"),
        turn("rue Ay", entity="street", value="rue Ay"),
        turn("Ay", entity="person_name", value="Ay"),
    ]
    assert names_in(turns) == ("Ay",)


def test_personal_turns_and_those_without_words_are_silent() -> None:
    said = detail(turn("bonjour", 0, 900), turn("le secret", 1000, 2000), turn(" ", 5000, 6000))
    assert personal_stretches(said, lambda text: "secret" in text) == [
        Stretch(1000 - MARGIN_MS, 2000 + MARGIN_MS),
        Stretch(5000 - MARGIN_MS, 6000 + MARGIN_MS),
    ]


def test_what_is_not_written_down_yet_is_silent() -> None:
    going_on = detail(turn("bonjour", 0, 900), duration_ms=None)
    assert personal_stretches(going_on, lambda _: False) == [Stretch(900, None)]
    assert personal_stretches(detail(), lambda _: False) == [Stretch(0, None)]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A second in which no sample is silent."""
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(b"".join(struct.pack("<hh", n + 1, -n - 1) for n in range(RATE_HZ)))
    return path


async def sent(
    path: Path, stretches: Sequence[Stretch], wanted: str = ""
) -> tuple[int, bytes, dict[str, str]]:
    response = muted_response(path, stretches, wanted, {})
    body = b""
    if isinstance(response, StreamingResponse):
        async for chunk in response.body_iterator:
            assert isinstance(chunk, bytes)
            body += chunk
    return response.status_code, body, dict(response.headers)


@pytest.mark.asyncio
async def test_only_the_stretches_are_silent_on_both_sides(recording: Path) -> None:
    status, body, headers = await sent(recording, [Stretch(-50, 100), Stretch(400, 500), Stretch(990, None)])
    before = await asyncio.to_thread(recording.read_bytes)
    assert (status, len(body), headers["content-length"]) == (200, len(before), str(len(before)))
    assert body[:HEADER_BYTES] == before[:HEADER_BYTES]
    for n in range(RATE_HZ):
        at = HEADER_BYTES + n * FRAME_BYTES
        is_silent = n < 100 or 400 <= n < 500 or n >= 990
        wanted = bytes(FRAME_BYTES) if is_silent else before[at : at + FRAME_BYTES]
        assert body[at : at + FRAME_BYTES] == wanted, n


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-", 0, 4044),
        ("bytes=1000-2999", 1000, 3000),
        ("bytes=-500", 3544, 4044),
        ("bytes=4000-9999", 4000, 4044),
    ],
)
async def test_a_part_of_it_is_as_silent_as_the_whole(
    recording: Path, wanted: str, start: int, end: int
) -> None:
    silent = [Stretch(333, 667), Stretch(950, None)]
    _, whole, _ = await sent(recording, silent)
    status, body, headers = await sent(recording, silent, wanted)
    assert (status, body) == (206, whole[start:end])
    assert headers["content-range"] == f"bytes {start}-{end - 1}/4044"


@pytest.mark.asyncio
async def test_what_no_range_can_be_sent_for(recording: Path) -> None:
    status, _, headers = await sent(recording, [], "bytes=4044-")
    assert (status, headers["content-range"]) == (416, "bytes */4044")
    assert (await sent(recording, [], "bytes=0-1,5-6"))[0] == 200
    await asyncio.to_thread(recording.write_bytes, b"RIFF")
    with pytest.raises((wave.Error, EOFError)):
        await sent(recording, [])
