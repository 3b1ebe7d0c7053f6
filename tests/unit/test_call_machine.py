"""The call's decisions, told as timelines: what happens, what is asked of the world."""

from dataclasses import replace

import pytest

from bot.call.commands import (
    AskDialogue,
    CancelTimer,
    Command,
    HangUp,
    ListenFor,
    RequestCallback,
    Say,
    StartTimer,
    StopSaying,
    TellDialogue,
    Transfer,
)
from bot.call.events import (
    CallAnswered,
    CallerSpoke,
    CallerStarted,
    DialogueFailed,
    DtmfPressed,
    EmergencyHeard,
    Event,
    HungUp,
    MediaLost,
    PartlyHeard,
    PlaybackEnded,
    RecognitionFailed,
    ReplyArrived,
    SynthesisFailed,
    Timer,
    TimerFired,
    TransferEnded,
    TransferOutcome,
)
from bot.call.machine import step
from bot.call.state import Call, Script
from bot.call.types import ActionType, Expect, Phase, Reply, Utterance

SCRIPT = Script(
    opening="opening",
    how_can_i_help="how can I help",
    no_input=("no input 1", "no input 2"),
    no_input_goodbye="no input goodbye",
    not_heard=("not heard 1", "not heard 2"),
    fillers=("filler 1", "filler 2"),
    apology="apology",
    apology_goodbye="apology goodbye",
    callback_goodbye="callback goodbye",
    transfer_failed="transfer failed",
    no_media_goodbye="no media goodbye",
    too_long_goodbye="too long goodbye",
    transfer_waits=("wait 1", "wait 2"),
    transfer_not_taken={
        "busy": "line busy",
        "refused": "nobody free",
        "no_answer": "no answer",
        "failed": "cannot reach",
    },
    whisper="whisper {summary}",
)
TRANSFERRED = Reply(
    "Je vous passe le service.", action=ActionType.TRANSFER, service="voirie", summary="Trou au 12 rue X"
)
QUESTION = Reply("Où est-ce ?", expect=Expect.ADDRESS)


class Timeline:
    """A call to which things happen; `happens` returns what the last of them asked for."""

    def __init__(self, caller: str = "0612345678") -> None:
        self.call = Call(script=SCRIPT)
        self.happens(CallAnswered(caller))

    def happens(self, *events: Event) -> tuple[Command, ...]:
        commands: tuple[Command, ...] = ()
        for event in events:
            self.call, commands = step(self.call, event)
        return commands

    def caller_says(self, text: str) -> tuple[Command, ...]:
        return self.happens(CallerStarted(0), spoke(text))

    def bot_is_heard(self) -> tuple[Command, ...]:
        return self.happens(PlaybackEnded(self.call.say_id))

    @classmethod
    def listening(cls, caller: str = "0612345678") -> "Timeline":
        timeline = cls(caller)
        timeline.bot_is_heard()
        timeline.bot_is_heard()
        assert timeline.call.phase is Phase.LISTENING
        return timeline

    @classmethod
    def thinking(cls) -> "Timeline":
        timeline = cls.listening()
        timeline.caller_says("il y a un trou")
        assert timeline.call.phase is Phase.THINKING
        return timeline

    @classmethod
    def speaking(cls, reply: Reply = QUESTION) -> "Timeline":
        timeline = cls.thinking()
        timeline.happens(ReplyArrived(timeline.call.turn, reply))
        assert timeline.call.phase is Phase.SPEAKING
        return timeline


def spoke(text: str) -> CallerSpoke:
    return CallerSpoke(Utterance(text, 0.9, 0, 16_000))


def said(commands: tuple[Command, ...]) -> list[str]:
    return [command.text for command in commands if isinstance(command, Say)]


def test_the_opening_says_what_it_is_then_asks() -> None:
    timeline = Timeline()
    assert timeline.call.phase is Phase.GREETING
    assert said(timeline.bot_is_heard()) == ["how can I help"]
    assert timeline.bot_is_heard() == (StartTimer(Timer.NO_INPUT, 6.0),)


def test_answering_starts_the_longest_clock() -> None:
    _, commands = step(Call(script=SCRIPT), CallAnswered(""))
    assert commands == (
        StartTimer(Timer.MAX_DURATION, 1800.0),
        CancelTimer(Timer.NO_INPUT),
        ListenFor(Expect.OPEN),
        Say(1, "opening"),
    )


def test_the_notice_is_not_interruptible_but_what_is_said_over_it_is_not_lost() -> None:
    timeline = Timeline()
    assert timeline.caller_says("bonjour il y a un trou") == ()
    assert AskDialogue(1, "bonjour il y a un trou") in timeline.bot_is_heard()


