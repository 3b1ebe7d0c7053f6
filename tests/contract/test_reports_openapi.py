"""The server does what its OpenAPI document says, whatever schemathesis thinks of sending."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from integrations.backend.openapi import openapi_document
from integrations.database import open_database
from tests.fakes.reports_servers import CATALOGUE, KEY, embedded_app

BASE = "/open311/v2"
DOCUMENT = openapi_document(CATALOGUE, BASE)
OPERATIONS = [(path, method) for path, item in DOCUMENT["paths"].items() for method in item]
BOUNDED = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

load_all_checks()
# A date may be allowed by itself and too far from the other one: the document cannot say so.
LEFT_OUT = [CHECKS.get_one("positive_data_acceptance")]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder: Path = tmp_path_factory.mktemp("openapi")
    database = open_database(f"sqlite:///{folder / 'backend.db'}")
    yield schemathesis.openapi.from_asgi("/openapi.json", embedded_app(database, folder / "photos"))
    database.dispose()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_answers_are_as_documented(api: Any, path: str, method: str, mode: GenerationMode) -> None:
    @BOUNDED
    @given(case=api[path][method.upper()].as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        # With the right key a request goes on to where the work is done.
        for place in (case.body, case.query):
            if isinstance(place, dict) and "api_key" in place:
                place["api_key"] = KEY
        case.call_and_validate(excluded_checks=LEFT_OUT)

    check()


def test_the_document_names_the_services_and_all_paths() -> None:
    assert DOCUMENT["components"]["schemas"]["service_code"]["enum"] == ["trou", "lampe"]
    assert DOCUMENT["servers"] == [{"url": BASE}]
    assert len(OPERATIONS) == 9
