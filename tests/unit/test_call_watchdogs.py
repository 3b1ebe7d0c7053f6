"""A call never gets stuck: every clock of it, in virtual time."""

from bot.call.commands import (
    Abandon,
    AskDialogue,
    CutTurn,
    HangUp,
    RequestCallback,
    RestartEars,
    StopSaying,
    Transfer,
    Unduck,
)
from bot.call.events import (
    CallerStarted,
    CallerStopped,
    DtmfPressed,
    EmergencyHeard,
    MediaBack,
    MediaLost,
    PlaybackEnded,
    RecognitionFailed,
    ReplyArrived,
    SpeechSent,
    SpeechStarted,
    SynthesisFailed,
    Timer,
)
from bot.call.types import ActionType, Phase, Reply
from tests.fakes.virtual_call import QUESTION, TRANSFERRED, VirtualCall, said, spoke


def test_a_silent_caller_is_asked_twice_then_let_go() -> None:
    call = VirtualCall.listening()
    assert call.waits(5.9) == []
    assert call.waits(0.2) == ["no input 1"]
    call.bot_is_heard()
    assert call.waits(6) == ["no input 2"]
    call.bot_is_heard()
    assert call.waits(6) == ["no input goodbye"]
    assert call.bot_is_heard() == (HangUp("goodbye"),)


def test_a_talking_caller_is_not_silent() -> None:
    call = VirtualCall.listening()
    call.happens(CallerStarted(0))
    assert call.waits(10) == []


def test_a_dialogue_that_never_answers_costs_eight_seconds_then_a_person_is_sought() -> None:
    call = VirtualCall.thinking()
    assert call.waits(8) == ["filler 1", "apology goodbye"]
    assert call.happens(ReplyArrived(1, QUESTION)) == ()
    assert call.bot_is_heard() == (Transfer("", "il y a un trou"),)


def test_a_recogniser_that_hangs_is_restarted_and_the_caller_asked_again() -> None:
    call = VirtualCall.listening()
    call.happens(CallerStarted(0), CallerStopped())
    assert call.waits(5.9) == ["filler 1"]
    assert call.waits(0.1) == ["not heard 2"]
    assert call.done[-3][1] == RestartEars()
    assert not call.call.is_caller_talking


def test_a_recogniser_that_hangs_under_the_bots_voice_gives_it_back_its_loudness() -> None:
    call = VirtualCall.speaking()
    call.happens(CallerStarted(0), CallerStopped())
    call.waits(6)
    assert call.done[-1][1] == Unduck(60)


def test_a_dead_recogniser_leads_to_the_keys_and_to_a_person() -> None:
    call = VirtualCall.listening()
    heard = []
    for _ in range(3):
        call.happens(CallerStarted(0), CallerStopped())
        heard += said(call.happens(RecognitionFailed()))
        last = call.bot_is_heard()
    assert heard == ["not heard 2", "deaf", "apology goodbye"]
    assert last == (Transfer(""),)


def test_a_recogniser_that_recovers_is_trusted_again() -> None:
    call = VirtualCall.listening()
    call.happens(CallerStarted(0), RecognitionFailed())
    call.bot_is_heard()
    call.caller_says("")
    assert call.call.deaf == 0


def test_a_sound_without_end_is_cut_and_the_keys_are_offered_then_a_person() -> None:
    call = VirtualCall.listening()
    call.happens(CallerStarted(0))
    assert call.waits(19.9) == []
    call.waits(0.1)
    assert call.done[-1][1] == CutTurn()
    assert said(call.happens(CallerStopped(), spoke(""))) == ["noise"]
    call.happens(CallerStarted(0))
    call.bot_is_heard()
    call.waits(20)
    assert said(call.happens(CallerStopped(), spoke(""))) == ["apology goodbye"]


def test_words_in_a_long_sound_are_answered() -> None:
    call = VirtualCall.listening()
    call.happens(CallerStarted(0))
    call.waits(20)
    call.happens(CallerStopped(), spoke("il y a un trou"))
    assert call.call.phase is Phase.THINKING
    assert call.call.noises == 0


def test_a_key_helps_while_noise_covers_the_line() -> None:
    call = VirtualCall.listening()
    call.happens(CallerStarted(0))
    call.happens(DtmfPressed("0"))
    assert call.call.phase is Phase.THINKING


def test_a_voice_that_breaks_once_is_apologised_for() -> None:
    call = VirtualCall.speaking()
    assert said(call.happens(SynthesisFailed(call.call.say_id))) == ["apology"]


def test_a_voice_that_hangs_is_a_voice_that_breaks() -> None:
    call = VirtualCall.thinking()
    call.happens(ReplyArrived(1, QUESTION))
    assert call.waits(5) == ["apology"]
    assert StopSaying() in [command for _, command in call.done]


