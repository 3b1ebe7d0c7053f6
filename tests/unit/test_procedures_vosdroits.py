"""service-public's sheets beside the city's procedures: read, compared, accepted."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from integrations.city import City, load_city
from integrations.city_procedures import Procedure, load_procedures
from integrations.city_yaml import CityDataError
from integrations.procedures_vosdroits import SheetsError, amounts, parse_sheet, read_sheets
from integrations.procedures_vosdroits_accept import FILE_NAME, compare_sheets, write_accepted
from integrations.procedures_vosdroits_compare import Difference, Field, sheet_ids

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ROOT / "tests" / "data" / "portals" / "vosdroits"
FIRST_CARD = "cni_premiere"
PASSPORT = "passeport_majeur"


@pytest.fixture
def city(tmp_path: Path) -> City:
    folder = tmp_path / "nimes"
    shutil.copytree(ROOT / "city" / "nimes", folder)
    return load_city(folder)


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    folder = tmp_path / "vosdroits"
    shutil.copytree(SHEETS, folder)
    return folder


def of(found: tuple[Difference, ...], code: str) -> dict[Field, Difference]:
    return {each.field: each for each in found if each.code == code}


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text("utf-8")), encoding="utf-8")


def test_a_sheet_is_read_through_its_cases_and_situations() -> None:
    sheet = parse_sheet((SHEETS / "F1341.xml").read_bytes())
    assert (sheet.id, sheet.modified) == ("F1341", "2026-10-02")
    assert sheet.title == "Carte d'identité d'un majeur : première demande"
    assert sheet.summary == (
        "Vous voulez une première carte d'identité ? La demande se fait dans une mairie équipée. "
        "Vous pouvez choisir la ville."
    )
    assert sheet.documents == (
        "Numéro de la pré-demande faite en ligne",
        "Photo d'identité de moins de 6 mois (conforme aux normes)",
        "Justificatif de domicile de moins d'un an",
        "Acte de naissance de moins de 3 mois",
    )
    assert (sheet.prices, sheet.amounts) == (("La première carte est gratuite.",), ("gratuit",))
    assert sheet.links == (
        "https://www.service-public.gouv.fr/particuliers/vosdroits/F1341",
        "https://passeport.ants.gouv.fr/demarches-en-ligne",
    )


def test_papers_announced_by_a_sentence_are_found() -> None:
    sheet = parse_sheet((SHEETS / "F14929.xml").read_bytes())
    assert sheet.documents == ("Numéro de la demande faite en ligne", "Timbre fiscal")
    assert sheet.amounts == ("89",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("86 €", ["86"]),
        ("1 000 euros ou 25,50 €, 3 ans", ["1000", "25,50"]),
        ("C'est gratuit. Sinon, 25,00 €.", ["25", "gratuit"]),
        ("moins de 6 mois", []),
    ],
)
def test_amounts(text: str, found: list[str]) -> None:
    assert list(amounts(text)) == found


def test_a_procedure_names_its_sheets(city: City) -> None:
    procedures = load_procedures(city)
    assert sheet_ids(procedures["cni_perte_vol"]) == ("F1344", "F1759")
    assert sheet_ids(procedures["passeport_ete"]) == ()


def test_the_zip_is_read_like_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "vosdroits-latest.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in SHEETS.glob("*.xml"):
            archive.write(file, f"xml/{file.name}")
        archive.writestr("xml/F9.xml", "<not xml")
        archive.writestr("xml/menu.xml", "<Menu/>")
    wanted = {"F1341", "F14929", "F404", "F9"}
    found, faults = read_sheets(path, wanted)
    assert found == read_sheets(SHEETS, wanted)[0]
    assert set(found) == {"F1341", "F14929"}
    assert faults["F9"].startswith("ParseError")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"<Publication/>",
        b"<!DOCTYPE p [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><Publication ID='F1'>&b;</Publication>",
        b"<!DOCTYPE p [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><Publication ID='F1'>&f;</Publication>",
        b"<Publication ID='F1'><dc:title>x</dc:title></Publication>",
    ],
)
def test_what_is_no_sheet_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "F1.xml").write_bytes(content)
    sheets, faults = read_sheets(tmp_path, {"F1"})
    assert (sheets, set(faults)) == ({}, {"F1"})


def test_a_path_without_sheets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetsError, match="no sheet"):
        read_sheets(tmp_path, {"F1"})
    (tmp_path / "x.zip").write_bytes(b"PK nothing")
    with pytest.raises(SheetsError, match="neither a folder nor a zip"):
        read_sheets(tmp_path / "x.zip", {"F1"})


def test_a_sheet_named_by_its_title_is_suggested(city: City, sheets: Path) -> None:
    (sheets / "F1409.xml").write_text(
        '<Publication xmlns:dc="http://purl.org/dc/elements/1.1/" ID="F1409">'
        "<dc:title>Rectification d&apos;un acte d&apos;état civil</dc:title></Publication>",
        encoding="utf-8",
    )
    found = compare_sheets(sheets, city).likely
    assert [each[1:] for each in found] == [("F1409", "Rectification d'un acte d'état civil")]
    assert "may be F1409" in run(city, str(sheets))


def test_a_sheet_of_endless_length_is_not_read(city: City, sheets: Path) -> None:
    with (sheets / "F1341.xml").open("a", encoding="utf-8") as file:
        file.write(" " * (5 * 1024 * 1024))
    assert compare_sheets(sheets, city).missing[FIRST_CARD] == "F1341 (too long)"


def test_only_the_amount_changes_in_our_own_sentence(city: City, sheets: Path) -> None:
    price = of(compare_sheets(sheets, city).differences, PASSPORT)[Field.PRICE]
    assert (price.ours, price.proposal) == ("86 euros, en timbre fiscal.", "89 euros, en timbre fiscal.")
    assert (price.sheets, price.modified) == (("F14929", "F21091"), "2026-11-01")


def test_an_introduction_that_only_announces_is_no_difference(city: City, sheets: Path) -> None:
    found = of(compare_sheets(sheets, city).differences, PASSPORT)
    assert Field.SUMMARY not in found
    assert Field.DOCUMENTS not in found, "our list has both papers"
    assert Field.ONLINE not in found


def test_our_papers_keep_their_words_and_new_ones_come_last(city: City, sheets: Path) -> None:
    papers = of(compare_sheets(sheets, city).differences, FIRST_CARD)[Field.DOCUMENTS]
    assert papers.proposal == (*papers.ours, "Acte de naissance de moins de 3 mois")


def test_a_paper_that_the_sheet_drops_goes(city: City, sheets: Path) -> None:
    run(city, str(sheets), "--known")
    rewrite(sheets / "F14929.xml", lambda text: text.replace("Timbre fiscal", "Ancien permis (copie)"))
    rewrite(sheets / "F21091.xml", lambda text: text.replace("Timbre fiscal", "Ancien permis (copie)"))
    papers = of(compare_sheets(sheets, city).differences, PASSPORT)[Field.DOCUMENTS]
    assert papers.proposal == (
        "Le numéro de la demande faite en ligne",
        "Une photo d'identité de moins de 6 mois",
        "Une preuve d'adresse de moins d'un an",
        "L'ancien passeport ou la carte d'identité",
        "Ancien permis",
    )


def test_a_hard_text_is_left_to_a_person(city: City, sheets: Path) -> None:
    long = "La demande préalable requiert une authentification renforcée du demandeur auprès du téléservice."
    rewrite(sheets / "F1341.xml", lambda text: text.replace("Vous pouvez choisir la ville.", long))
    summary = of(compare_sheets(sheets, city).differences, FIRST_CARD)[Field.SUMMARY]
    assert summary.proposal is None
    assert "not easy French" in summary.reason
    found = compare_sheets(sheets, city)
    assert write_accepted(found, [summary], city) == 0


def test_what_is_accepted_is_written_and_not_shown_again(city: City, sheets: Path) -> None:
    found = compare_sheets(sheets, city)
    price = of(found.differences, PASSPORT)[Field.PRICE]
    before = {code: each for code, each in load_procedures(city).items() if code != PASSPORT}
    assert write_accepted(found, [price], city) == 1
    procedures = load_procedures(city)
    assert procedures[PASSPORT].price == "89 euros, en timbre fiscal."
    assert {code: each for code, each in procedures.items() if code != PASSPORT} == before
    assert Field.PRICE not in of(compare_sheets(sheets, city).differences, PASSPORT)

    for name in ("F14929.xml", "F21091.xml"):
        rewrite(sheets / name, lambda text: text.replace("89", "91,50"))
    again = of(compare_sheets(sheets, city).differences, PASSPORT)[Field.PRICE]
    assert again.proposal == "91,50 euros, en timbre fiscal."


def test_a_dead_link_is_replaced_and_a_local_one_is_kept(city: City, sheets: Path) -> None:
    rewrite(
        city.folder / "procedures" / "papiers_identite.yml",
        lambda text: text.replace("vosdroits/F14929", "vosdroits/F11111"),
    )
    rewrite(
        city.folder / "procedures" / "papiers_identite.yml",
        lambda text: text.replace(
            "https://www.service-public.gouv.fr/particuliers/vosdroits/F1341",
            "https://mes-demarches.nimes.fr",
        ),
    )
    for name in ("F11111.xml",):
        shutil.copy(sheets / "F14929.xml", sheets / name)
    found = compare_sheets(sheets, city).differences
    link = of(found, PASSPORT)[Field.ONLINE]
    assert link.proposal == "https://www.service-public.gouv.fr/particuliers/vosdroits/F14929"
    assert Field.ONLINE not in of(found, FIRST_CARD)


def test_a_sheet_that_is_gone_is_told(city: City, sheets: Path) -> None:
    (sheets / "F21091.xml").unlink()
    (sheets / "F1341.xml").write_bytes(b"<")
    missing = compare_sheets(sheets, city).missing
    assert missing[PASSPORT] == "F21091"
    assert missing[FIRST_CARD].startswith("F1341 (ParseError")
    assert "passeport_ete" not in missing


def test_a_proposal_that_breaks_the_city_s_data_leaves_all_files_alone(city: City, sheets: Path) -> None:
    found = compare_sheets(sheets, city)
    price = of(found.differences, PASSPORT)[Field.PRICE]
    bad = Difference(PASSPORT, Field.ONLINE, (), "", "", "", "ftp://x")
    path = city.folder / "procedures" / "papiers_identite.yml"
    before = path.read_bytes()
    with pytest.raises(CityDataError, match="online"):
        write_accepted(found, [price, bad], city)
    assert path.read_bytes() == before
    assert not (city.folder / FILE_NAME).exists()


def run(city: City, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["city", "import-vosdroits", *arguments, "--city", str(city.folder)])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_shows_then_accepts(city: City, sheets: Path) -> None:
    only_price = (str(sheets), "--procedure", PASSPORT, "--field", "price")
    shown = run(city, *only_price)
    assert "- 86 euros, en timbre fiscal." in shown
    assert "+ 89 euros, en timbre fiscal." in shown
    assert " 1 differences, 0 written, 0 to rewrite by hand, 0 without their sheet" in shown
    assert load_procedures(city)[PASSPORT].price.startswith("86")
    assert "1 differences, 1 written" in run(city, *only_price, "--accept")
    assert "0 differences, 0 written" in run(city, *only_price)


def test_known_texts_are_shown_only_when_the_sheet_changes(city: City, sheets: Path) -> None:
    assert " 0 differences" not in run(city, str(sheets))
    run(city, str(sheets), "--known")
    assert " 0 differences, 0 written" in run(city, str(sheets))
    rewrite(sheets / "F1341.xml", lambda text: text.replace("dans une mairie équipée", "dans toute mairie"))
    changed = run(city, str(sheets))
    assert "+ La demande se fait dans toute mairie. Vous pouvez choisir la ville." in changed
    assert "1 differences" in changed


def test_the_command_fails_well(city: City, tmp_path: Path) -> None:
    (tmp_path / "nimes" / FILE_NAME).write_text("[1]", encoding="utf-8")
    result = CliRunner().invoke(app, ["city", "import-vosdroits", str(SHEETS), "--city", str(city.folder)])
    assert (result.exit_code, FILE_NAME in result.output) == (1, True)


def test_every_cited_procedure_of_nimes_is_joined(city: City) -> None:
    cited = [procedure for procedure in load_procedures(city).values() if sheet_ids(procedure)]
    assert all(isinstance(procedure, Procedure) for procedure in cited)
    assert len(cited) >= 30
