"""`callbot doctor`: what it finds, produced for real; test_doctor_host.py has the machine itself."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.doctor import configuration, databases, network, parts
from bot.doctor.finding import Finding, State, worst
from bot.doctor.self_call import check_call
from bot.store.conversations import MIGRATIONS
from bot.supervise.control import ProcessState, Supervisor
from bot.supervise.processes import Ports
from integrations.database import migrate, open_database, writing
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.findings import states
from tests.fakes.ports import free_ports


def doctor(var_dir: Path, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as people do."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "doctor", "--no-call", *options],
        env={**os.environ, "CALLBOT_VAR_DIR": str(var_dir), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_empty_machine_is_told_what_to_do_first(tmp_path: Path) -> None:
    told = doctor(tmp_path, "--json", CALLBOT_SMTP_PASSWRD="x")
    assert told.returncode == 1
    answer = json.loads(told.stdout)
    assert answer["status"] == "fault"
    by_name = {each["name"]: each for each in answer["findings"] if each["state"] != "ok"}
    assert "CALLBOT_SMTP_PASSWORD" in by_name["settings"]["remedy"]
    assert by_name["speech models"]["remedy"] == "run `make models`"
    assert by_name["dialogue model"]["remedy"] == "run `make train`"
    assert by_name["backup"]["state"] == "warning"
    assert all(each["remedy"] for each in by_name.values())


def test_settings_that_no_process_would_take_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("BACKEND_PORT", "abc"), ("SIP_TRANSPORT", "pigeon"), ("LOG_FORMAT", "xml")):
        monkeypatch.setenv(f"CALLBOT_{name}", value)
    found = list(configuration.check_settings(os.environ))
    assert set(states(found)) == {State.FAULT}
    told = " ".join(finding.what for finding in found)
    for variable in ("CALLBOT_BACKEND_PORT", "CALLBOT_SIP_TRANSPORT", "CALLBOT_LOG_FORMAT"):
        assert variable in told
    assert "abc" not in told


def test_secrets_that_others_can_read_are_faults(tmp_path: Path) -> None:
    (tmp_path / "open311.key").write_text("key")
    (tmp_path / "open311.key").chmod(0o644)
    (tmp_path / "password").write_text("secret-of-the-gateway")
    (tmp_path / "password").chmod(0o604)
    env = {"CALLBOT_SMTP_PASSWORD_FILE": str(tmp_path / "password")}
    found = list(configuration.check_secrets(env, tmp_path))
    assert states(found) == [State.FAULT, State.FAULT]
    assert {f"chmod 600 {tmp_path / 'open311.key'}"} <= {finding.remedy for finding in found}
    for name in ("open311.key", "password"):
        (tmp_path / name).chmod(0o600)
    assert states(configuration.check_secrets(env, tmp_path)) == [State.OK]


def test_a_city_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "city.yml").write_text("name: [")
    assert configuration.check_city(tmp_path).state is State.FAULT
    assert configuration.check_city(Path("city/nimes")).state is State.OK


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_taken_port_is_named(kind: socket.SocketKind) -> None:
    numbers = free_ports(8)
    ports = Ports("127.0.0.1", numbers[0], 20_000, *numbers[1:7], metrics=numbers[7])
    assert states(network.check_free_ports(ports, "127.0.0.1", 1)) == [State.OK]
    with socket.socket(socket.AF_INET, kind) as squatter:
        squatter.bind(("127.0.0.1", ports.sip))
        if kind is socket.SOCK_STREAM:
            squatter.listen()
        (found,) = network.check_free_ports(ports, "127.0.0.1", 1)
    assert (found.state, str(ports.sip) in found.what) == (State.FAULT, True)


def test_processes_that_are_down_or_do_not_answer_are_named() -> None:
    up = {
        "bot": ProcessState(True, 1, 1000),
        "actions": ProcessState(False, 0, 1000),
        "rasa": ProcessState(True, 2, 9000),
    }
    found = list(network.check_processes(up, 9100.0))
    assert [(each.state, each.what.split()[0]) for each in found] == [
        (State.FAULT, "actions"),
        (State.WARNING, "rasa"),
    ]
    answer = {"processes": {"rasa": "ConnectError", "actions": "ok", "backend": "ConnectError"}}
    found = list(network.check_health(answer))
    assert [(each.state, each.what) for each in found] == [
        (State.FAULT, "rasa: ConnectError"),
        (State.WARNING, "backend: ConnectError"),
    ]
    assert states(network.check_health(None)) == [State.FAULT]


@pytest.mark.parametrize("kind", KINDS)
def test_databases_are_reached_and_of_this_version(tmp_path: Path, kind: str) -> None:
    with fresh_database(kind, tmp_path) as url:
        looked_at = {"conversations": (url, MIGRATIONS)}
        engine = open_database(url)
        with writing(engine) as session:
            session.execute(text("CREATE TABLE alembic_version_conversations (version_num VARCHAR(64))"))
            session.execute(text("INSERT INTO alembic_version_conversations VALUES ('0002')"))
        (old,) = databases.check_databases(looked_at)
        with writing(engine) as session:
            session.execute(text("UPDATE alembic_version_conversations SET version_num = '9999_later'"))
        (newer,) = databases.check_databases(looked_at)
        with writing(engine) as session:
            session.execute(text("DROP TABLE alembic_version_conversations"))
        migrate(engine, MIGRATIONS)
        (current,) = databases.check_databases(looked_at)
        engine.dispose()
    assert [old.state, newer.state, current.state] == [State.WARNING, State.FAULT, State.OK]


def test_a_database_that_is_not_there_is_a_fault_and_its_password_is_not_shown(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    url = f"postgresql://callbot:database-password@127.0.0.1:{port}/callbot"
    (away,) = databases.check_databases({"desk": (url, None)})
    (tmp_path / "broken.db").write_bytes(b"no database at all" * 100)
    (broken,) = databases.check_databases({"desk": (f"sqlite:///{tmp_path / 'broken.db'}", None)})
    (future,) = databases.check_databases({"desk": (f"sqlite:///{tmp_path / 'later.db'}", None)})
    assert [away.state, broken.state, future.state] == [State.FAULT, State.FAULT, State.OK]
    assert "database-password" not in away.what
    assert not (tmp_path / "later.db").exists()


def test_what_was_not_built_fetched_or_trained(tmp_path: Path) -> None:
    assert parts.check_speech(tmp_path).state is State.FAULT
    assert parts.check_web(tmp_path, tmp_path).state is State.FAULT
    assert states(parts.check_rasa(tmp_path_with_sources(tmp_path), tmp_path)) == [State.FAULT, State.FAULT]
    models = tmp_path / "rasa" / "models"
    models.mkdir(parents=True)
    (models / "0123456789abcdef.tar.gz").touch()
    found = list(parts.check_rasa(Path.cwd(), tmp_path))
    assert (found[-1].name, found[-1].state) == ("dialogue model", State.WARNING)


def tmp_path_with_sources(folder: Path) -> Path:
    """A checkout without environments."""
    root = folder / "checkout"
    root.mkdir()
    for name in ("config.yml", "domain", "nlu_data", "requirements", "bot", "city"):
        (root / name).symlink_to(Path(name).absolute())
    return root


def test_kamailio_is_looked_for_where_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "supervisord.conf"
    supervisor = Supervisor(tmp_path / "none.sock")
    assert states(parts.check_front(config, supervisor, is_running=False)) == []
    config.write_text("[program:front]\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert states(parts.check_front(config, supervisor, is_running=False)) == [State.FAULT]


@pytest.mark.sip
async def test_a_number_that_nobody_answers_is_a_fault() -> None:
    (port,) = free_ports(1)
    found = await check_call(f"sip:mairie@127.0.0.1:{port}", within_s=3)
    assert found.state is State.FAULT
    assert "did not answer" in found.what


def test_the_worst_finding_decides() -> None:
    assert worst([]) is State.OK
    found = [Finding("a", State.OK, ""), Finding("b", State.FAULT, ""), Finding("c", State.WARNING, "")]
    assert worst(found) is State.FAULT
    assert worst([found[0], found[2]]) is State.WARNING
