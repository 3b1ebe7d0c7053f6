"""What `deploy/` holds is what its readers accept, and names only what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.doctor.configuration import OTHERS as READ_WHERE_USED
from bot.doctor.configuration import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
COMPOSE = sorted(DEPLOY.glob("compose/*.yml"))
# Read by uvicorn.
OTHERS = READ_WHERE_USED | {"FORWARDED_ALLOW_IPS"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_understands_the_units(tmp_path: Path, unit: Path) -> None:
    program = shutil.which("systemd-analyze")
    assert program is not None, "systemd is not installed: run scripts/setup.sh --test"
    # The program is where the unit says only on a machine that runs it; users as well.
    text = unit.read_text(encoding="utf-8").replace("/opt/callbot/.venv/bin/callbot", "/bin/true")
    copy = tmp_path / unit.name
    copy.write_text(re.sub(r"^(User|Group)=.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    verdict = subprocess.run(
        [program, "verify", "--man=no", "--recursive-errors=no", str(copy)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "SYSTEMD_LOG_LEVEL": "warning"},
    )
    ours = [line for line in verdict.stderr.splitlines() if unit.name in line]
    assert ours == []


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_services_are_started_by_commands_that_exist(path: Path) -> None:
    described = yaml.safe_load(path.read_text(encoding="utf-8"))
    volumes = set(described.get("volumes", {}))
    for service in described["services"].values():
        # Sound comes at many ports, and databases listen where they are told to.
        assert service["network_mode"] == "host"
        if "build" in service:
            assert (path.parent / service["build"]["context"]).resolve() == ROOT
            assert (ROOT / service["build"]["dockerfile"]).is_file()
            assert service["command"][0] in ("up", "front")
        for volume in service.get("volumes", ()):
            source = volume.rsplit(":/", 1)[0]
            if source.startswith("../"):
                assert (path.parent / source).resolve().is_file()
            else:
                assert source in volumes or source.startswith("${")


def test_the_example_names_settings_that_are_read() -> None:
    text = (DEPLOY / "callbot.env.example").read_text(encoding="utf-8")
    written = re.findall(r"^#?([A-Z_0-9]+)=", text, flags=re.MULTILINE)
    # A secret may stand in a file of its own.
    named = {name.removesuffix("_FILE") for name in written}
    known = {f"CALLBOT_{name.upper()}" for settings in SETTINGS for name in settings.model_fields}
    assert named - known - OTHERS == set()


def test_what_is_started_is_there() -> None:
    assert os.access(DEPLOY / "start.sh", os.X_OK)
    subprocess.run(["sh", "-n", str(DEPLOY / "start.sh")], check=True)
