"""The pure parts of the chat: limits, origins, places, the protocol, what is done with a message."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.requests import Request

from bot.call.shown import ReportCard
from bot.call.types import Expect, Reply
from bot.chat import protocol
from bot.chat.door import Origins, origin_of
from bot.chat.limits import Limiter, Rate
from bot.chat.places import Places, distance_m
from bot.chat.session import Attachments, Content
from bot.chat.site import content_security_policy
from bot.chat.turns import Ask, Tell, attachments_after, plan
from bot.chat.voice import VoiceTokens
from bot.chat.wording import load_chat_wording
from integrations.city import load_city

CITY = load_city(Path("city/nimes"))
SENTENCES = load_chat_wording(CITY.folder).sentences
PLACES = Places(CITY)
NOTHING = Attachments()


def test_a_burst_is_let_through_then_one_at_a_time() -> None:
    limiter = Limiter(Rate(burst=3, per_s=0.5))
    assert [limiter.allows("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert limiter.allows("b", 0.0)
    assert not limiter.allows("a", 1.9)
    assert limiter.allows("a", 4.0)


def test_a_key_not_used_for_long_is_forgotten_first() -> None:
    limiter = Limiter(Rate(burst=1, per_s=0.0), max_keys=2)
    assert limiter.allows("a", 0.0)
    assert limiter.allows("b", 1.0)
    assert limiter.allows("c", 2.0)
    assert not limiter.allows("b", 3.0)
    assert limiter.allows("a", 3.0)  # its empty bucket was forgotten


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://www.nimes.fr/page?x=1", "https://www.nimes.fr"),
        ("HTTPS://WWW.Nimes.fr:443", "https://www.nimes.fr"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("null", ""),
        ("file:///tmp/x", ""),
        ("https://x:y", ""),
        ("", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("https://www.nimes.fr", True),
        ("https://www.nimes.fr.exemple.org", False),
        ("http://www.nimes.fr", False),
        ("null", False),
        (None, False),
    ],
)
def test_only_pages_of_allowed_sites_come_in(origin: str | None, is_allowed: bool) -> None:
    headers = [(b"origin", origin.encode())] if origin is not None else []
    request = Request({"type": "http", "headers": headers})
    assert Origins(["https://www.nimes.fr", "", "nonsense"]).allows(request) is is_allowed


def test_a_position_is_called_by_what_is_nearest() -> None:
    names = [place.label for place in PLACES.nearest(43.8349, 4.3597)]
    assert names[:2] == ["Arènes de Nîmes", "Place des Arènes"]
    assert [place.distance_m for place in PLACES.nearest(43.8349, 4.3597)] == sorted(
        place.distance_m for place in PLACES.nearest(43.8349, 4.3597)
    )


def test_a_house_number_is_nearer_than_a_landmark_where_the_city_has_taken_them_over() -> None:
    places = Places(CITY, [("3 Rue de l'Aspic", 43.8351, 4.3597), ("5 Rue de l'Aspic", 43.8356, 4.3597)])
    nearest = places.nearest(43.8352, 4.3597, limit=1)
    assert [(place.label, place.distance_m) for place in nearest] == [("3 Rue de l'Aspic", 11)]


def test_what_is_far_from_everything_has_no_name_and_what_is_far_away_is_not_the_citys() -> None:
    assert PLACES.nearest(43.90, 4.25) == []
    assert PLACES.is_in_city(43.90, 4.30)
    assert not PLACES.is_in_city(48.8566, 2.3522)


def test_a_thousandth_of_a_degree_north_is_111_metres() -> None:
    assert distance_m(43.8, 4.3, 43.801, 4.3) == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"event":"shout","id":"aaaaaaaa"}',
        '{"event":"say","id":"a","text":"x"}',
        '{"event":"say","id":"aaaaaaaa","text":"   "}',
        '{"event":"say","id":"aaaaaaaa","text":"' + "x" * 1001 + '"}',
        '{"event":"place","id":"aaaaaaaa","latitude":91,"longitude":0}',
        '{"event":"place","id":"aaaaaaaa","latitude":NaN,"longitude":0}',
        '{"event":"choose","id":"aaaaaaaa","seq":1,"button":-1}',
        '{"event":"locate","latitude":0,"longitude":0,"x":"' + "é" * 5000 + '"}',
    ],
)
def test_a_message_of_another_shape_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(protocol.ProtocolError) as refusal:
        protocol.read_request(text)
    assert "xxx" not in str(refusal.value)


def test_words_that_would_be_a_command_are_words() -> None:
    assert plan(Content("/restart"), Expect.OPEN, NOTHING, SENTENCES) == Ask("restart", NOTHING)
    assert plan(Content(" // /x"), Expect.OPEN, NOTHING, SENTENCES) == Ask("x", NOTHING)
    assert plan(Content("Oui", payload="/affirm"), Expect.OPEN, NOTHING, SENTENCES) == Ask("/affirm", NOTHING)


def test_a_photo_without_words_is_acknowledged_and_goes_with_what_follows() -> None:
    photo = Content("Photo envoyée", photo="p.jpg")
    told = plan(photo, Expect.ADDRESS, NOTHING, SENTENCES)
    assert isinstance(told, Tell)
    assert told.content.expect is Expect.ADDRESS  # the question stands
    assert plan(Content("rue X"), Expect.ADDRESS, told.attachments, SENTENCES) == Ask(
        "rue X", Attachments(photo="p.jpg")
    )


def test_a_place_answers_the_question_where_else_waits_for_the_problem() -> None:
    place = Content("près de Arènes", position=(43.8, 4.3))
    asked = plan(place, Expect.ADDRESS, NOTHING, SENTENCES)
    held = Attachments(address="près de Arènes", latitude=43.8, longitude=4.3)
    assert asked == Ask("près de Arènes", held)
    told = plan(place, Expect.OPEN, NOTHING, SENTENCES)
    assert isinstance(told, Tell)
    button = plan(Content("Signaler", payload="/report_problem"), Expect.OPEN, told.attachments, SENTENCES)
    assert isinstance(button, Ask)
    assert button.text == "/report_problem"
    later = plan(Content("un trou"), Expect.OPEN, button.attachments, SENTENCES)
    assert later == Ask("un trou, près de Arènes", held)


def test_what_was_attached_goes_with_the_report() -> None:
    held = Attachments(photo="p.jpg")
    filed = ReportCard("report", "NIM 26 0412 7", "Trou")
    asked_about = ReportCard("report", "NIM 26 0412 7", "Trou", is_new=False)
    assert attachments_after(Reply("C'est noté.", cards=(filed,)), held) == NOTHING
    assert attachments_after(Reply("C'est en cours.", cards=(asked_about,)), held) == held
    given_up = Reply("D'accord.", understood={"intent": {"name": "cancel"}})
    assert attachments_after(given_up, held) == NOTHING


def test_metadata_holds_what_is_known_only() -> None:
    assert NOTHING.metadata("") == {}
    held = Attachments(photo="p.jpg", address="près de X", latitude=1.0, longitude=2.0)
    assert held.metadata("https://v/p.jpg") == {
        "photo_url": "https://v/p.jpg",
        "latitude": 1.0,
        "longitude": 2.0,
        "address": "près de X",
    }


def test_a_token_of_the_microphone_opens_once_and_soon() -> None:
    tokens = VoiceTokens()
    room, other = object(), object()
    first = tokens.issue(room, 0.0)  # type: ignore[arg-type]
    second = tokens.issue(room, 1.0)  # type: ignore[arg-type]
    assert tokens.take(first, 2.0) is None  # void since the second
    assert tokens.take(second, 2.0) is room
    assert tokens.take(second, 2.0) is None
    late = tokens.issue(other, 10.0)  # type: ignore[arg-type]
    assert tokens.take(late, 41.0) is None
    assert tokens.take("", 0.0) is None


def test_the_policy_of_our_pages_names_nobody_but_the_tiles() -> None:
    plain = content_security_policy("")
    assert "default-src 'none'" in plain
    assert "http" not in plain
    assert "unsafe" not in plain
    assert "https://*.tuiles.exemple.fr" in content_security_policy(
        "https://{s}.tuiles.exemple.fr/{z}/{x}/{y}.png"
    )


def test_every_suggestion_and_service_of_the_city_exists() -> None:
    wording = load_chat_wording(CITY.folder)
    assert wording.hand_over_service in CITY.services
    intents = Path("domain/intents.yml").read_text(encoding="utf-8")
    for suggestion in wording.suggestions:
        assert not suggestion.payload.startswith("/") or suggestion.payload[1:] in intents
