"""Errors of the speech and dialogue engines, as the call sees them."""


class EngineError(Exception):
    """An engine could not do its work. retryable: whether the same request may succeed later."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class RecognitionError(EngineError):
    """Speech could not be turned into text."""


class SynthesisError(EngineError):
    """Text could not be turned into speech."""


class DialogueError(EngineError):
    """The dialogue engine did not answer, or answered nothing."""


class ModelError(Exception):
    """A model's files are missing, cut short or altered; the message says how to mend it."""
