"""An intent classifier that is blind to the length of what was said; runs in the Rasa environment.

Rasa's own logistic regression takes raw counts of words and letter groups: a long sentence then leans to the
intents whose examples are long. Here counts are weighted by how telling they are (TF-IDF) and scaled to
length one, beside the sentence's vector, before the same regression sees them.
"""

# Rasa and scikit-learn are not installed where mypy runs.
# mypy: disable-error-code="import-not-found, misc, has-type, no-any-return"

from __future__ import annotations

from typing import Any

import skops.io as sio
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import Normalizer

# Beside scikit-learn's own, which skops knows: the weights of the words.
TRUSTED_TYPES = ["scipy.sparse._csr.csr_matrix"]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WeightedWordsClassifier(LogisticRegressionClassifier):
    """Logistic regression on weighted counts and the sentence's vector.

    Its configuration is that of Rasa's `LogisticRegressionClassifier`, and `C`: how closely the training
    examples are followed.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**LogisticRegressionClassifier.get_default_config(), "C": 30.0}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the weights of the words and the regression on the examples, and keep both."""
        examples, _ = self._create_training_matrix(training_data)
        n_counts = examples.shape[1] - _vector_size(training_data)
        scale = ColumnTransformer(
            [
                ("counts", TfidfTransformer(), slice(0, n_counts)),
                ("vector", Normalizer(), slice(n_counts, examples.shape[1])),
            ]
        )
        self.clf.set_params(C=self.config["C"])
        self.clf = Pipeline([("scale", scale), ("classify", self.clf)])
        return super().train(training_data)

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
        component = cls(config, execution_context.node_name, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.clf = sio.load(folder / f"{resource.name}.skops", trusted=TRUSTED_TYPES)
        return component


def _vector_size(training_data: TrainingData) -> int:
    """How many of the columns are the sentence's vector, which stands behind the counts."""
    for example in training_data.intent_examples:
        vector = example.get_dense_features(attribute=TEXT)[1]
        if vector is not None:
            return int(vector.features.shape[-1])
    return 0
