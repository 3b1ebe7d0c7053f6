"""Where the desk, its report system and their common key are, by the environment."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from integrations.database import open_database, writing
from integrations.keys import KEY_FILE, embedded_key
from integrations.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var_dir=tmp_path)


def test_everything_is_on_this_machine_by_default(settings: Settings, tmp_path: Path) -> None:
    assert settings.reports_url == "http://127.0.0.1:8010/open311/v2/"
    assert settings.desk_database == f"sqlite:///{tmp_path}/desk.db"
    assert settings.backend_database == f"sqlite:///{tmp_path}/backend.db"
    assert settings.backend_host == "127.0.0.1"


def test_the_environment_names_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOT_OPEN311_URL", "https://signalements.example.org/open311")
    monkeypatch.setenv("CALLBOT_OPEN311_API_KEY", "secret")
    monkeypatch.setenv("CALLBOT_DATABASE_URL", "postgresql://db/desk")
    settings = Settings()

    assert settings.reports_url == "https://signalements.example.org/open311/"
    assert settings.reports_key() == settings.backend_key() == "secret"
    assert settings.desk_database == "postgresql://db/desk"
    assert "secret" not in repr(settings)


def test_keys_of_agents_and_senders_of_alerts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    made = settings.agents_console_key()
    assert len(made) >= 40
    assert made == settings.agents_console_key() != settings.backend_key()
    assert settings.alert_keys == {}

    monkeypatch.setenv("CALLBOT_AGENTS_KEY", "secret-1")
    monkeypatch.setenv("CALLBOT_ALERT_KEYS", '{"hypervision": "secret-2"}')
    given = Settings(var_dir=tmp_path)
    assert given.agents_console_key() == "secret-1"
    assert given.alert_keys["hypervision"].get_secret_value() == "secret-2"
    assert "secret" not in repr(given)


def test_a_timeout_of_zero_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOT_OPEN311_ANSWER_S", "0")
    with pytest.raises(ValidationError):
        Settings()


def test_client_and_embedded_server_find_the_same_key(settings: Settings) -> None:
    assert settings.reports_key() == settings.backend_key() != ""


def test_a_foreign_server_is_never_sent_the_embedded_ones_key(settings: Settings) -> None:
    settings.backend_key()
    foreign = settings.model_copy(update={"open311_url": "https://signalements.example.org/"})

    assert (settings.is_reports_local, foreign.is_reports_local) == (True, False)
    assert foreign.reports_key() == ""
    given = foreign.model_copy(update={"open311_api_key": SecretStr("theirs")})
    assert given.reports_key() == "theirs"


def test_the_key_is_long_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    key = embedded_key(folder)

    assert len(key) >= 40
    assert embedded_key(folder) == key
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]


def test_a_database_is_for_its_owner_only(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/new/desk.db")
    with writing(engine) as session:
        session.execute(text("CREATE TABLE callers (name TEXT)"))
        session.execute(text("INSERT INTO callers VALUES ('Zoé')"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    engine.dispose()

    assert modes == {"desk.db": 0o600, "desk.db-wal": 0o600, "desk.db-shm": 0o600}


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("forkserver").Pool(4) as pool:
        keys = pool.map(embedded_key, [tmp_path] * 16, chunksize=1)

    assert len(set(keys)) == 1
