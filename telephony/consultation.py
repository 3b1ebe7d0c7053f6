"""What happens between calling a service for a waiting caller and its answer; pure, time is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from telephony.events import Answered, Ended, LineEvent, Pressed, Ringing
from telephony.transfer import transfer_state
from wire.media import TransferState

ACCEPT_KEY, REFUSE_KEY = "1", "2"
REQUEST_TIMEOUT = 408
DECLINE = 603
OK = 200
RINGING = 180


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a transfer may take.

    ring_s: until somebody answers. decide_s: until a key is pressed after the summary was said, each time.
    times_said: how often the summary is said; then it is an answering machine or nobody who listens.
    """

    ring_s: float = 25.0
    decide_s: float = 6.0
    times_said: int = 2


@dataclass(frozen=True, slots=True)
class Progress:
    """The transfer stands so; it is over if the state is final (`transfer.is_final`)."""

    state: TransferState
    code: int = 0


@dataclass(frozen=True, slots=True)
class SaySummary:
    """Say the summary to the agent."""


Step = Progress | SaySummary | None


class Consultation:
    """One service being asked to take one call.

    summary_s: how long saying the summary takes; 0 when there is none: whoever answers takes the call.
    now_s: any clock, the same throughout.
    """

    def __init__(self, summary_s: float, patience: Patience, now_s: float) -> None:
        self._summary_s = summary_s
        self._patience = patience
        self._is_answered = False
        self._times_said = 0
        self.deadline_s = now_s + patience.ring_s

    def heard(self, event: LineEvent, now_s: float) -> Step:
        """Take what the agent's line says."""
        match event:
            case Ringing() if not self._is_answered:
                return Progress("ringing", RINGING)
            case Answered():
                self._is_answered = True
                return self._say(now_s) if self._summary_s else self._over("accepted", OK)
            case Pressed(digit=digit) if self._is_answered and digit == ACCEPT_KEY:
                return self._over("accepted", OK)
            case Pressed(digit=digit) if self._is_answered and digit == REFUSE_KEY:
                return self._over("refused", DECLINE)
            case Ended() if self._is_answered:
                return self._over("refused", DECLINE)
            case Ended(sip_code=code):
                state = transfer_state(code)
                return self._over(state if code >= 300 else "failed", code)
        return None

    def time_is_up(self, now_s: float) -> Step:
        """To be called when `deadline_s` has come."""
        if self._is_answered and self._times_said < self._patience.times_said:
            return self._say(now_s)
        return self._over("no_answer", REQUEST_TIMEOUT)

    def _say(self, now_s: float) -> SaySummary:
        self._times_said += 1
        self.deadline_s = now_s + self._summary_s + self._patience.decide_s
        return SaySummary()

    def _over(self, state: TransferState, code: int) -> Progress:
        self.deadline_s = inf
        return Progress(state, code)