def test_a_turn_goes_to_the_dialogue_with_its_two_clocks() -> None:
    timeline = Timeline.listening()
    assert timeline.caller_says("il y a un trou") == (
        CancelTimer(Timer.NO_INPUT),
        CancelTimer(Timer.KEYS),
        StartTimer(Timer.FILLER, 1.5),
        StartTimer(Timer.DIALOGUE, 8.0),
        AskDialogue(1, "il y a un trou"),
    )


def test_a_reply_is_said_and_its_expectation_reaches_the_ears() -> None:
    timeline = Timeline.thinking()
    commands = timeline.happens(ReplyArrived(1, QUESTION))
    assert ListenFor(Expect.ADDRESS) in commands
    assert said(commands) == ["Où est-ce ?"]
    assert {CancelTimer(Timer.FILLER), CancelTimer(Timer.DIALOGUE)} <= set(commands)


def test_a_reply_to_an_older_turn_is_dropped() -> None:
    assert Timeline.thinking().happens(ReplyArrived(0, QUESTION)) == ()


def test_the_caller_stops_the_bot_and_is_heard() -> None:
    timeline = Timeline.speaking()
    assert timeline.happens(CallerStarted(0)) == (StopSaying(),)
    assert AskDialogue(2, "rue de la République") in timeline.happens(spoke("rue de la République"))


def test_a_noise_that_stopped_the_bot_makes_it_start_the_sentence_again() -> None:
    timeline = Timeline.speaking()
    commands = timeline.caller_says("")
    assert said(commands) == ["Où est-ce ?"]
    assert timeline.call.expect is Expect.ADDRESS


def test_what_may_not_be_interrupted_is_said_to_its_end_and_the_words_are_kept() -> None:
    timeline = Timeline.speaking(Reply("Votre référence est 26 12.", barge_in=False))
    assert timeline.caller_says("allô") == ()
    assert AskDialogue(2, "allô") in timeline.bot_is_heard()


def test_one_noise_is_ignored_and_the_second_is_asked_about_in_turn() -> None:
    timeline = Timeline.listening()
    assert timeline.caller_says("") == (StartTimer(Timer.NO_INPUT, 6.0),)
    first = said(timeline.caller_says(""))
    timeline.bot_is_heard()
    second = said(timeline.caller_says(""))
    assert [first, second] == [["not heard 1"], ["not heard 2"]]


def test_a_broken_recogniser_is_not_a_silence() -> None:
    timeline = Timeline.listening()
    assert said(timeline.happens(RecognitionFailed())) == ["not heard 2"]


def test_silence_is_met_twice_then_ends_the_call() -> None:
    timeline = Timeline.listening()
    heard = []
    for _ in range(3):
        heard += said(timeline.happens(TimerFired(Timer.NO_INPUT)))
        last = timeline.bot_is_heard()
    assert heard == ["no input 1", "no input 2", "no input goodbye"]
    assert last == (HangUp("goodbye"),)


def test_words_forgive_earlier_silences() -> None:
    timeline = Timeline.listening()
    timeline.happens(TimerFired(Timer.NO_INPUT))
    timeline.bot_is_heard()
    timeline.caller_says("il y a un trou")
    assert timeline.call.silences == 0


def test_a_slow_answer_is_covered_and_then_said_after_the_filler() -> None:
    timeline = Timeline.thinking()
    (filler,) = timeline.happens(TimerFired(Timer.FILLER))
    assert isinstance(filler, Say)
    assert filler.text == "filler 1"
    assert timeline.call.phase is Phase.THINKING
    assert timeline.happens(PlaybackEnded(filler.say_id)) == ()
    assert said(timeline.happens(ReplyArrived(1, QUESTION))) == ["Où est-ce ?"]


def test_a_dialogue_that_never_answers_is_apologised_for_and_its_late_answer_dropped() -> None:
    timeline = Timeline.thinking()
    assert said(timeline.happens(TimerFired(Timer.DIALOGUE))) == ["apology"]
    assert timeline.happens(ReplyArrived(1, QUESTION)) == ()


def test_two_failures_in_a_row_try_a_person_then_promise_a_callback() -> None:
    timeline = Timeline.thinking()
    assert said(timeline.happens(DialogueFailed(1))) == ["apology"]
    timeline.bot_is_heard()
    timeline.caller_says("un trou rue de la République")
    assert said(timeline.happens(DialogueFailed(2))) == ["apology goodbye"]
    heard = "un trou rue de la République"
    assert timeline.bot_is_heard() == (Transfer("", heard), StartTimer(Timer.FILLER, 12.0))
    commands = timeline.happens(TransferEnded("failed"))
    assert commands[:2] == (CancelTimer(Timer.FILLER), RequestCallback(heard))
    assert said(commands) == ["callback goodbye"]
    assert timeline.bot_is_heard() == (HangUp("goodbye"),)