def test_a_dead_voice_leaves_the_call_to_telephony_with_a_call_back() -> None:
    call = VirtualCall.thinking()
    call.happens(ReplyArrived(1, QUESTION))
    call.waits(10)
    assert [command for _, command in call.done[-2:]] == [RequestCallback("il y a un trou"), Abandon()]
    assert call.call.phase is Phase.ENDED


def test_a_voice_that_speaks_again_is_trusted_again() -> None:
    call = VirtualCall.speaking()
    call.happens(SynthesisFailed(call.call.say_id))
    call.happens(SpeechStarted(call.call.say_id))
    assert call.call.mute == 0


def test_a_dead_voice_does_not_keep_a_goodbye_from_ending_the_call() -> None:
    call = VirtualCall.thinking()
    call.happens(ReplyArrived(1, Reply("Au revoir.", action=ActionType.HANGUP)))
    assert call.happens(SynthesisFailed(call.call.say_id)) == (HangUp("goodbye"),)


def test_the_notice_is_tried_twice_before_a_mute_machine_leaves() -> None:
    call = VirtualCall()
    assert said(call.happens(SynthesisFailed(call.call.say_id))) == ["opening"]
    assert call.happens(SynthesisFailed(call.call.say_id)) == (Abandon(),)


def test_word_of_playing_that_never_comes_is_not_waited_for() -> None:
    call = VirtualCall.speaking()
    call.happens(SpeechSent(call.call.say_id, 2.5))
    call.waits(6.4)
    assert call.call.phase is Phase.SPEAKING
    call.waits(0.1)
    assert call.call.phase is Phase.LISTENING


def test_the_clock_of_a_sentence_ends_with_it() -> None:
    call = VirtualCall.speaking()
    call.happens(SpeechSent(call.call.say_id, 1.0))
    call.happens(EmergencyHeard("fire", "Appelez le 18. Je répète : appelez le 18."))
    call.happens(SpeechStarted(call.call.say_id))
    call.waits(5)
    assert call.call.phase is Phase.SPEAKING


def test_a_line_without_sound_is_told_and_left() -> None:
    call = VirtualCall.listening()
    assert said(call.happens(MediaLost())) == ["media lost"]
    call.bot_is_heard()
    assert call.waits(9.9) == []
    assert call.waits(0.1) == ["no media goodbye"]
    assert call.bot_is_heard() == (HangUp("goodbye"),)


def test_a_line_that_comes_back_is_gone_on_with() -> None:
    call = VirtualCall.listening()
    call.happens(MediaLost())
    call.bot_is_heard()
    assert said(call.happens(MediaBack())) == ["media back"]
    call.bot_is_heard()
    assert Timer.MEDIA not in call.timers
    assert call.waits(6) == ["no input 1"]


def test_one_way_audio_from_the_start_is_noticed() -> None:
    call = VirtualCall()
    call.happens(MediaLost())
    call.bot_is_heard()
    call.bot_is_heard()
    assert call.waits(10) == ["no media goodbye"]


def test_no_call_lasts_for_ever() -> None:
    call = VirtualCall.listening()
    offers = []
    while call.now_s < 1795:
        if sayings := call.waits(4):
            offers.append((call.now_s, sayings))
            call.bot_is_heard()
        call.caller_says("et aussi")
        call.happens(ReplyArrived(call.call.turn, QUESTION))
        call.bot_is_heard()
    assert offers == [(1680, ["ending"])]
    assert call.waits(4) == ["too long goodbye"]
    assert call.bot_is_heard() == (HangUp("goodbye"),)


def test_before_its_end_a_person_is_offered_as_soon_as_nobody_speaks() -> None:
    call = VirtualCall.speaking()
    call.timers = {Timer.ENDING: call.now_s + 1}
    assert call.waits(2) == []
    assert said(call.happens(PlaybackEnded(call.call.say_id))) == ["ending"]
    assert call.call.expect is QUESTION.expect
    call.bot_is_heard()
    assert call.call.phase is Phase.LISTENING
    assert AskDialogue(2, "/talk_to_agent") in call.happens(DtmfPressed("0"), DtmfPressed("#"))


def test_who_is_being_put_through_at_the_end_waits_a_little_longer() -> None:
    call = VirtualCall.speaking(TRANSFERRED)
    call.happens(PlaybackEnded(call.call.say_id))
    assert call.call.phase is Phase.TRANSFERRING
    call.timers = {Timer.MAX_DURATION: call.now_s + 1}
    assert call.waits(100) == []
    assert call.timers[Timer.MAX_DURATION] == call.now_s + 21
