"""Checks an answer by its JSON schema, and not the schema itself each time; runs in the Rasa environment.

Rasa checks what actions and the bot answer by `jsonschema.validate`, which first checks the schema by the
schema of schemas. Rasa's are constants: that took half of Rasa's time in every turn.
"""

from __future__ import annotations

from typing import Any

import jsonschema
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for


def validate(instance: object, schema: dict[str, Any], cls: Any = None, *args: Any, **kwargs: Any) -> None:
    """`jsonschema.validate` for a schema that is known to be one. Raises ValidationError."""
    validator = (cls or validator_for(schema))(schema, *args, **kwargs)
    error = best_match(validator.iter_errors(instance))
    if error is not None:
        raise error


def install() -> None:
    """Have whoever imports `validate` from jsonschema from now on trust its schemas."""
    jsonschema.validate = validate
