"""The `/media` messages: what is written is read back, what is wrong is refused."""

import json

import pytest

from wire import media

EVERY_MESSAGE = [
    media.Start("c1", "0612345678", "0466", "phone"),
    media.Dtmf("5"),
    media.Played("say-3"),
    media.Media("absent", 10_000),
    media.TransferStatus("busy", 486),
    media.Hangup("caller"),
    media.Mark("say-3"),
    media.Clear(20),
    media.Gain(30, 60),
    media.Transfer("sip:100@127.0.0.1", "blind", {"X-Call": "c1"}),
    media.Transfer("sip:100@127.0.0.1", "attended", whisper_frames=250),
]


@pytest.mark.parametrize("message", EVERY_MESSAGE, ids=lambda message: message.event)
def test_a_message_survives_the_wire(message: media.Message) -> None:
    assert media.decode(media.encode(message)) == message


def test_event_comes_first_and_numbers_travel_as_from_and_to() -> None:
    text = media.encode(media.Start("c1", "0612345678", "0466"))
    assert text.startswith('{"event":"start"')
    assert json.loads(text)["from"] == "0612345678"
    assert json.loads(text)["to"] == "0466"


def test_unknown_keys_are_ignored_so_that_the_protocol_can_grow() -> None:
    assert media.decode('{"event":"dtmf","digit":"1","duration_ms":80}') == media.Dtmf("1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        "[" * 100_000,
        '{"event":"shout"}',
        '{"event":["dtmf"]}',
        '{"event":"dtmf"}',
        '{"event":"dtmf","digit":"12"}',
        '{"event":"dtmf","digit":""}',
        '{"event":"dtmf","digit":5}',
        '{"event":"clear","fade_ms":-1}',
        '{"event":"clear","fade_ms":true}',
        '{"event":"gain","percent":101}',
        '{"event":"gain"}',
        '{"event":"media","state":"asleep"}',
        '{"event":"transfer","to":"x","kind":"blind","headers":{"a":1}}',
        '{"event":"start","call_id":"","from":"","to":""}',
        '{"event":"start","call_id":"c","from":"","to":"","sample_rate_hz":8000}',
        '{"event":"start","call_id":"c","from":"","to":"","version":2}',
        '{"event":"played","mark":"' + "x" * 1025 + '"}',
    ],
)
def test_what_is_not_of_the_protocol_is_refused(text: str) -> None:
    with pytest.raises(media.WireError):
        media.decode(text)


def test_a_frame_is_twenty_milliseconds() -> None:
    assert media.FRAME_BYTES == 2 * media.SAMPLE_RATE_HZ * 20 // 1000 == 640
