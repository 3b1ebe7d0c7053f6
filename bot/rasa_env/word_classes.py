"""Finds each word's class (noun, verb …) with spaCy, and nothing that nobody asks for; Rasa environment.

Rasa's own loader keeps the parts of spaCy's model that find names and base forms. Here names are found by
`pairs_entity_extractor.py`, and they took half of spaCy's time in every turn.
"""

# Rasa and spaCy are not installed where mypy runs.
# mypy: disable-error-code="import-not-found, misc, no-any-return"

from __future__ import annotations

import rasa.nlu.utils.spacy_utils
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.utils.spacy_utils import SpacyModel

UNUSED = ("lemmatizer", "ner")
_KINDS = [DefaultV1Recipe.ComponentType.MODEL_LOADER, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER]


@DefaultV1Recipe.register(_KINDS, is_trainable=False, model_from="SpacyNLP")
class SpacyNLP(rasa.nlu.utils.spacy_utils.SpacyNLP):
    """Rasa's `SpacyNLP` without UNUSED; its tokenizer finds the model by the name of this class."""

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        """Load an installed model of spaCy. Raises InvalidModelError when there is none."""
        loaded = rasa.nlu.utils.spacy_utils.SpacyNLP.load_model(spacy_model_name)
        for part in UNUSED:
            loaded.model.remove_pipe(part)
        return loaded
