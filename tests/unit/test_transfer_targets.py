"""Who may be called is a closed list, made of the city's services."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.supervise.processes import Ports, Process, all_processes
from bot.transfer_targets import transfer_targets
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
