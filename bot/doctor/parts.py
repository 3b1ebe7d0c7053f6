"""What has to be built, fetched or trained before a call can be answered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.call.errors import ModelError
from bot.chat import site
from bot.console import assets
from bot.doctor.finding import Finding, fault, ok, warning
from bot.rasa_env.train import fingerprint, learned_in_effect
from bot.supervise.control import Supervisor
from bot.supervise.engines import serving_file
from bot.supervise.processes import rasa_python
from tts_voices.installed import REMEDY, resolve_models

FRONT = "front"


def check_speech(models_dir: Path) -> Finding:
    """Every byte of the speech models, against the checksums they were installed with."""
    try:
        models = resolve_models(models_dir)
    except ModelError as error:
        return fault("speech models", str(error).removesuffix(f": {REMEDY}"), REMEDY)
    names = f"hears with {models.recognizer.model.name}, speaks with {models.synthesizer.model.name}"
    return ok("speech models", names)


def check_rasa(root: Path, var_dir: Path) -> Iterator[Finding]:
    """Whether the dialogue engine can start, and knows what the checkout and people taught."""
    if not rasa_python(root).exists():
        yield fault("dialogue engine", "its environment .venv-rasa is missing", "run `make setup`")
    name = f"{fingerprint(root, learned_in_effect(var_dir))}.tar.gz"
    folder = var_dir / "rasa" / "models"
    if not any(folder.glob("*.tar.gz")):
        yield fault("dialogue model", "none was trained", "run `make train`")
    elif not (folder / name).exists():
        what = "the one that is there was trained from other sentences or settings"
        yield warning("dialogue model", what, "run `make train`, or start the callbot, which does")
    elif (serving := serving_file(var_dir).read()) is not None and Path(serving.active.model).name not in (
        "",
        name,
    ):
        yield warning("dialogue model", "the running engine has an earlier one", "restart the callbot")
    else:
        yield ok("dialogue model", f"{name} is current")


def check_web(chat: Path = site.BUILT, console: Path = assets.BUILT) -> Finding:
    """Whether the files for browsers were built."""
    for name, folder in (("chat", chat), ("console", console)):
        if not any(folder.glob("*.js")):
            return fault("web files", f"those of the {name} are missing", "run `make widget`")
    return ok("web files", "built")


def _runs(supervisor: Supervisor, process: str) -> bool:
    state = supervisor.processes().get(process)
    return state is not None and state.runs


def check_front(config: Path, supervisor: Supervisor, is_running: bool) -> Iterator[Finding]:
    """Kamailio, if the callbot was started with it. config: of supervisord."""
    if not config.exists() or f"[program:{FRONT}]" not in config.read_text(encoding="utf-8"):
        return
    if shutil.which("kamailio") is None:
        yield fault("SIP front", "Kamailio is not installed", "apt-get install kamailio kamailio-tls-modules")
    elif is_running and not _runs(supervisor, FRONT):
        yield fault("SIP front", "Kamailio does not run", "the reason is at the end of var/log/front.log")
    else:
        yield ok("SIP front", "Kamailio")
