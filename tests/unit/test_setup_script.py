"""Setting up on a machine that lacks something says what, in one line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_missing_python_3_10_is_one_line_that_says_what_to_install(tmp_path: Path) -> None:
    # A machine whose only Python is pyenv's 3.11: uv sees none of its own and cannot fetch any.
    pyenv = tmp_path / "pyenv"
    (pyenv / "versions" / "3.11.7" / "bin").mkdir(parents=True)
    (pyenv / "versions" / "3.11.7" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup.sh", tmp_path / "scripts")
    finished = subprocess.run(
        ["bash", "scripts/setup.sh"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PATH": f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}",
            "PYENV_ROOT": str(pyenv),
            "UV_PYTHON_PREFERENCE": "only-managed",
            "UV_PYTHON_INSTALL_DIR": str(tmp_path / "pythons"),
            "UV_OFFLINE": "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 1
    (line,) = finished.stderr.strip().splitlines()
    assert line.startswith("error: Python 3.10 is needed")
    assert "install" in line
    assert not (tmp_path / ".venv").exists()