def test_a_withheld_number_cannot_be_called_back() -> None:
    timeline = Timeline.listening(caller="")
    timeline.happens(DtmfPressed("0"), ReplyArrived(1, Reply("", action=ActionType.TRANSFER)))
    timeline.bot_is_heard()
    assert said(timeline.happens(TransferEnded("failed"))) == ["transfer failed"]


def test_an_accepted_transfer_ends_our_part() -> None:
    timeline = Timeline.speaking(TRANSFERRED)
    assert Transfer("voirie", TRANSFERRED.summary) in timeline.bot_is_heard()
    assert timeline.happens(TransferEnded("accepted")) == (CancelTimer(Timer.FILLER), HangUp("transferred"))


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        *(("busy", "line busy"), ("refused", "nobody free")),
        *(("no_answer", "no answer"), ("failed", "cannot reach")),
    ],
)
def test_a_service_that_does_not_take_the_call_leads_to_a_call_back(
    outcome: TransferOutcome, sentence: str
) -> None:
    timeline = Timeline.speaking(TRANSFERRED)
    timeline.bot_is_heard()
    commands = timeline.happens(TransferEnded(outcome))
    assert said(commands) == [sentence]
    assert AskDialogue(2, '/request_callback{"service": "voirie"}') in commands
    assert timeline.call.phase is Phase.THINKING
    assert said(timeline.happens(ReplyArrived(2, QUESTION))) == [QUESTION.text]


def test_a_service_is_told_the_last_words_when_there_is_no_summary() -> None:
    timeline = Timeline.listening()
    timeline.caller_says("je veux un acte de naissance")
    timeline.happens(ReplyArrived(1, replace(TRANSFERRED, summary="")))
    assert Transfer("voirie", "je veux un acte de naissance") in timeline.bot_is_heard()


def test_a_pressed_key_is_no_summary() -> None:
    timeline = Timeline.listening()
    timeline.happens(DtmfPressed("0"), ReplyArrived(1, replace(TRANSFERRED, summary="")))
    assert Transfer("voirie", "") in timeline.bot_is_heard()


def test_who_waits_for_a_service_is_asked_to_and_not_for_ever() -> None:
    timeline = Timeline.speaking(TRANSFERRED)
    assert StartTimer(Timer.FILLER, 12.0) in timeline.bot_is_heard()
    waits = [said(timeline.happens(TimerFired(Timer.FILLER))) for _ in range(8)]
    assert waits == [["wait 1"], ["wait 2"]] * 4
    assert said(timeline.happens(TimerFired(Timer.FILLER))) == ["no answer"]


def test_an_interrupted_goodbye_does_not_hang_up() -> None:
    timeline = Timeline.speaking(Reply("Au revoir.", action=ActionType.HANGUP))
    timeline.caller_says("attendez")
    timeline.happens(ReplyArrived(2, QUESTION))
    assert timeline.bot_is_heard() == (StartTimer(Timer.NO_INPUT, 6.0),)


def test_going_on_talking_replaces_the_answer_to_half_a_sentence() -> None:
    timeline = Timeline.thinking()
    timeline.caller_says("devant le 12 rue de la République")
    commands = timeline.happens(ReplyArrived(1, QUESTION))
    assert AskDialogue(2, "devant le 12 rue de la République") in commands
    assert said(commands) == []


def test_a_reply_waits_while_the_caller_talks() -> None:
    timeline = Timeline.thinking()
    timeline.happens(CallerStarted(0))
    assert said(timeline.happens(ReplyArrived(1, QUESTION))) == []
    assert said(timeline.happens(spoke(""))) == ["Où est-ce ?"]


def test_a_promise_is_said_even_if_the_caller_went_on_talking() -> None:
    timeline = Timeline.thinking()
    timeline.caller_says("et aussi un lampadaire")
    reference = Reply("Votre référence est 26 12.", barge_in=False)
    assert said(timeline.happens(ReplyArrived(1, reference))) == ["Votre référence est 26 12."]
    assert AskDialogue(2, "et aussi un lampadaire") in timeline.bot_is_heard()


