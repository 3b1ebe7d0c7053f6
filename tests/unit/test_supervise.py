"""What supervisord is told, as supervisord itself reads it, and what `callbot up` refuses."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from supervisor.datatypes import RestartUnconditionally, RestartWhenExitUnexpected
from supervisor.options import ServerOptions

from bot.supervise.processes import (
    Ports,
    Process,
    all_processes,
    rasa_processes,
    read_ports,
    write_ports,
)
from bot.supervise.supervisord import write_config
from bot.supervise.up import StartError, check_ports, check_telephony
from runtime import proc
from tests.fakes.ports import free_ports


def read_back(path: Path) -> dict[str, Any]:
    options = ServerOptions()
    options.realize(["-c", str(path)])
    return {
        program.name: program for group in options.process_group_configs for program in group.process_configs
    }


def test_every_process_is_restarted_and_stopped_with_its_children(tmp_path: Path) -> None:
    ports = Ports()
    rasa = rasa_processes(tmp_path, tmp_path, ports)
    processes = all_processes(ports, rasa, telephony_workers=2)
    write_config(tmp_path / "run" / "supervisord.conf", processes, tmp_path, tmp_path)
    programs = read_back(tmp_path / "run" / "supervisord.conf")
    assert list(programs) == [
        *("backend", "outbox", "actions", "rasa", "rasa2", "bot", "bot-next"),
        *("telephony0", "telephony1"),
    ]
    for program in programs.values():
        assert program.autorestart
        assert program.stopasgroup
    assert [name for name, program in programs.items() if not program.autostart] == ["rasa2", "bot-next"]
    assert programs["telephony1"].environment["CALLBOT_SIP_PORT"] == "5061"
    assert programs["rasa"].environment["CALLBOT_NLG_URL"] == "http://127.0.0.1:8001/nlg"


def test_several_engines_stand_behind_one_port_and_no_password_is_written_down(tmp_path: Path) -> None:
    ports = Ports(n_rasas=2, n_actions=2)
    rasa = rasa_processes(tmp_path, tmp_path, ports)
    processes = all_processes(ports, rasa, telephony_workers=1)
    write_config(tmp_path / "run" / "supervisord.conf", processes, tmp_path, tmp_path)
    programs = read_back(tmp_path / "run" / "supervisord.conf")
    assert {"rasa", "rasa.1", "rasa2", "rasa2.1", "actions", "actions.1"} <= set(programs)
    served = {
        name: program.command.split("--port ")[1].split()[0]
        for name, program in programs.items()
        if name.startswith("rasa")
    }
    assert served == {"rasa": "5105", "rasa.1": "5205", "rasa2": "5106", "rasa2.1": "5206"}
    assert programs["actions.1"].environment["CALLBOT_ACTIONS_PORT"] == "5255"
    assert programs["rasa.1"].environment["CALLBOT_ACTIONS_URL"] == "http://127.0.0.1:5055"
    assert "CALLBOT_RASA_DATABASE_URL" not in programs["rasa"].environment


def test_calls_are_given_time_to_end_and_a_bot_may_hand_over(tmp_path: Path) -> None:
    processes = all_processes(Ports(), [Process("rasa", ("/x",))], 1, drain_s=600)
    write_config(tmp_path / "supervisord.conf", processes, tmp_path, tmp_path)
    programs = read_back(tmp_path / "supervisord.conf")
    assert {name: programs[name].stopwaitsecs > 600 for name in ("bot", "telephony0", "actions")} == {
        "bot": True,
        "telephony0": True,
        "actions": False,
    }
    assert not programs["bot-next"].autostart
    # supervisord's own constants: started again always, or unless it ended with status 0
    assert programs["telephony0"].autorestart is RestartUnconditionally
    assert programs["bot"].autorestart is RestartWhenExitUnexpected
    assert programs["bot"].exitcodes == [0]


def test_where_everything_listens_is_known_to_later_commands(tmp_path: Path) -> None:
    ports = Ports(internal=18_001)
    write_ports(tmp_path / "run", ports)
    assert read_ports(tmp_path / "run") == ports


def test_odd_characters_survive_supervisords_own_syntax(tmp_path: Path) -> None:
    process = Process("p", ("/bin/echo", "100 %", "a b", "%(here)s"), {"KEY": "50 %, of x"})
    write_config(tmp_path / "supervisord.conf", [process], tmp_path, tmp_path)
    program = read_back(tmp_path / "supervisord.conf")["p"]
    assert program.command == "/bin/echo '100 %' 'a b' '%(here)s'"
    assert program.environment == {"KEY": "50 %, of x"}


def test_no_secret_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOT_INTERNAL_TOKEN", "very-secret")
    write_config(
        tmp_path / "supervisord.conf",
        all_processes(Ports(), [Process("rasa", ("/x",))], 1),
        tmp_path,
        tmp_path,
    )
    assert "very-secret" not in (tmp_path / "supervisord.conf").read_text()


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_taken_port_is_named(kind: int) -> None:
    sip, *others = free_ports(7)
    ports = Ports("127.0.0.1", sip, 20_000, *others)
    check_ports(ports, 1)
    with socket.socket(socket.AF_INET, kind) as squatter:
        squatter.bind(("127.0.0.1", sip))
        if kind == socket.SOCK_STREAM:
            squatter.listen()
        with pytest.raises(StartError, match=f"port {sip} is taken"):
            check_ports(ports, 1)
        check_ports(replace(ports, sip_host="127.0.0.2"), 1)
        with pytest.raises(StartError, match=f"port {sip} is taken"):
            check_ports(replace(ports, bind="127.0.0.2", sip_host="127.0.0.1"), 1)
    with pytest.raises(StartError, match=r"CALLBOT_SIP_BIND: 192\.0\.2\.1 is no address of this machine"):
        check_ports(replace(ports, sip_host="192.0.2.1"), 1)


def test_workers_behind_a_front_speak_udp() -> None:
    sip, front, *others = free_ports(8)
    ports = Ports("127.0.0.1", sip, 20_000, *others, front=front, sip_transport="tls")
    with pytest.raises(StartError, match="CALLBOT_SIP_TRANSPORT"):
        check_ports(ports, 1)


def test_whether_calls_are_answered_is_asked_where_they_come_in() -> None:
    assert Ports().environment()["CALLBOT_SIP_PORT"] == "5060"
    behind_a_front = Ports(sip=5070, front=5060)
    assert behind_a_front.environment()["CALLBOT_SIP_PORT"] == "5060"
    first, second = all_processes(behind_a_front, [], 2)[-2:]
    assert [each.environment["CALLBOT_SIP_PORT"] for each in (first, second)] == ["5070", "5071"]


UP = """
import sys
from pathlib import Path
from rich.console import Console
from bot.supervise.processes import Ports, Process
from bot.supervise.up import Up
sleeps = "import subprocess; subprocess.run(['sleep', '600'])"
processes = [Process("sleeper", (sys.executable, "-c", sleeps))]
up = Up(Path.cwd(), Path(sys.argv[1]), Ports("127.0.0.1", *map(int, sys.argv[2:])), Console())
sys.exit(up.run(processes, {}))
"""


def test_a_killed_supervisord_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", UP, str(tmp_path), *map(str, free_ports(8))]
    up = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        (supervisord,) = wait_for(lambda: proc.children(up.pid))
        (sleeper,) = wait_for(lambda: proc.children(supervisord))
        (sleep,) = wait_for(lambda: proc.children(sleeper))
        os.kill(supervisord, signal.SIGKILL)
        output, _ = up.communicate(timeout=20)
    finally:
        up.kill()
    assert "supervisord has ended" in output
    assert up.returncode != 0
    assert [pid for pid in (sleeper, sleep) if proc.started_s(pid)] == []


def wait_for(found: Callable[[], list[int]]) -> list[int]:
    deadline_s = time.monotonic() + 20
    while not found() and time.monotonic() < deadline_s:
        time.sleep(0.05)
    return found()


def test_settings_that_leave_the_switchboard_open_are_named_before_the_start() -> None:
    with pytest.raises(StartError, match=r"^CALLBOT_SIP_TRUNKS: "):
        check_telephony(Path.cwd(), {"CALLBOT_SIP_BIND": "0.0.0.0", "CALLBOT_SIP_TRUNKS": ""})
    check_telephony(Path.cwd(), {"CALLBOT_SIP_BIND": "0.0.0.0", "CALLBOT_SIP_TRUNKS": "192.0.2.0/24"})
