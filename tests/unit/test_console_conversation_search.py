"""Conversations are found by what was said and by what became of them, in both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.orm import Session

from bot.store.conversation_list import ConversationList
from bot.store.conversation_search import ConversationFilter, search_terms
from bot.store.conversations import MIGRATIONS
from bot.store.models import Conversation, Turn
from integrations.database import migrate, open_database, writing
from tests.fakes.databases import KINDS, fresh_database

STARTED = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOSTILE = (
    '"',
    "'",
    "(((",
    "a AND",
    "NEAR(",
    "* OR *",
    "trou*",
    "-trou",
    "text:trou",
    "trou; DROP TABLE turns",
    "' OR 1=1 --",
    "\\",
    "{trou}",
    "^trou",
    "%",
    "trou\x00",
    "😀",
    "a" * 5000,
    "trou " * 500,
    "\u202e",
    "!&|:*<->",
)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, MIGRATIONS)
        yield engine
        engine.dispose()


def add(engine: Engine, conversation: Conversation, *said: str) -> None:
    with writing(engine) as session:
        session.add(conversation)
        session.flush()
        for position, words in enumerate(said):
            session.add(
                Turn(
                    conversation_id=conversation.id,
                    position=position,
                    speaker="caller" if position % 2 else "bot",
                    text=words,
                    start_ms=0,
                    end_ms=0,
                    entities=[],
                )
            )


def call(name: str, minutes: int = 0, **values: object) -> Conversation:
    return Conversation(id=name, channel="phone", started_at=STARTED + timedelta(minutes=minutes), **values)


def found(engine: Engine, words: str = "", **values: object) -> list[str]:
    page = ConversationList(engine).page(replace(ConversationFilter(words=words), **values))  # type: ignore[arg-type]
    return [row.id for row in page.rows]


def test_words_are_found_in_any_turn_without_accents_case_or_plural(engine: Engine) -> None:
    add(engine, call("pothole"), "À quelle adresse ?", "Un gros trou, place de l'Église", "Bien noté")
    add(engine, call("egg", 1), "Bonjour", "L'œuvre d'art est cassée")
    assert found(engine, "eglise adresse") == ["pothole"]
    assert found(engine, "TROUS") == ["pothole"]
    assert found(engine, "oeuvre") == ["egg"]
    assert found(engine, "œuvres") == ["egg"]
    assert found(engine, "trou bonjour") == []
    assert found(engine, "fontaine") == []


def test_a_number_that_was_said_is_found(engine: Engine) -> None:
    add(engine, call("reference"), "Votre référence est NIM 26-0412-7.")
    assert found(engine, "26 0412 7") == ["reference"]
    assert found(engine, "26-0412-7") == ["reference"]


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_is_typed_is_an_operator_or_an_error(engine: Engine, words: str) -> None:
    add(engine, call("pothole"), "Bonjour", "un trou")
    wanted = ConversationFilter(words=words)
    conversations = ConversationList(engine)
    assert conversations.count(wanted) == len(conversations.page(wanted).rows)
    assert found(engine, "trou") == ["pothole"]


def test_only_letters_and_figures_are_looked_for() -> None:
    assert search_terms("L'Été, « nid-de-poule » à 8h !") == ("ete", "nid", "de", "poule", "8h")
    assert search_terms("' \" ( * ") == ()


def test_what_is_changed_or_erased_is_no_longer_found(engine: Engine) -> None:
    add(engine, call("masked"), "Bonjour", "je suis monsieur Martin")
    add(engine, call("erased", 1), "Bonjour", "je suis monsieur Martin")
    with writing(engine) as session:
        session.execute(update(Turn).where(Turn.conversation_id == "masked").values(text="je suis [nom]"))
        session.execute(delete(Conversation).where(Conversation.id == "erased"))
    assert found(engine, "martin") == []
    assert found(engine, "nom") == ["masked"]
    with Session(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM conversation_texts")) == 1


def test_each_filter_keeps_what_it_says(engine: Engine) -> None:
    add(engine, call("plain"))
    changes = {
        "unsure": {"is_unsure": True},
        "moved": {"was_transferred": True},
        "danger": {"emergency": "fire"},
        "flagged": {"is_flagged": True},
        "mine": {"assignee": "agent"},
        "voirie": {"service": "voirie"},
        "asked": {"intent": "ask_procedure"},
        "ended": {"outcome": "goodbye"},
        "seen": {"reviewed_at": STARTED},
    }
    for minutes, (name, values) in enumerate(changes.items(), start=1):
        add(engine, call(name, minutes, **values))
    assert found(engine, is_unsure=True) == ["unsure"]
    assert found(engine, was_transferred=True) == ["moved"]
    assert found(engine, is_emergency=True) == ["danger"]
    assert found(engine, is_flagged=True) == ["flagged"]
    assert found(engine, assignee="agent") == ["mine"]
    assert found(engine, service="voirie") == ["voirie"]
    assert found(engine, intent="ask_procedure") == ["asked"]
    assert found(engine, outcome="goodbye") == ["ended"]
    assert found(engine, channel="chat") == []
    assert "seen" not in found(engine, is_unreviewed=True)
    assert len(found(engine, is_unreviewed=True)) == 9
    since, until = STARTED + timedelta(minutes=1), STARTED + timedelta(minutes=3)
    assert found(engine, since=since, until=until) == ["moved", "unsure"]
    assert found(engine, is_flagged=True, is_unsure=True) == []
    assert list(ConversationList(engine).services()) == ["voirie"]


@pytest.mark.parametrize("words", ["", "bonjour"])
def test_pages_follow_each_other_although_new_ones_begin_meanwhile(engine: Engine, words: str) -> None:
    for number in range(5):
        # Two begin at the same moment.
        add(engine, call(f"c{number}", minutes=max(1, number)), "Bonjour")
    conversations, wanted = ConversationList(engine), ConversationFilter(words=words)
    first = conversations.page(wanted, limit=2)
    add(engine, call("new", minutes=60), "Bonjour")
    second = conversations.page(wanted, first.next, limit=2)
    third = conversations.page(wanted, second.next, limit=2)
    pages = [[row.id for row in page.rows] for page in (first, second, third)]
    assert pages == [["c4", "c3"], ["c2", "c1"], ["c0"]]
    assert third.next == ""
    assert conversations.count_newer(wanted, first.rows[0].started_at) == 1
    assert conversations.page(wanted, "no place at all", limit=1).rows[0].id == "new"


def test_a_line_shows_the_first_sentence_and_not_the_greeting(engine: Engine) -> None:
    add(engine, call("polite"), "Bonjour", "allô", "Oui ?", "je cherche la mairie annexe", "Bien")
    row = ConversationList(engine).page(ConversationFilter()).rows[0]
    assert (row.words, row.n_turns) == ("je cherche la mairie annexe", 5)


def test_what_was_said_before_the_migration_is_found_after_it(engine: Engine) -> None:
    """Down to before the search, a conversation of that time, and up again."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as session:
        config.attributes["connection"] = session.connection()
        command.downgrade(config, "reviews")
    with writing(engine) as session:
        session.execute(
            text(
                "INSERT INTO conversations(id, channel, caller, callee, started_at, outcome, emergency,"
                " recognizer, synthesizer) VALUES ('old', 'phone', '', '', :at, 'transferred', '', '', '')"
            ),
            {"at": STARTED},
        )
        for position, (words, intent) in enumerate(
            (("Un nid-de-poule à l'école", "report_problem"), ("Oui", "affirm"), ("mmh", "nlu_fallback"))
        ):
            insert = text(
                "INSERT INTO turns(conversation_id, position, speaker, text, start_ms, end_ms, was_cut_off,"
                " intent, entities) VALUES ('old', :position, 'caller', :words, 0, 0, FALSE, :intent, '[]')"
            )
            session.execute(insert, {"position": position, "words": words, "intent": intent})
    migrate(engine, MIGRATIONS)
    assert found(engine, "ecole oui") == ["old"]
    assert found(engine, intent="report_problem", was_transferred=True, is_unsure=True) == ["old"]
