"""Secrets from files: read, refused when others may read them, never repeated."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings as BotSettings
from integrations.settings import Settings
from runtime.secrets import SecretError, with_secret_files
from telephony.settings import Settings as TelephonySettings

SECRET = "very-secret-value"


def secret_file(folder: Path, mode: int = 0o600, text: str = f"{SECRET}\n") -> Path:
    file = folder / "secret"
    file.write_text(text)
    file.chmod(mode)
    return file


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o640])
def test_a_file_that_only_its_owner_and_group_may_read_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    file = secret_file(tmp_path, mode)
    monkeypatch.setenv("CALLBOT_SMTP_PASSWORD_FILE", str(file))
    monkeypatch.setenv("CALLBOT_OIDC_CLIENT_SECRET_FILE", str(file))
    assert Settings().smtp_password.get_secret_value() == SECRET
    assert BotSettings().oidc_client_secret.get_secret_value() == SECRET
    telephony = TelephonySettings.from_env(with_secret_files({"CALLBOT_SIP_PASSWORD_FILE": str(file)}))
    assert telephony.password == SECRET


def test_several_values_may_be_in_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = secret_file(tmp_path, text='{"hypervision": "one-key"}')
    monkeypatch.setenv("CALLBOT_ALERT_KEYS_FILE", str(file))
    assert Settings().alert_keys["hypervision"].get_secret_value() == "one-key"


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o620, 0o602])
def test_a_file_that_others_may_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    file = secret_file(tmp_path, mode)
    with pytest.raises(SecretError) as refused:
        with_secret_files({"CALLBOT_SMTP_PASSWORD_FILE": str(file)})
    message = str(refused.value)
    assert "CALLBOT_SMTP_PASSWORD_FILE" in message
    assert f"chmod 600 {file}" in message
    assert SECRET not in message


def test_what_cannot_be_meant_is_refused(tmp_path: Path) -> None:
    file = secret_file(tmp_path)
    both = {"CALLBOT_SMTP_PASSWORD": "other-secret", "CALLBOT_SMTP_PASSWORD_FILE": str(file)}
    with pytest.raises(SecretError, match="both set"):
        with_secret_files(both)
    with pytest.raises(SecretError, match=r"cannot be read \(FileNotFoundError\)"):
        with_secret_files({"CALLBOT_SMTP_PASSWORD_FILE": str(tmp_path / "missing")})
    with pytest.raises(SecretError, match="is no file"):
        with_secret_files({"CALLBOT_SMTP_PASSWORD_FILE": str(tmp_path)})


# Each reads its settings in a way of its own; the other processes do as the outbox does.
@pytest.mark.parametrize("module", ["integrations.outbox", "telephony.main", "bot.cli"])
def test_every_process_says_so_in_one_line(tmp_path: Path, module: str) -> None:
    file = secret_file(tmp_path, 0o644)
    words = ("user", "add", "ada", "--role", "agent") if module == "bot.cli" else ()
    ended = subprocess.run(
        [sys.executable, "-m", module, *words],
        env={**os.environ, "CALLBOT_VAR_DIR": str(tmp_path), "CALLBOT_SMTP_PASSWORD_FILE": str(file)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    told = (ended.stdout + ended.stderr).strip()
    assert ended.returncode in (1, 2), told
    assert "CALLBOT_SMTP_PASSWORD_FILE: others may read" in told
    assert "Traceback" not in told
    assert SECRET not in told
