"""Gives an entity the value its words have in its own type; runs in the Rasa environment.

Rasa's own mapper looks at the words alone: with "acte de naissance" marked once as `documents` that a
procedure asks for, every "acte de naissance" became "documents", also as the name of a procedure.
"""

# Rasa is not installed where mypy runs.
# mypy: disable-error-code="import-not-found, misc"

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.entity_synonyms import EntitySynonymMapper
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.training_data import TrainingData


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class TypedSynonymMapper(EntitySynonymMapper):
    """Rasa's `EntitySynonymMapper` with a table per type of entity: `synonyms[type][words in lower case]`.

    It learns from marked examples only: `synonym:` lists have no type. Words that were marked in several ways
    have the value of most of their marks; a mark without a value counts for the words themselves.

    Configuration: `closed`, the types that have the values of their examples and no others. What is found in
    words that mean none of them is dropped: nothing could be answered to it.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**EntitySynonymMapper.get_default_config(), "closed": []}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn what the words of each type mean, and keep it."""
        for (entity, words), meant in _marked(training_data).items():
            [(value, _)] = meant.most_common(1)
            if value.lower() != words:
                table = self.synonyms.setdefault(entity, {})
                table[words] = value
                # Said in capitals, the value itself is meant, too.
                table.setdefault(value.lower(), value)
        self._persist()
        return self._resource

    def replace_synonyms(self, entities: list[dict[str, Any]]) -> None:
        """Replace the values of entities whose words mean something else in their type, in place."""
        for entity in entities:
            table = self.synonyms.get(entity[ENTITY_ATTRIBUTE_TYPE], {})
            words = str(entity[ENTITY_ATTRIBUTE_VALUE]).lower()
            if words in table:
                entity[ENTITY_ATTRIBUTE_VALUE] = table[words]
                self.add_processor_name(entity)
        entities[:] = [entity for entity in entities if self._has_a_meaning(entity)]

    def _has_a_meaning(self, entity: dict[str, Any]) -> bool:
        name = entity[ENTITY_ATTRIBUTE_TYPE]
        return name not in self._config["closed"] or (
            entity[ENTITY_ATTRIBUTE_VALUE] in self.synonyms.get(name, {}).values()
        )


def _marked(training_data: TrainingData) -> dict[tuple[str, str], Counter[str]]:
    """How often each value was meant, per type of entity and words in lower case."""
    marked: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for example in training_data.entity_examples:
        for mark in example.get(ENTITIES, []):
            words = example.get(TEXT)[mark[ENTITY_ATTRIBUTE_START] : mark[ENTITY_ATTRIBUTE_END]]
            marked[mark[ENTITY_ATTRIBUTE_TYPE], words.lower()][str(mark[ENTITY_ATTRIBUTE_VALUE])] += 1
    return marked
