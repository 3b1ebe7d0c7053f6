"""A Publik portal beside the catalogue: signed requests to a real server, in the shapes of w.c.s."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from integrations.city import City, load_city
from integrations.opening_hours_words import Medium
from integrations.procedures_catalogue import Aspect, CatalogueProcedures, Procedures
from integrations.procedures_publik import PortalProcedure, PublikProcedures
from integrations.procedures_publik_client import PortalError, PublikClient, plain_text, sign_query
from integrations.procedures_wiring import open_procedures
from integrations.settings import Settings
from tests.fakes.http_answers import Misbehaviour, answering
from tests.fakes.publik_portal import CATEGORIES, FORMS, KEY, ORIG, portal_app
from tests.fakes.reports_servers import serving

PARIS = ZoneInfo("Europe/Paris")
CARD = "cni_premiere"
HENS = "publik_poulailler"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(Path(__file__).resolve().parents[2] / "city" / "nimes")


@pytest.fixture(scope="module")
def catalogue(city: City) -> CatalogueProcedures:
    return CatalogueProcedures(city)


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    with serving(portal_app()) as url:
        yield url


def client(url: str, key: str = KEY, **options: float) -> PublikClient:
    return PublikClient(url, ORIG, key, PARIS, **options)


def test_a_signature_covers_the_whole_query() -> None:
    now = datetime(2026, 11, 25, 10, 0, tzinfo=PARIS)
    query = sign_query("q=12-34&x=%C3%A9", "moi", "clé", now, "abc")
    assert query == (
        "q=12-34&x=%C3%A9&orig=moi&algo=sha256&timestamp=2026-11-25T09%3A00%3A00Z&nonce=abc"
        "&signature=QUpVn6%2FqojVlvRJ4g6LnQ11Ia6wcjW%2Fj2kkeZVV1OyQ%3D"
    )


def test_html_becomes_text() -> None:
    assert (
        plain_text("<p>Un <b>deux</b>&nbsp;trois</p><p>quatre &amp; cinq</p>")
        == "Un deux trois quatre & cinq"
    )


@pytest.mark.parametrize("is_old", [False, True])
async def test_forms_and_categories_are_read(is_old: bool) -> None:
    with serving(portal_app(is_old=is_old)) as url:
        asked = client(url)
        forms, categories = await asked.forms(), await asked.categories()
        await asked.aclose()
    assert [form.slug for form in forms] == [form["slug"] for form in FORMS]
    assert forms[0].plain_description == "Recevez une copie de votre acte de naissance. Par la poste."
    assert (forms[0].category, forms[0].keywords) == ("État civil", ("acte", "naissance"))
    assert (forms[2].redirection, forms[2].authentication_required) == (True, True)
    assert [category.title for category in categories] == [CATEGORIES[0]["title"]]


@pytest.mark.parametrize("number", ["12-34", " 12 - 34 ", "acte-de-naissance/34", "acte-de-naissance/34/"])
async def test_a_form_is_tracked_by_its_number(portal: str, number: str) -> None:
    asked = client(portal)
    tracked = await asked.track(number)
    await asked.aclose()
    assert tracked is not None
    assert tracked.status == "En cours de traitement", "as the applicant sees it, not as agents do"
    assert tracked.received_at == datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
    assert tracked.updated_at == datetime(2026, 11, 23, 15, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "number",
    ["12-9", "12-35", "99-34", "12", "", "../../users/1", "acte-de-naissance/35", "x" * 500, "12-34; --"],
)
async def test_unknown_numbers_drafts_and_nonsense_are_no_form(portal: str, number: str) -> None:
    asked = client(portal)
    assert await asked.track(number) is None
    await asked.aclose()


async def test_a_wrong_key_or_clock_needs_a_person(portal: str) -> None:
    late = PublikClient(portal, ORIG, KEY, PARIS, clock=lambda: datetime.now(UTC) - timedelta(minutes=5))
    for asked in (client(portal, key="wrong"), late):
        with pytest.raises(PortalError, match="403") as raised:
            await asked.forms()
        assert not raised.value.retryable
        await asked.aclose()


@pytest.mark.parametrize(
    "answer",
    [
        (500, "text/html", b"<html>oops</html>"),
        (429, "text/html", b""),
        (302, "text/html", b""),
        (200, "text/html", b"<!DOCTYPE html>"),
        (200, "application/json", b'{"err": 1, "err_desc": "no"}'),
        (200, "application/json", b'{"err": 0, "data": {"a": 1}}'),
        (200, "application/json", b'{"err": 0, "data": [{"title": "x"}]}'),
        (200, "application/json", b'{"err": 0}'),
        Misbehaviour.DROP,
        Misbehaviour.CUT,
        Misbehaviour.MUTE,
        Misbehaviour.DRIP,
    ],
)
async def test_a_portal_that_misbehaves_leaves_what_was_known(
    city: City,
    catalogue: CatalogueProcedures,
    portal: str,
    tmp_path: Path,
    answer: tuple[int, str, bytes] | Misbehaviour,
) -> None:
    kept = tmp_path / "forms.json"
    good = PublikProcedures(city, catalogue, client(portal), kept)
    assert await good.refresh()
    await good.aclose()
    with answering() as server:
        server.usual = (200, "application/json", b'{"err": 0, "data": []}' + b" " * 50)
        server.headers = {"Location": f"{server.url}/elsewhere"}
        server.answers = [answer]
        bad = PublikProcedures(city, catalogue, client(server.url, answer_s=0.3), kept)
        assert not await bad.refresh()
        assert len(server.seen) == 1
        assert bad.get(HENS) is not None, "as it was kept"
        await bad.aclose()


async def test_forms_join_the_catalogue(
    city: City, catalogue: CatalogueProcedures, portal: str, tmp_path: Path
) -> None:
    procedures = PublikProcedures(city, catalogue, client(portal), tmp_path / "forms.json")
    assert procedures.get(HENS) is None
    assert await procedures.refresh()
    await procedures.aclose()

    card, plain_card = procedures.get(CARD), catalogue.get(CARD)
    assert card is not None
    assert plain_card is not None
    assert card == plain_card.model_copy(update={"online": "https://demarches.nimes.example/carte-identite/"})
    hens = procedures.get(HENS)
    assert isinstance(hens, PortalProcedure)
    assert (hens.theme, hens.phrasings[1:]) == ("Cadre de vie", ("poules", "œufs frais du quartier"))
    assert "Cadre de vie" in procedures.themes()
    assert procedures.of_theme("Cadre de vie") == (hens,)
    assert procedures.get("publik_ancien") is None, "not https: no link for callers"
    assert len(catalogue.all()) + 2 >= sum(
        1 for theme in procedures.themes() for _ in procedures.of_theme(theme)
    )


async def test_what_only_the_page_knows_is_not_invented(
    city: City, catalogue: CatalogueProcedures, portal: str, tmp_path: Path
) -> None:
    procedures: Procedures
    procedures = publik = PublikProcedures(city, catalogue, client(portal), tmp_path / "forms.json")
    await publik.refresh()
    await publik.aclose()
    hens, card = procedures.get(HENS), procedures.get(CARD)
    assert hens is not None
    assert card is not None
    for aspect in set(Aspect) - {Aspect.ONLINE}:
        assert procedures.aspect(hens, aspect) == "C'est indiqué sur la page internet de la démarche."
    assert procedures.aspect(hens, Aspect.ONLINE).endswith("Il faut se connecter à votre compte.")
    assert "https://demarches.nimes.example/poulailler/" in procedures.aspect(
        hens, Aspect.ONLINE, Medium.CHAT
    )
    assert procedures.summary(hens) == "Cette démarche se fait sur internet."
    assert procedures.aspect(card, Aspect.PRICE) == catalogue.aspect(card, Aspect.PRICE)


async def test_a_form_of_the_portal_is_found_by_people_s_words(
    city: City, catalogue: CatalogueProcedures, portal: str, tmp_path: Path
) -> None:
    procedures = PublikProcedures(city, catalogue, client(portal), tmp_path / "forms.json")
    await procedures.refresh()
    await procedures.aclose()
    found = procedures.search("je voudrais louer un poulailler dans mon quartier")
    assert found.candidates[0].procedure.code == HENS


def test_a_spoiled_file_of_kept_forms_is_no_hindrance(
    city: City, catalogue: CatalogueProcedures, tmp_path: Path
) -> None:
    kept = tmp_path / "forms.json"
    kept.write_text("[{", encoding="utf-8")
    procedures = PublikProcedures(city, catalogue, client("http://127.0.0.1:9"), kept)
    assert procedures.get(CARD) == catalogue.get(CARD)


def test_the_settings_name_the_portal(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOT_VAR_DIR", str(tmp_path))
    assert isinstance(open_procedures(Settings(), city), CatalogueProcedures)
    monkeypatch.setenv("CALLBOT_PUBLIK_URL", "https://demarches.nimes.example")
    monkeypatch.setenv("CALLBOT_PUBLIK_KEY", "secret")
    assert isinstance(open_procedures(Settings(), city), PublikProcedures)
    assert "secret" not in repr(Settings())
