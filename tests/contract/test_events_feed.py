"""The city's calendar, read from a real HTTP server that may also misbehave."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from integrations.events import NoEvents, chosen_events, events_sentence
from integrations.events_feed import FRESH_S, FeedEvents
from integrations.opening_hours_words import Medium

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=PARIS)
ICAL = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//FR
BEGIN:VEVENT
UID:1
SUMMARY:Marché de Noël
LOCATION:esplanade Charles-de-Gaulle
DTSTART;VALUE=DATE:20261127
DTEND;VALUE=DATE:20261228
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Concert de la fanfare
LOCATION:place des Arènes
DTSTART:20261126T190000Z
DTEND:20261126T210000Z
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Marché bio
DTSTART;TZID=Europe/Paris:20261106T080000
DTEND;TZID=Europe/Paris:20261106T130000
RRULE:FREQ=WEEKLY;BYDAY=FR
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:Passé
DTSTART:20260101T190000Z
DTEND:20260101T210000Z
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()
RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Agenda</title>
<item><title>Feria des Vendanges</title></item><item><title>Salon du livre</title></item></channel></rss>"""


class Server:
    """Serves one body at a time. n_asked: how many requests came."""

    def __init__(self) -> None:
        self.body, self.status, self.n_asked = ICAL, 200, 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.n_asked += 1
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/agenda"


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.http.serve_forever)
    thread.start()
    yield running
    running.http.shutdown()
    running.http.server_close()
    thread.join()


async def test_coming_events_are_told_soonest_first(server: Server) -> None:
    coming = await FeedEvents("ical", server.url, PARIS).coming(NOW)
    titles = [event.title for event in coming]
    assert titles[:3] == ["Concert de la fanfare", "Marché de Noël", "Marché bio"]
    assert "Passé" not in titles
    assert titles.count("Marché bio") > 10, "what comes back every week is told each time"
    told = events_sentence(coming[:2], NOW, Medium.VOICE)
    assert told == (
        "Concert de la fanfare, demain à 20 heures, place des Arènes. "
        "Marché de Noël, vendredi, esplanade Charles-de-Gaulle."
    )


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("qu'est-ce qu'il y a demain soir", ["Concert de la fanfare"]),
        ("c'est quand le concert", ["Concert de la fanfare"]),
        ("que faire ce week-end", ["Marché de Noël"]),
        ("des sorties lundi", ["Marché de Noël"]),
    ],
)
async def test_a_question_chooses_by_date_and_words(server: Server, question: str, titles: list[str]) -> None:
    coming = await FeedEvents("ical", server.url, PARIS).coming(NOW)
    assert [event.title for event in chosen_events(coming, question, NOW)] == titles


async def test_news_have_no_date(server: Server) -> None:
    server.body = RSS
    coming = await FeedEvents("rss", server.url, PARIS).coming(NOW)
    assert events_sentence(coming, NOW, Medium.CHAT) == "Feria des Vendanges. Salon du livre."


async def test_the_server_is_asked_once_in_a_while_and_what_it_said_is_kept(server: Server) -> None:
    now_s = [0.0]
    events = FeedEvents("ical", server.url, PARIS, clock_s=lambda: now_s[0])
    first = await events.coming(NOW)
    await events.coming(NOW)
    assert server.n_asked == 1
    server.status = 500
    now_s[0] = FRESH_S + 1
    assert await events.coming(NOW) == first
    assert server.n_asked == 2


@pytest.mark.parametrize(
    ("kind", "body"),
    [("ical", b"<html>oops</html>"), ("ical", b""), ("rss", b"BEGIN:VCALENDAR"), ("ical", ICAL[:200])],
)
async def test_what_cannot_be_read_tells_nothing(server: Server, kind: str, body: bytes) -> None:
    server.body = body
    events = FeedEvents("ical" if kind == "ical" else "rss", server.url, PARIS)
    assert list(await events.coming(NOW)) == []


async def test_a_server_that_is_down_tells_nothing() -> None:
    assert await FeedEvents("ical", "http://127.0.0.1:9/agenda", PARIS).coming(NOW) == ()
    assert await NoEvents().coming(NOW) == ()
