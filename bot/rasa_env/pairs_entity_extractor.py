"""Finds entities by a random field that also looks at pairs of words; runs in the Rasa environment.

Rasa's own random field looks at each word by itself, and learns everything again at every start: it
keeps its examples, not what it learned. This one adds pairs of neighbours and the sentence's intent, and
keeps the result.
"""

# Rasa is not installed where mypy runs.
# mypy: disable-error-code="import-not-found, misc, no-any-return"

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import sklearn_crfsuite
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.crf_entity_extractor import CRFEntityExtractor, CRFToken
from rasa.shared.nlu.constants import ENTITY_ATTRIBUTE_TYPE, INTENT, INTENT_NAME_KEY, NO_ENTITY_TAG
from rasa.shared.nlu.training_data.message import Message

MODEL_FILE = "entities.crfsuite"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PairsEntityExtractor(CRFEntityExtractor):
    """Rasa's `CRFEntityExtractor` and its configuration, with pairs of words; no roles, no groups.

    Stands behind the intent classifier: it learns with the intents written down and works with those found.

    Configuration of its own: `outside_weight`, below 1 where a missed name is worse than one too many.
    """

    def _convert_to_crf_tokens(self, message: Message) -> list[CRFToken]:
        tokens = super()._convert_to_crf_tokens(message)
        intent = message.get(INTENT)
        for token in tokens:
            token.intent = (intent[INTENT_NAME_KEY] if isinstance(intent, dict) else intent) or ""
        return tokens

    @classmethod
    def _create_features_for_token(
        cls, crf_tokens: list[CRFToken], token_idx: int, *arguments: Any, **options: Any
    ) -> dict[str, Any]:
        features = super()._create_features_for_token(crf_tokens, token_idx, *arguments, **options)
        word = crf_tokens[token_idx].text.lower()
        features["intent"] = crf_tokens[token_idx].intent
        if token_idx > 0:
            features["pair-before"] = f"{crf_tokens[token_idx - 1].text.lower()} {word}"
        if token_idx + 1 < len(crf_tokens):
            features["pair-after"] = f"{word} {crf_tokens[token_idx + 1].text.lower()}"
        # CRFsuite takes them for features with the value 0: four of five, which change nothing but the time.
        return {name: value for name, value in features.items() if value is not False}

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**CRFEntityExtractor.get_default_config(), "outside_weight": 1.0}

    def _most_likely_tag(self, predictions: list[dict[str, float]]) -> tuple[list[str], list[float]]:
        """The likeliest tag of each word, where "no entity" counts `outside_weight` times."""
        weight = self.component_config["outside_weight"]
        weighted = [{**tags, NO_ENTITY_TAG: tags.get(NO_ENTITY_TAG, 0.0) * weight} for tags in predictions]
        return super()._most_likely_tag(weighted)

    def persist(self, dataset: list[list[CRFToken]]) -> None:
        """Keep what was learned, in CRFsuite's own file format."""
        field = self.entity_taggers[ENTITY_ATTRIBUTE_TYPE]
        with self._model_storage.write_to(self._resource) as folder:
            (folder / MODEL_FILE).write_bytes(Path(field.modelfile.name).read_bytes())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PairsEntityExtractor:
        """Read what `persist` kept."""
        field = sklearn_crfsuite.CRF()
        field.modelfile.refresh()
        with model_storage.read_from(resource) as folder:
            Path(field.modelfile.name).write_bytes((folder / MODEL_FILE).read_bytes())
        extractor = cls(config, model_storage, resource, OrderedDict({ENTITY_ATTRIBUTE_TYPE: field}))
        extractor.crf_order = [ENTITY_ATTRIBUTE_TYPE]
        return extractor
