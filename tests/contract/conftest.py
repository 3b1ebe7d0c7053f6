"""What contract tests share: the real engines' models, and a report system that really listens."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from rich.console import Console
from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from bot.settings import Settings
from integrations.backend.models import RequestEvent, ServiceRequest
from tests.fakes.reports_client import Setup, client_of, patience_s
from tests.fakes.reports_faults import FaultyProxy, faulty_proxy
from tests.fakes.reports_servers import embedded_server
from tts_voices.catalogue import load_catalogue
from tts_voices.fetch import fetch
from tts_voices.installed import InstalledModel


@pytest.fixture(scope="session")
def install_model() -> Callable[[str], InstalledModel]:
    """Have a model of voices.yml by its name, verified."""
    catalogue, models_dir = load_catalogue(), Settings().models_path

    def install(name: str) -> InstalledModel:
        fetch(models_dir, (name,), Console(quiet=True))
        return InstalledModel(catalogue.named(name), models_dir / name)

    return install


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, FaultyProxy, Engine]]:
    with (
        embedded_server(tmp_path_factory.mktemp("backend")) as (url, database),
        faulty_proxy(url) as (proxy_url, proxy),
    ):
        yield proxy_url, proxy, database


@pytest.fixture(params=["json", "xml"])
async def setup(
    request: pytest.FixtureRequest, servers: tuple[str, FaultyProxy, Engine]
) -> AsyncIterator[Setup]:
    url, proxy, database = servers
    with Session(database) as session, session.begin():
        session.execute(delete(RequestEvent))
        session.execute(update(ServiceRequest).values(duplicate_of=None))
        session.execute(delete(ServiceRequest))
    async with client_of(url, answer_s=patience_s(request), format_name=request.param) as client:
        yield Setup(client, proxy, database)
