"""When a caller hears a word because the bot is late; pure, its clock is the caller's frames.

Only somebody whose turn has ended waits, and only once: who is still speaking or thinking is not spoken to.
The bot does not know of it: on a line with an echo it hears the word as the caller's.
"""

from __future__ import annotations

from array import array

from wire.media import FRAME_MS

# Mean amplitude: speech is at 1000 or so on a telephone line, noise below 100.
LOUD = 300
# So much is a word, and no click.
SPOKEN_FRAMES = 100 // FRAME_MS
# So long a pause is the end of a turn.
QUIET_FRAMES = 600 // FRAME_MS
# Whoever types a number looks for each key.
QUIET_FRAMES_AFTER_KEY = 2000 // FRAME_MS
# Every fourth sample tells as much.
_STEP = 4


class Stopgap:
    """What one call has come to. is_said: whether the word was said since the bot was in time last."""

    def __init__(self) -> None:
        self.is_said = False
        # Whoever is answered waits for a first word.
        self._is_owed = True
        self._n_loud = 0
        self._n_quiet = 0

    def press(self) -> None:
        """The caller has pressed a key, which is as good as a sentence."""
        self._is_owed = True
        self._n_quiet = QUIET_FRAMES - QUIET_FRAMES_AFTER_KEY

    def hear(self, pcm: bytes, *, is_playing: bool, is_late: bool) -> bool:
        """Take the caller's next 20 ms; returns whether the word is to be said now.

        is_playing: whether the caller hears something.
        """
        is_loud = _amplitude(pcm) >= LOUD
        self._n_quiet = 0 if is_loud else self._n_quiet + 1
        is_quiet = self._n_quiet >= QUIET_FRAMES
        self._n_loud = 0 if is_playing or is_quiet else self._n_loud + is_loud
        self._is_owed = not is_playing and (self._is_owed or self._n_loud >= SPOKEN_FRAMES)
        if not is_late:
            self.is_said = False
            return False
        is_due = self._is_owed and is_quiet and not self.is_said
        self.is_said = self.is_said or is_due
        return is_due


def _amplitude(pcm: bytes) -> float:
    samples = array("h", pcm)[::_STEP]
    return sum(map(abs, samples)) / len(samples)
