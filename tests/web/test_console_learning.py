"""Correcting a turn, approving corrections, seeing what was learned, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console.roles import Role
from bot.learn.folder import LearnedFolder
from bot.learn.known import Example, read_examples
from bot.learn.marks import Mark, from_rasa
from bot.store.learnings import LearningStore, Outcome
from bot.store.models import Turn
from bot.store.reviews import Correction, ReviewStore, State
from integrations.personal_data import find_personal
from tests.fakes.console_conversations import (
    HOSTILE_ID,
    REPORT_ID,
    fill_conversations,
    fill_trackers,
    write_recording,
)
from tests.fakes.console_site import ConsoleSite
from tests.fakes.ports import free_ports
from tests.web.console_pages import at, audited
from tests.web.test_views import assert_accessible

pytestmark = pytest.mark.web
in_browser = pytest.mark.asyncio(loop_scope="session")
NOW = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
PAGE = f"/console/conversations/{REPORT_ID}"
LEARNING = "/console/learning"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ConsoleSite]:
    # Seconds, once for all tests of this process.
    find_personal("bonjour")
    (port,) = free_ports(1)
    console = ConsoleSite(tmp_path, port)
    fill_conversations(console.engine)
    write_recording(console.settings.recordings_path / f"{REPORT_ID}.wav")
    with console.running() as running:
        yield running


def caller_turns(site: ConsoleSite, conversation_id: str = REPORT_ID) -> list[int]:
    query = select(Turn.id).where(Turn.conversation_id == conversation_id, Turn.speaker == "caller")
    with Session(site.engine) as session:
        return list(session.scalars(query.order_by(Turn.position)))


async def opened(page: Page, position: int = 0) -> Page:
    await page.get_by_role("button", name="Corriger").nth(position).click()
    await expect(page.get_by_label("Ce qui a vraiment été dit")).to_be_visible()
    return page


async def select_words(page: Page, words: str) -> None:
    """As a mouse or Shift and arrows do."""
    await page.get_by_label("Ce qui a vraiment été dit").evaluate(
        "(area, words) => { const at = area.value.indexOf(words); area.focus(); "
        "area.setSelectionRange(at, at + words.length); }",
        words,
    )


@in_browser
async def test_a_turn_is_corrected_and_marked(site: ConsoleSite, chromium: Browser) -> None:
    first, second, *_ = caller_turns(site)
    async with at(chromium, site, PAGE) as page:
        await opened(page, 1)
        area = page.get_by_label("Ce qui a vraiment été dit")
        await expect(area).to_have_value("au douze euh rue de la république")
        await area.fill("😀 c'est au douze rue de la république")
        await select_words(page, "ouz")
        await page.get_by_role("button", name="Numéro de rue").click()
        await select_words(page, "rue de la république")
        await page.get_by_role("button", name="Rue", exact=True).click()
        await expect(page.locator("[data-list] li")).to_have_count(2)
        await expect(page.locator("[data-list]")).to_contain_text("« douze »")
        # What is typed before moves the marks, what is typed within stays marked.
        await area.press("Home")
        await area.press_sequentially("non ")
        await expect(page.locator("[data-list]")).to_contain_text("« rue de la république »")
        await page.get_by_label("exemple à apprendre").check()
        await page.get_by_label("test d'écoute").check()
        await assert_accessible(page)
        await page.get_by_role("button", name="Enregistrer la correction").click()
        await expect(page.get_by_text("[12](house_number)")).to_be_visible()
    review = ReviewStore(site.engine).turn(second).review
    assert review is not None
    assert (review.saved_by, review.correction.as_recognition) == ("agent", True)
    text, marks = review.correction.text, review.correction.marks
    assert [(text[mark.start : mark.end], mark.entity) for mark in marks] == [
        ("douze", "house_number"),
        ("rue de la république", "street"),
    ]
    assert ReviewStore(site.engine).turn(first).review is None
    assert audited(site, "correct_turn") == [REPORT_ID]


@in_browser
async def test_the_second_of_two_colleagues_is_told_and_keeps_what_was_typed(
    site: ConsoleSite, chromium: Browser
) -> None:
    turn, *_ = caller_turns(site)
    store = ReviewStore(site.engine)
    async with at(chromium, site, PAGE) as page:
        await opened(page)
        await page.get_by_label("Ce qui a vraiment été dit").fill("il y a un nid de poule devant l'école")
        store.save(turn, 0, Correction("un nid de poule <b>là</b>", "report_problem"), "said", NOW)
        await page.get_by_role("button", name="Enregistrer la correction").click()
        await expect(page.get_by_role("alert")).to_contain_text("said a corrigé ce tour")
        await expect(page.get_by_role("alert")).to_contain_text("un nid de poule <b>là</b>")
        await expect(page.get_by_label("Ce qui a vraiment été dit")).to_have_value(
            "il y a un nid de poule devant l'école"
        )
        await assert_accessible(page)
        await page.get_by_role("button", name="Remplacer par ma correction").click()
        await expect(page.get_by_text("Enregistrée", exact=True)).to_be_visible()
    review = store.turn(turn).review
    assert review is not None
    assert (review.version, review.correction.text) == (2, "il y a un nid de poule devant l'école")


@in_browser
async def test_supervisors_approve_and_refuse_many(site: ConsoleSite, chromium: Browser) -> None:
    store = ReviewStore(site.engine)
    one, two, *_ = caller_turns(site)
    hostile = caller_turns(site, HOSTILE_ID)[0]
    words = "y a un nid-de-poule vraiment énorme devant chez moi"
    store.save(one, 0, Correction(words, "report_problem", (Mark(7, 19, "problem_type"),)), "zoe", NOW)
    store.save(two, 0, Correction("oui", "affirm"), "zoe", NOW)
    store.save(hostile, 0, Correction("<img src=x onerror=alert(1)>", "out_of_scope"), "zoe", NOW)
    async with at(chromium, site, LEARNING, Role.SUPERVISOR) as page:
        await expect(page.get_by_text("[nid-de-poule](problem_type)")).to_be_visible()
        await expect(page.get_by_text("déjà apprise", exact=True)).to_be_visible()
        await expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
        await assert_accessible(page)
        await page.get_by_label("Correction 1").check()
        await page.get_by_role("button", name="Approuver").click()
        await expect(page.get_by_role("status")).to_contain_text("1 correction décidée")
        await page.get_by_label("Correction 2").check()
        await page.get_by_label("Motif du refus").fill("doublon")
        await page.get_by_role("button", name="Refuser").click()
        await page.get_by_role("link", name="Refusées (1)").click()
        await expect(page.get_by_text("doublon")).to_be_visible()
    assert store.counts() == {"proposed": 1, "approved": 1, "refused": 1, "learned": 0}


@in_browser
async def test_a_report_says_what_was_worse(site: ConsoleSite, chromium: Browser) -> None:
    learnings = LearningStore(site.engine)
    figure = {
        "name": "intents",
        "title": "Intentions reconnues",
        "before": 0.912,
        "after": 0.874,
        "whole": 1100,
        "tolerance": 0.005,
        "higher_is_better": True,
        "is_count": False,
        "is_worse": True,
    }
    run = learnings.begin("said", 3, NOW)
    learnings.finish(run, Outcome.WORSE, NOW, before_model="aaaa", after_model="bbbb", figures=[figure])
    async with at(chromium, site, LEARNING, Role.SUPERVISOR) as page:
        await page.get_by_role("link", name=f"Apprentissage {run}").click()
        row = page.get_by_role("row", name="Intentions reconnues")
        await expect(row).to_contain_text("91,2 %")
        await expect(row).to_contain_text("moins bon")
        await assert_accessible(page)


def saved(client: httpx.Client, turn: int, **form: str) -> httpx.Response:
    return client.post(f"/console/corrections/{turn}", data={"version": "0", "marks": "[]", **form})


@contextmanager
def agent(site: ConsoleSite) -> Iterator[httpx.Client]:
    with site.signed_in(Role.AGENT) as client:
        yield client


WRONG = [
    {"text": "", "intent": "affirm"},
    {"text": "bien sûr", "intent": "hang_up"},
    {"text": "bien sûr", "intent": "affirm", "marks": "{"},
    {"text": "bien sûr", "intent": "affirm", "marks": "[1]"},
    {"text": "bien sûr", "intent": "affirm", "marks": '[{"start": 0, "end": 99, "entity": "street"}]'},
    {
        "text": "combien",
        "intent": "affirm",
        "marks": '[{"start": 0, "end": 7, "entity": "procedure_aspect"}]',
    },
]


def test_what_cannot_be_kept_comes_back_as_it_was_sent(site: ConsoleSite) -> None:
    turn = caller_turns(site)[0]
    with agent(site) as client:
        for form in WRONG:
            answer = saved(client, turn, **form)
            assert 'role="alert"' in answer.text, form
            assert form["text"] in answer.text
    assert ReviewStore(site.engine).turn(turn).review is None


def test_the_models_guesses_come_first(site: ConsoleSite) -> None:
    fill_trackers(site.settings.var_dir / "rasa" / "trackers.db")
    with agent(site) as client:
        panel = client.get(f"/console/corrections/{caller_turns(site)[0]}").text
    likely = panel.partition('label="Proposées par le modèle"')[2].partition("</optgroup>")[0]
    proposed = re.findall(r'value="(\w+)"', likely)
    assert proposed[0] == "report_problem"
    assert len(proposed) > 1


def test_a_sentence_of_the_evaluation_is_refused_without_more(site: ConsoleSite) -> None:
    turn = caller_turns(site)[0]
    tested = next(
        each for each in read_examples([Path("nlu_data/tests/held_out.yml")]) if len(each.line.split()) > 6
    )
    with agent(site) as client:
        answer = saved(client, turn, text=from_rasa(tested.line)[0], intent=tested.intent, as_example="1")
    assert "Phrase réservée à l'évaluation." in unescape(answer.text)


def test_agents_correct_but_do_not_approve(site: ConsoleSite) -> None:
    turn = caller_turns(site)[0]
    with agent(site) as client:
        assert client.get(f"/console/corrections/{turn}").status_code == 200
        assert client.get("/console/corrections/999").status_code == 404
        assert client.get(LEARNING).status_code == 403
        assert client.post(f"{LEARNING}/decide", data={"verdict": "approve"}).status_code == 403
        assert client.post(f"{LEARNING}/rollback").status_code == 403


def test_a_learned_correction_stays_as_it_is_and_a_step_back_says_what_is_missing(site: ConsoleSite) -> None:
    turn = caller_turns(site)[0]
    store = ReviewStore(site.engine)
    review = store.save(turn, 0, Correction("y a un trou là", "report_problem"), "zoe", NOW)
    store.learned([review.id], 1)
    with agent(site) as client:
        answer = saved(client, turn, text="autre chose", intent="inform", version="1")
        assert "déjà apprise" in answer.text
    assert store.in_state(State.LEARNED)[0].correction.text == "y a un trou là"
    folder = LearnedFolder(site.settings.var_dir / "learned")
    with site.signed_in(Role.SUPERVISOR) as client:
        assert "Retirer le dernier apprentissage" not in client.get(LEARNING).text
        folder.write_example(1, review.id, Example("report_problem", "y a un trou là"))
        folder.put_in_effect([1])
        assert "Retirer le dernier apprentissage" in client.get(LEARNING).text
        assert client.post(f"{LEARNING}/decide", data={"verdict": "nothing"}).status_code == 422