@pytest.mark.parametrize(
    ("expect", "digit", "text"),
    [
        (Expect.OPEN, "0", "/talk_to_agent"),
        (Expect.OPEN, "1", "/report_problem"),
        (Expect.OPEN, "9", "/help"),
        (Expect.YES_NO, "1", "/affirm"),
        (Expect.YES_NO, "2", "/deny"),
    ],
)
def test_a_key_means_what_was_asked(expect: Expect, digit: str, text: str) -> None:
    timeline = Timeline.speaking(Reply("?", expect=expect))
    commands = timeline.happens(DtmfPressed(digit))
    assert commands[0] == StopSaying()
    assert AskDialogue(2, text) in commands


def test_digits_are_gathered_until_the_hash_or_a_pause() -> None:
    timeline = Timeline.speaking(Reply("?", expect=Expect.REFERENCE))
    timeline.bot_is_heard()
    assert StartTimer(Timer.KEYS, 3.0) in timeline.happens(DtmfPressed("2"))
    assert AskDialogue(2, "26") in timeline.happens(DtmfPressed("6"), DtmfPressed("#"))


def test_zero_alone_asks_for_a_person_even_while_digits_are_expected() -> None:
    timeline = Timeline.speaking(Reply("?", expect=Expect.DIGITS))
    timeline.bot_is_heard()
    assert AskDialogue(2, "/talk_to_agent") in timeline.happens(DtmfPressed("0"), TimerFired(Timer.KEYS))


FIRE = EmergencyHeard("fire", "Appelez le 18.")


def test_danger_stops_everything_and_the_callers_words_are_answered_afterwards() -> None:
    timeline = Timeline.speaking()
    timeline.happens(CallerStarted(0))
    commands = timeline.happens(FIRE)
    assert commands[0] == StopSaying()
    assert said(commands) == ["Appelez le 18."]
    assert timeline.happens(CallerStarted(0)) == ()
    assert timeline.happens(spoke("il y a le feu dans la cuisine")) == ()
    assert AskDialogue(2, "il y a le feu dans la cuisine") in timeline.bot_is_heard()


def test_the_notice_of_a_danger_is_said_once() -> None:
    timeline = Timeline.listening()
    timeline.happens(FIRE)
    assert timeline.happens(FIRE) == ()
    assert said(timeline.happens(EmergencyHeard("gas", "Sortez."))) == ["Sortez."]


def test_danger_heard_while_thinking_does_not_lose_the_answer() -> None:
    timeline = Timeline.thinking()
    assert said(timeline.happens(FIRE)) == ["Appelez le 18."]
    assert said(timeline.happens(ReplyArrived(1, QUESTION))) == ["Où est-ce ?"]


def test_a_line_without_sound_is_told_and_left() -> None:
    timeline = Timeline()
    commands = timeline.happens(MediaLost())
    assert StopSaying() in commands
    assert said(commands) == ["no media goodbye"]
    assert timeline.bot_is_heard() == (HangUp("goodbye"),)


def test_no_call_lasts_for_ever() -> None:
    timeline = Timeline.listening()
    assert said(timeline.happens(TimerFired(Timer.MAX_DURATION))) == ["too long goodbye"]


def test_a_dead_voice_does_not_hold_the_call() -> None:
    timeline = Timeline.speaking()
    assert timeline.happens(SynthesisFailed(timeline.call.say_id)) == (StartTimer(Timer.NO_INPUT, 6.0),)


def test_hanging_up_stops_everything_and_tells_the_dialogue() -> None:
    timeline = Timeline.speaking()
    commands = timeline.happens(HungUp("caller"))
    assert StopSaying() in commands
    assert commands[-1] == TellDialogue("/hang_up")
    assert timeline.call.phase is Phase.ENDED


def test_a_call_in_which_nothing_was_asked_leaves_no_trace_in_the_dialogue() -> None:
    assert not any(isinstance(command, TellDialogue) for command in Timeline().happens(HungUp("caller")))


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_takes_every_event(phase: Phase) -> None:
    events: list[Event] = [
        CallAnswered(""),
        CallerStarted(0),
        spoke("oui"),
        spoke(""),
        PartlyHeard(Utterance("ou", 0.5, 0, 8000, is_final=False)),
        EmergencyHeard("fire", "Appelez le 18."),
        RecognitionFailed(),
        DtmfPressed("5"),
        ReplyArrived(0, QUESTION),
        DialogueFailed(0),
        PlaybackEnded(0),
        SynthesisFailed(0),
        MediaLost(),
        TransferEnded("failed"),
        HungUp("line"),
        *(TimerFired(timer) for timer in Timer),
    ]
    for event in events:
        call, _ = step(replace(Call(script=SCRIPT), phase=phase), event)
        assert isinstance(call, Call)
