"""What a simulated caller wants and how it answers, as a YAML file."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _compiles(pattern: str) -> str:
    try:
        re.compile(plain(pattern))
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


# A pause inside a sentence, in seconds: "douze <0.8> rue de la République".
PAUSE = re.compile(r"\s*<(\d+(?:\.\d+)?)>\s*")


Pattern = Annotated[str, AfterValidator(_compiles)]


class Interruption(BaseModel):
    """What the caller says into the bot's next sentence. after_s: since that sentence was heard to begin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after_s: Annotated[float, Field(ge=0)]
    says: Annotated[str, Field(min_length=1)]


class Answer(BaseModel):
    """What the caller does on hearing something.

    hears: regular expression searched in what the bot said, accents and capitals ignored.
    says: words to speak, <0.8> for a pause of 0.8 s; press: keys to press; hangs_up: leave after that.
    times: how often this answer may be given; the next fitting one is taken after that.
    after_s: how long the caller thinks before answering.
    then_interrupts: the bot's next sentence is cut short.
    then_acknowledges: something like "hum hum" is said into the bot's next sentence, which should go on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    hears: Pattern
    says: str = ""
    press: Annotated[str, Field(pattern=r"^[0-9*#]*$")] = ""
    hangs_up: bool = False
    times: Annotated[int, Field(ge=1)] = 1
    after_s: Annotated[float, Field(ge=0)] = 0.0
    then_interrupts: Interruption | None = None
    then_acknowledges: Interruption | None = None


class CallerScript(BaseModel):
    """One caller. goal: what must have been heard for the call to have reached its end.

    speaker: a voice of bot/speech/speakers.py. snr_db: signal-to-noise ratio of the caller's line, None for
    a clean one. max_s: the caller hangs up after that.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    speaker: str | None = None
    number: str = "0612345678"
    snr_db: float | None = None
    max_s: Annotated[float, Field(gt=0)] = 120.0
    answers: Annotated[tuple[Answer, ...], Field(min_length=1)]
    goal: Pattern

    def sentences(self) -> tuple[str, ...]:
        """Return all that the caller may say, to be rendered before the call."""
        said = [answer.says for answer in self.answers if answer.says]
        said += [answer.then_interrupts.says for answer in self.answers if answer.then_interrupts]
        said += [answer.then_acknowledges.says for answer in self.answers if answer.then_acknowledges]
        return tuple(dict.fromkeys(said))


def load_script(path: Path) -> CallerScript:
    """Read a script. Raises pydantic's ValidationError, naming the field."""
    return CallerScript.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def without_pauses(text: str) -> str:
    """Return the words of a sentence of a script."""
    return PAUSE.sub(" ", text)


def plain(text: str) -> str:
    """Drop accents and capitals, which recognisers do not agree about."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


class Answers:
    """Chooses answers and remembers which were given."""

    def __init__(self, script: CallerScript) -> None:
        self._script = script
        self._left = {index: answer.times for index, answer in enumerate(script.answers)}

    def choose(self, heard: str) -> Answer | None:
        """Return the first answer that fits what was heard and is not used up."""
        for index, answer in enumerate(self._script.answers):
            if self._left[index] and re.search(plain(answer.hears), plain(heard)):
                self._left[index] -= 1
                return answer
        return None
