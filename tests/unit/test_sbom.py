"""The list of what the callbot is made of: whole, and valid by the standard's own schema."""

import json
import re
import subprocess
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tts_voices.catalogue import load_catalogue


def test_everything_that_is_locked_fetched_or_installed_is_listed(tmp_path: Path) -> None:
    file = tmp_path / "callbot.cdx.json"
    subprocess.run([sys.executable, "-m", "scripts.sbom", str(file)], check=True)
    text = file.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bom = json.loads(text)
    assert bom["metadata"]["component"]["name"] == "callbot"
    listed: dict[str, dict[str, str]] = {}
    for component in bom["components"]:
        properties = {each["name"]: each["value"] for each in component.get("properties", ())}
        where = properties.get("callbot:environment", component["type"])
        listed.setdefault(where, {})[component["name"]] = component.get("version", "")
    for environment, lock in ((".venv", "main.lock"), (".venv-rasa", "rasa.lock")):
        locked = re.findall(
            r"^([a-z0-9._-]+)\S*==(\S+)", (Path("requirements") / lock).read_text(), re.MULTILINE
        )
        assert len(locked) > 100
        assert {name for name, _ in locked} == set(listed[environment])
        assert all(listed[environment].values())
    assert set(listed["machine-learning-model"]) == {model.name for model in load_catalogue().models}
    assert {"kamailio", "haproxy", "maplibre-gl"} & set(listed["library"]) >= {"kamailio"}
    assert all(re.fullmatch(r"[\w./:@%+~-]+(?: .*)?", each["bom-ref"]) for each in bom["components"])
