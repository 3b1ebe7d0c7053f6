"""What a call remembers between two events, and what it may say and wait by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.call.commands import Command
from bot.call.events import TransferOutcome
from bot.call.types import ActionType, Expect, Phase, Reply


@dataclass(frozen=True, slots=True)
class Script:
    """The sentences that a call says without asking the dialogue engine.

    opening: says that a machine answers; never interruptible (AI Act, art. 50).
    no_input: what is said at each silence in turn; after the last one comes `no_input_goodbye`.
    not_heard, fillers, transfer_waits: variants, taken in turn.
    transfer_not_taken: by outcome of a transfer, what the caller is told before a call-back is offered.
    whisper: what is said to whoever answers a transfer; {summary} stands for what is known of the caller.
    """

    opening: str
    how_can_i_help: str
    no_input: tuple[str, ...]
    no_input_goodbye: str
    not_heard: tuple[str, ...]
    fillers: tuple[str, ...]
    apology: str
    apology_goodbye: str
    callback_goodbye: str
    transfer_failed: str
    no_media_goodbye: str
    too_long_goodbye: str
    transfer_waits: tuple[str, ...]
    transfer_not_taken: Mapping[TransferOutcome, str]
    whisper: str

    def sentences(self) -> tuple[str, ...]:
        """Return every sentence, the first needed first: what a phrase cache is warmed with."""
        return (
            self.opening,
            self.how_can_i_help,
            *self.fillers,
            *self.not_heard,
            *self.no_input,
            self.apology,
            self.apology_goodbye,
            self.callback_goodbye,
            self.no_input_goodbye,
            self.transfer_failed,
            self.no_media_goodbye,
            self.too_long_goodbye,
            *self.transfer_waits,
            *self.transfer_not_taken.values(),
        )


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call waits for what, in seconds."""

    no_input_s: float = 6.0
    filler_s: float = 1.5
    dialogue_s: float = 8.0
    keys_s: float = 3.0
    max_duration_s: float = 1800.0
    transfer_wait_s: float = 12.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    turn: number of the last turn handed to the dialogue engine; answers to older ones are dropped.
    say_id: number of the last thing said.
    last_text: what `say_id` said, to be said again when a mere noise cut it off.
    after_speech: what the reply asked to be done once it has been heard.
    service, summary: of the transfer that follows.
    waits: how often the caller was asked to wait for this transfer.
    early_text: words of the caller that came while they could not be handled yet.
    is_caller_talking: the caller's voice was heard and the turn is not over.
    was_cut_off: the caller's voice stopped the bot; not known yet whether it held words.
    held: a reply that arrived while the caller was talking; said if that was a mere noise.
    emergencies: kinds of danger whose notice was said.
    silences, unheard, failures: how often in a row the caller said nothing, only noise was heard, the
        dialogue engine failed.
    """

    script: Script
    patience: Patience = field(default_factory=Patience)
    caller: str = ""
    phase: Phase = Phase.GREETING
    expect: Expect = Expect.OPEN
    turn: int = 0
    say_id: int = 0
    last_text: str = ""
    last_heard: str = ""
    is_interruptible: bool = True
    after_speech: ActionType = ActionType.NONE
    service: str = ""
    summary: str = ""
    waits: int = 0
    early_text: str = ""
    keys: str = ""
    is_caller_talking: bool = False
    was_cut_off: bool = False
    held: Reply | None = None
    emergencies: frozenset[str] = frozenset()
    silences: int = 0
    unheard: int = 0
    failures: int = 0
    fillers: int = 0


Step = tuple[Call, tuple[Command, ...]]
