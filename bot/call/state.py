"""What a call remembers between two events, and what it may say and wait by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.call.commands import Command
from bot.call.events import TransferOutcome
from bot.call.settings import DeliverySettings, Patience
from bot.call.types import ActionType, Delivery, Expect, Phase, Reply

# About 15 s of speech: an agent listens to no more.
MAX_SUMMARY_CHARACTERS = 200

__all__ = ["Call", "Patience", "Script", "Step"]


@dataclass(frozen=True, slots=True)
class Script:
    """The sentences that a call says without asking the dialogue engine.

    banner: of an emergency in the city, said before everything else; "" on ordinary days.
    opening: says that a machine answers; never interruptible (AI Act, art. 50).
    announcement: of the day, said after the greeting; "" on ordinary days.
    no_input: what is said at each silence in turn; after the last one comes `no_input_goodbye`.
    not_heard, fillers, transfer_waits: variants, taken in turn.
    noise: there is only noise on the line; deaf: the machine does not hear well; both offer the keys.
    media_lost, media_back: the line is not received, is received again.
    transfer_not_taken: by outcome of a transfer, what the caller is told before a call-back is offered.
    whisper: what is said to whoever answers a transfer; {summary} stands for what is known of the caller.
    pass_on: before a call that the machine shall not answer goes to the fallback line.
    rating: asks to press 1 or 2 at the end of a call, "" when callers are not asked; rating_thanks: after it.
    agent_comes, agent_waits, agent_not_there: somebody of the city takes the call over, is still being
        called, does not answer after all.
    recording_refused: the caller did not want to be recorded.
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
    noise: str
    deaf: str
    media_lost: str
    media_back: str
    no_media_goodbye: str
    ending: str
    too_long_goodbye: str
    transfer_waits: tuple[str, ...]
    transfer_not_taken: Mapping[TransferOutcome, str]
    whisper: str
    pass_on: str
    rating: str
    rating_thanks: str
    agent_comes: str
    agent_waits: tuple[str, ...]
    agent_not_there: str
    banner: str = ""
    announcement: str = ""
    recording_refused: str = ""

    @property
    def greeting(self) -> str:
        """What is said before the caller's turn may begin, never cut short."""
        return f"{self.banner} {self.opening}".strip()

    @property
    def first_question(self) -> str:
        """What follows the greeting and may be interrupted."""
        return f"{self.announcement} {self.how_can_i_help}".strip()

    def whisper_about(self, summary: str) -> str:
        """Return what whoever answers a transfer is told of the caller. summary: words, cut if too many."""
        words = summary.strip()[:MAX_SUMMARY_CHARACTERS]
        return self.whisper.format(summary=f"{words}." if words and words[-1].isalnum() else words)

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
            self.noise,
            self.deaf,
            self.media_lost,
            self.media_back,
            self.no_media_goodbye,
            self.ending,
            self.too_long_goodbye,
            *self.transfer_waits,
            *self.transfer_not_taken.values(),
            self.pass_on,
            self.rating,
            self.rating_thanks,
            self.agent_comes,
            *self.agent_waits,
            self.agent_not_there,
            *filter(None, (self.recording_refused,)),
        )


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    turn: number of the last turn handed to the dialogue engine; answers to older ones are dropped.
    say_id: number of the last thing said. last_text: its words, to go on with after a mere noise.
    played_text: as much of it as the caller has certainly heard, clause by clause.
    last_heard: the caller's last words. hints: what the dialogue engine says the answer may hold.
    after_speech: what the reply asked to be done once it has been heard.
    service, summary: of the transfer that follows. extension: of the desk that it goes to, "" for a service.
    wanted_by: extension of somebody who takes the call over as soon as nothing is lost by it, "" for nobody.
    unasked: the question to come back to if they do not answer, "" for none.
    waits: how often the caller was asked to wait for this transfer.
    is_passed_on: the machine shall not answer this call but pass it on to the fallback line.
    is_rating_due: the goodbye that is being said is followed by the question whether it helped.
    is_ending: it must still be said that the call will end soon.
    nod: a yes that came in the middle of a question; its answer if the caller says no more.
    early_text: words of the caller that came while they could not be handled yet.
    open_turns: how many turns of the caller have started whose words are not known yet.
    partial_text, partial_confidence, speech_ms: what is known so far of the turn that started last.
    is_ducked: somebody speaks over the bot, which goes on more quietly until it is known whether to stop.
    was_cut_off: the caller's voice stopped the bot; not known yet whether it held words.
    was_talked_over: a turn that began while the bot spoke was not over when the bot had finished.
    false_alarms: how often noises have stopped the bot since the caller's last words.
    is_filler_set: what the caller said last is being waited for; a filler will be said soon, or was.
    held: a reply that arrived while the caller was talking; said if that was a mere noise.
    emergencies: kinds of danger whose notice was said.
    is_recorded: the caller was told so, and has not refused.
    is_media_lost: nothing is received from the caller's line. was_noise_cut: a turn was cut that had no end.
    rate_step, gain_step: how far the caller's wishes for the voice have gone.
    silences, unheard, failures, deaf, mute, noises: how often in a row the caller said nothing, only noise
        was heard, the dialogue engine, the recogniser or the voice failed, a turn had no end.
    """

    script: Script
    patience: Patience = field(default_factory=Patience)
    delivery_settings: DeliverySettings = field(default_factory=DeliverySettings)
    caller: str = ""
    phase: Phase = Phase.GREETING
    expect: Expect = Expect.OPEN
    turn: int = 0
    say_id: int = 0
    last_text: str = ""
    played_text: str = ""
    last_heard: str = ""
    hints: tuple[str, ...] = ()
    is_interruptible: bool = True
    after_speech: ActionType = ActionType.NONE
    service: str = ""
    summary: str = ""
    extension: str = ""
    wanted_by: str = ""
    unasked: str = ""
    waits: int = 0
    nod: str = ""
    early_text: str = ""
    keys: str = ""
    open_turns: int = 0
    partial_text: str = ""
    partial_confidence: float = 0.0
    speech_ms: int = 0
    is_ducked: bool = False
    was_cut_off: bool = False
    was_talked_over: bool = False
    false_alarms: int = 0
    held: Reply | None = None
    emergencies: frozenset[str] = frozenset()
    is_recorded: bool = False
    is_media_lost: bool = False
    was_noise_cut: bool = False
    rate_step: int = 0
    gain_step: int = 0
    is_passed_on: bool = False
    is_rating_due: bool = False
    is_ending: bool = False
    silences: int = 0
    unheard: int = 0
    failures: int = 0
    deaf: int = 0
    mute: int = 0
    noises: int = 0
    fillers: int = 0
    is_filler_set: bool = False

    @property
    def is_caller_talking(self) -> bool:
        """Whether a turn of the caller is under way, or over but not understood yet."""
        return self.open_turns > 0

    @property
    def unplayed_text(self) -> str:
        """What is left to be heard of the last thing said, from the clause that is being played on."""
        return " ".join(self.last_text.split()).removeprefix(self.played_text).strip()

    @property
    def delivery(self) -> Delivery:
        """How this caller is to be spoken to."""
        settings = self.delivery_settings
        return Delivery(settings.rates[self.rate_step], settings.gains_db[self.gain_step])


Step = tuple[Call, tuple[Command, ...]]
