"""Runs in the Rasa environment: what the mapper of config.yml, trained, kept and loaded, makes of entities.

Usage: rasa_synonyms.py FOLDER. Reads `examples` (lines of training data) and `entities` as JSON; prints the
entities as JSON.
"""

# mypy: ignore-errors

import json
import sys
from pathlib import Path

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message

asked = json.load(sys.stdin)
block = {"intent": "inform", "examples": "\n".join(asked["examples"])}
training_data = RasaYAMLReader().reads(yaml.safe_dump({"version": "3.1", "nlu": [block]}))
pipeline = yaml.safe_load(Path("config.yml").read_text())["pipeline"]
[own] = [part for part in pipeline if part["name"].endswith("SynonymMapper")]
mapper = DefaultV1Recipe._from_registry(own.pop("name")).clazz
config = {**mapper.get_default_config(), **own}
storage, resource = LocalModelStorage(Path(sys.argv[1])), Resource("synonyms")
mapper.create(config, storage, resource, None).train(training_data)
message = Message({ENTITIES: asked["entities"]})
mapper.load(config, storage, resource, None).process([message])
print(json.dumps(message.get(ENTITIES)))
