"""One request per reference, however many clients file it at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from integrations.backend.__main__ import MIGRATIONS
from integrations.backend.intake import Form, NewRequest, read_request
from integrations.backend.models import ServiceRequest
from integrations.backend.query import BySpan, read_query
from integrations.backend.store import RequestStore
from integrations.database import migrate, open_database
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.reports_backend import NOW
from tests.fakes.reports_servers import CATALOGUE


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, MIGRATIONS)
        yield engine
        engine.dispose()


@pytest.fixture
def store(engine: Engine) -> RequestStore:
    return RequestStore(engine, CATALOGUE.delays)


def request(reference: str | None, *, complete: bool = True) -> NewRequest:
    form = Form.parse(b"service_code=trou&address_string=ici&description=%C3%A9&attribute%5Ba%5D=1")
    return replace(read_request(form, CATALOGUE, NOW), reference=reference, complete=complete)


def test_clients_that_file_the_same_reference_at_once_get_one_identifier(
    store: RequestStore, engine: Engine
) -> None:
    n_references, n_clients = 10, 8
    given: dict[str, set[int]] = {f"NIM {number}": set() for number in range(n_references)}
    start = threading.Barrier(n_clients)

    def file(client: int) -> None:
        start.wait()
        for reference, ids in given.items():
            ids.add(store.file(request(reference, complete=client % 2 == 0), NOW)[0])

    threads = [threading.Thread(target=file, args=(client,)) for client in range(n_clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(ids) for ids in given.values()] == [1] * n_references
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(ServiceRequest)) == n_references
        assert all(session.scalars(select(ServiceRequest.complete)))


def test_what_is_filed_is_found_with_its_moments(store: RequestStore) -> None:
    request_id, _ = store.file(replace(request("NIM 1"), requested_at=NOW - timedelta(days=1)), NOW)

    (row,) = store.find(read_query({"reference": "NIM 1,NIM 2"}, NOW))
    assert (row.id, row.requested_at, row.updated_at) == (request_id, NOW - timedelta(days=1), NOW)
    assert row.expected_at == NOW + timedelta(days=6)
    assert row.answers == {"a": ["1"]}
    assert store.find(BySpan(NOW - timedelta(days=1), NOW, ("trou",), ())) != []
    assert store.find(BySpan(NOW, NOW, (), ())) == []
