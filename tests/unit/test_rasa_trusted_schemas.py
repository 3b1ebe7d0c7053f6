"""What Rasa is answered is checked as before, only its schemas are not."""

from collections.abc import Iterator
from unittest.mock import patch

import jsonschema
import pytest

from bot.rasa_env import trusted_schemas

SCHEMA = {"type": "object", "properties": {"events": {"type": "array"}}, "required": ["events"]}


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    with patch.object(jsonschema, "validate", jsonschema.validate):
        trusted_schemas.install()
        yield


@pytest.mark.parametrize("wrong", [[], {}, {"events": "none"}])
def test_wrong_answers_are_refused_with_the_same_error(wrong: object) -> None:
    with pytest.raises(jsonschema.ValidationError) as usual:
        jsonschema.validators.validate(wrong, SCHEMA)
    with pytest.raises(jsonschema.ValidationError) as found:
        jsonschema.validate(wrong, SCHEMA)
    assert found.value.message == usual.value.message


def test_a_right_answer_passes_and_its_schema_is_not_looked_at() -> None:
    with patch("jsonschema.Draft202012Validator.check_schema") as check:
        jsonschema.validate({"events": []}, SCHEMA)
    check.assert_not_called()
