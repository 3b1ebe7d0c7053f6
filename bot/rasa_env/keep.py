"""Rasa's command line behind a keeper: `python -m bot.rasa_env.keep run --model MODEL …`.

Runs in the Rasa environment. A Rasa that dies is back within seconds (`runtime/keeper.py`), not in a minute.
"""

from __future__ import annotations

import sys

import rasa.__main__
import rasa.core.run
from rasa.core.processor import MessageProcessor

from bot.rasa_env import trusted_schemas
from runtime.keeper import keep


def main() -> None:
    """Load the model that the command line names, and serve it."""
    model = sys.argv[sys.argv.index("--model") + 1]
    # Nothing public loads a model without opening its stores, and connections do not survive a fork.
    loaded = MessageProcessor._load_model(model)
    MessageProcessor._load_model = staticmethod(lambda path: loaded)
    trusted_schemas.install()
    keep(rasa.__main__.main)


if __name__ == "__main__":
    main()
