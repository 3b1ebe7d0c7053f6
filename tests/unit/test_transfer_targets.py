"""Who may be called is a closed list, made of the city's services."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.supervise.processes import Ports, Process, all_processes
from bot.transfer_targets import agent_targets, transfer_targets
from integrations.city import load_city

CITY = load_city(Path(__file__).parents[2] / "city" / "nimes")


def test_a_service_is_reached_at_its_own_number() -> None:
    targets = transfer_targets(CITY, "sip:{number}@pbx.example", "sip:0466760000@pbx.example")
    assert targets["etat_civil"] == "sip:0465713010@pbx.example"
    assert targets[""] == "sip:0466760000@pbx.example"
    assert set(targets) == {"", *(code for code, service in CITY.services.items() if service.transfer_to)}


def test_without_a_way_to_the_services_only_the_fallback_line_is_left() -> None:
    assert transfer_targets(CITY, "", "sip:a@b") == {"": "sip:a@b"}
    assert transfer_targets(CITY, "", "") == {}


@pytest.mark.parametrize("template", ["sip:pbx.example", "{number}", "sip:{number}@a b", "sip:{number}{x}@a"])
def test_an_address_template_that_cannot_work_is_refused(
    template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLBOT_TRANSFER_URI", template)
    with pytest.raises(ValidationError, match="number"):
        Settings()


def test_telephony_is_told_the_same_list() -> None:
    processes = all_processes(Ports(), [Process("rasa", ("/x",))], 1, ("sip:1@a", "sip:2@a"))
    assert processes[-1].environment["CALLBOT_TRANSFER_TARGETS"] == "sip:1@a sip:2@a"


def test_desks_are_reached_at_the_extensions_that_the_city_lists() -> None:
    assert agent_targets("sip:{number}@pbx.example", "4200-4202, 0612 4201") == {
        "4200": "sip:4200@pbx.example",
        "4201": "sip:4201@pbx.example",
        "4202": "sip:4202@pbx.example",
        "0612": "sip:0612@pbx.example",
    }
    assert agent_targets("", "4200") == {}
    assert agent_targets("sip:{number}@pbx.example", "") == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *(("420x", "digits"), ("4", "digits"), ("*", "digits"), ("4200-", "digits"), ("4200–4299", "digits")),
        *(("4299-4200", "lower"), ("99-100", "as many digits"), ("0000-9999", "at most 1000")),
        ("1000-1999 2000", "at most 1000"),
    ],
)
def test_a_list_of_extensions_that_opens_too_much_is_refused(
    text: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLBOT_EXTENSIONS", text)
    with pytest.raises(ValidationError, match=why):
        Settings()
