"""Settings, secrets and who may read what is private."""

from __future__ import annotations

import difflib
import json
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsError

from bot.doctor.finding import Finding, fault, ok, warning
from bot.privacy.keeping import Keeping
from bot.settings import Settings
from integrations.city import load_city
from integrations.city_yaml import CityDataError
from integrations.settings import Settings as IntegrationsSettings
from runtime.secrets import PREFIX, SUFFIX, SecretError, with_secret_files

SETTINGS: tuple[type[BaseSettings], ...] = (Settings, IntegrationsSettings, Keeping)
# Read where they are used, not by a class of settings.
OTHERS = frozenset(
    f"{PREFIX}{name}"
    for name in (
        *("LOG_FORMAT", "OTLP_ENDPOINT", "ACTIONS_PORT", "ACTIONS_BIND", "NLG_URL", "RASA_PORT"),
        *("SCREENSHOTS", "TEST_DATABASE_URL"),
        *("WORKERS", "FRONT"),  # by deploy/systemd
    )
)
FORMATS = ("", "logfmt", "json")
# Below `var`: what is callers' or lets somebody in.
PRIVATE = ("*.key", "*.db", "callbacks.jsonl", "privacy/*", "recordings/*", "learned/*", "rasa/*.db")


def check_settings(env: Mapping[str, str]) -> Iterator[Finding]:
    """Whether every process will take the settings in `env`, which is this process's own."""
    problems = [problem for kind in SETTINGS if (problem := _problem_of(kind))]
    telephony, names = _telephony(env)
    if telephony:
        problems.append(telephony)
    if env.get(f"{PREFIX}LOG_FORMAT", "") not in FORMATS:
        problems.append(f"{PREFIX}LOG_FORMAT: expected logfmt or json")
    for problem in problems:
        yield fault("settings", problem, "correct the variable and start the callbot again")
    for name in _unknown(env, names) if not problems else ():
        alike = difflib.get_close_matches(name, sorted(_known() | names), 1)
        meant = f"did you mean {alike[0]}?" if alike else "remove it, or look for its name in the README"
        yield warning("settings", f"{name} means nothing to the callbot", meant)
    if not problems:
        yield ok("settings", "every process takes them")


def check_secrets(env: Mapping[str, str], var_dir: Path) -> Iterator[Finding]:
    """Whether secrets and callers' data are closed to other people of this machine."""
    is_well = True
    try:
        with_secret_files(env)
    except SecretError as error:
        is_well = False
        yield fault("secrets", str(error), "as said; then start the callbot again")
    for path in _private(var_dir):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & (stat.S_IRWXO | stat.S_IWGRP):
            is_well = False
            yield fault("secrets", f"others may read or change {path} (mode {mode:04o})", f"chmod 600 {path}")
    if is_well:
        yield ok("secrets", "readable by their owner only")


def check_city(folder: Path) -> Finding:
    """Whether the city's folder can be used."""
    try:
        city = load_city(folder)
    except (CityDataError, OSError) as error:
        return fault(
            "city", str(error), f"correct it; `python -m integrations.city_check {folder}` looks again"
        )
    return ok("city", f"{city.info.name}, {len(city.services)} services")


def _problem_of(kind: type[BaseSettings]) -> str:
    try:
        kind()
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        prefix = kind.model_config["env_prefix"]
        names = (f"{prefix}{each['loc'][0]}".upper() if each["loc"] else "settings" for each in faults)
        return "; ".join(f"{name}: {each['msg']}" for name, each in zip(names, faults, strict=True))
    except SettingsError as error:
        return str(error)
    except SecretError:
        return ""  # told as a secret
    return ""


def _telephony(env: Mapping[str, str]) -> tuple[str, frozenset[str]]:
    """What telephony says of its settings, and the names of those it knows; it is asked as a process."""
    asked = subprocess.run(
        [sys.executable, "-m", "telephony.settings"],
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        answer = json.loads(asked.stdout)
    except ValueError:
        return "telephony's settings cannot be read", frozenset()
    return str(answer["problem"]), frozenset(answer["names"])


def _known() -> frozenset[str]:
    names = (
        f"{kind.model_config['env_prefix']}{name}".upper() for kind in SETTINGS for name in kind.model_fields
    )
    return OTHERS | frozenset(names)


def _unknown(env: Mapping[str, str], telephony: frozenset[str]) -> list[str]:
    known = _known() | telephony
    given = sorted(name for name in env if name.startswith(PREFIX))
    return [name for name in given if name not in known and name.removesuffix(SUFFIX) not in known]


def _private(var_dir: Path) -> list[Path]:
    return sorted(path for pattern in PRIVATE for path in var_dir.glob(pattern) if path.is_file())
