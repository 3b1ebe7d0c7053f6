"""Who may stop the bot, how soon, and where it goes on when nobody meant to."""

import pytest

from bot.call.commands import AskDialogue, Duck, ListenFor, Say, StopSaying, Unduck
from bot.call.events import (
    CallerStarted,
    CallerStopped,
    CallerWentOn,
    ClausePlayed,
    EmergencyHeard,
    PlaybackEnded,
    ReplyArrived,
    SpeechStarted,
)
from bot.call.interruptions import Verdict, judge
from bot.call.settings import InterruptionSettings
from bot.call.types import ActionType, Expect, Phase, Reply
from tests.fakes.virtual_call import QUESTION, VirtualCall, partly, said, spoke

SETTINGS = InterruptionSettings()
LONG = Reply("C'est noté. La voirie s'en occupe. Avez-vous besoin d'autre chose ?")
SAID = "La mairie ouvre à 8 heures 30. Elle ferme à 18 heures."


@pytest.mark.parametrize(
    ("text", "speech_ms", "is_over", "verdict"),
    [
        ("", 200, False, Verdict.WAIT),
        ("", 800, False, Verdict.WAIT),
        ("", 900, False, Verdict.STOP),
        ("", 800, True, Verdict.GO_ON),
        ("oui", 300, True, Verdict.GO_ON),
        ("Oui, oui, d'accord.", 900, False, Verdict.GO_ON),
        ("Hum.", 300, True, Verdict.GO_ON),
        ("Non.", 200, False, Verdict.STOP),
        ("Attendez !", 300, False, Verdict.STOP),
        ("Je veux un agent", 500, False, Verdict.STOP),
        ("Excusez-moi", 400, False, Verdict.STOP),
        ("et pour le", 400, False, Verdict.WAIT),
        ("et pour le samedi", 600, False, Verdict.STOP),
        ("samedi", 400, True, Verdict.STOP),
        ("ouvre à 8 heures 30", 1500, False, Verdict.GO_ON),
        ("Elle ferme à 18 heures.", 1500, True, Verdict.GO_ON),
        ("Elle fermait", 600, False, Verdict.GO_ON),
        ("Elle ferme à 19 heures ?", 1500, True, Verdict.STOP),
        ("à 9 heures 30", 800, True, Verdict.STOP),
    ],
)
def test_words_decide_and_time_where_there_are_none(
    text: str, speech_ms: int, is_over: bool, verdict: Verdict
) -> None:
    assert judge(text, speech_ms, SAID, SETTINGS, is_over=is_over) is verdict


@pytest.mark.parametrize(
    ("text", "confidence", "speech_ms", "is_over", "verdict"),
    [
        # What Whisper base wrote for hums of speakers that no threshold was chosen with.
        ("Oh non !", 0.39, 450, False, Verdict.WAIT),
        ("Oh non !", 0.39, 670, True, Verdict.GO_ON),
        ("Oh, mande !", 0.35, 830, True, Verdict.GO_ON),
        ("Qu'est-ce que c'est ?", 0.48, 890, False, Verdict.WAIT),
        ("On m'ambe.", 0.44, 700, True, Verdict.GO_ON),
        # Nobody hums for so long, or these words.
        ("et pour le samedi", 0.5, 900, False, Verdict.STOP),
        ("et pour le samedi", 0.5, 1200, True, Verdict.STOP),
        ("Stop !", 0.36, 300, False, Verdict.STOP),
        ("Non, c'est...", 0.4, 450, False, Verdict.STOP),
        ("Ah non.", 0.47, 450, False, Verdict.STOP),
        ("Oh non !", 0.8, 400, False, Verdict.STOP),
    ],
)
def test_a_hum_is_known_by_the_recognisers_doubt(
    text: str, confidence: float, speech_ms: int, is_over: bool, verdict: Verdict
) -> None:
    assert judge(text, speech_ms, SAID, SETTINGS, is_over=is_over, confidence=confidence) is verdict


def test_doubtful_words_that_had_stopped_the_bot_are_no_interruption_unless_they_are_many() -> None:
    for speech_ms, what_follows in ((800, Say), (1200, AskDialogue)):
        call = VirtualCall.speaking(LONG)
        call.happens(CallerStarted(0), partly("comment voulez-vous"), CallerWentOn(600))
        call.happens(CallerWentOn(speech_ms), CallerStopped())
        commands = call.happens(spoke("comme", confidence=0.4))
        assert any(isinstance(command, what_follows) for command in commands)


def test_a_noisy_line_is_stopped_by_words_only() -> None:
    assert judge("", 2000, SAID, SETTINGS, is_over=False, is_noisy=True) is Verdict.WAIT
    assert judge("non", 300, SAID, SETTINGS, is_over=False, is_noisy=True) is Verdict.STOP


def test_the_bot_lowers_its_voice_at_once_and_stops_at_the_word() -> None:
    call = VirtualCall.speaking()
    assert call.happens(CallerStarted(0)) == (Duck(30, 60),)
    assert call.happens(CallerWentOn(400)) == ()
    assert call.happens(partly("attendez")) == (StopSaying(),)
    assert call.call.phase is Phase.LISTENING
    assert AskDialogue(2, "attendez, rue Nationale", unheard="Où est-ce ?") in call.happens(
        CallerStopped(), spoke("attendez, rue Nationale")
    )


def test_the_dialogue_is_told_what_was_not_heard() -> None:
    call = VirtualCall.speaking(LONG)
    call.happens(ClausePlayed(call.call.say_id, "C'est noté."), CallerStarted(0), CallerStopped())
    commands = call.happens(spoke("non merci"))
    unheard = "La voirie s'en occupe. Avez-vous besoin d'autre chose ?"
    assert commands == (StopSaying(), AskDialogue(2, "non merci", unheard))


def test_what_is_said_in_two_pieces_over_the_bot_is_one_turn() -> None:
    call = VirtualCall.speaking(Reply("C'est bien ça ?", expect=Expect.YES_NO))
    call.happens(CallerStarted(0), CallerStopped(), spoke("oui"))
    commands = call.happens(CallerStarted(0), CallerStopped(), spoke("mais attendez"))
    assert [command.text for command in commands if isinstance(command, AskDialogue)] == ["oui mais attendez"]


def test_a_nod_brings_the_voice_back() -> None:
    call = VirtualCall.speaking(LONG)
    call.happens(CallerStarted(0), partly("d'accord"), CallerStopped())
    assert call.happens(spoke("d'accord")) == (Unduck(60),)
    assert call.bot_is_heard() == ()
    assert call.call.phase is Phase.LISTENING


def test_a_cough_brings_the_voice_back() -> None:
    call = VirtualCall.speaking(LONG)
    call.happens(CallerStarted(0), CallerStopped())
    assert call.happens(spoke("")) == (Unduck(60),)


def test_who_is_not_understood_yet_is_not_talked_over_for_longer() -> None:
    call = VirtualCall.speaking(LONG)
    call.happens(CallerStarted(0))
    assert call.happens(CallerWentOn(800)) == ()
    assert call.happens(CallerWentOn(900)) == (StopSaying(),)


def test_a_false_alarm_goes_on_from_the_clause_that_was_cut() -> None:
    call = VirtualCall.speaking(LONG)
    call.happens(ClausePlayed(call.call.say_id, "C'est noté."))
    call.happens(CallerStarted(0), CallerWentOn(900), CallerStopped())
    assert call.happens(spoke("")) == (
        ListenFor(Expect.OPEN),
        Say(4, "La voirie s'en occupe. Avez-vous besoin d'autre chose ?"),
    )


def test_a_noise_without_end_that_stopped_the_bot_does_not_silence_it() -> None:
    call = VirtualCall.speaking(LONG)
    call.happens(CallerStarted(0), CallerWentOn(900))
    assert call.waits(5) == []
    assert said(call.happens(CallerStopped(), spoke(""))) == [LONG.text]
    for _ in range(2):
        call.happens(CallerStarted(0), CallerWentOn(900), CallerStopped(), spoke(""))
    assert call.happens(CallerStarted(0), CallerWentOn(900)) == ()


def test_a_yes_over_the_end_of_a_question_answers_it() -> None:
    call = VirtualCall.speaking(Reply("Trou dans la chaussée. C'est bien ça ?", expect=Expect.YES_NO))
    call.happens(ClausePlayed(call.call.say_id, "Trou dans la chaussée."))
    call.happens(CallerStarted(0), CallerStopped(), spoke("oui"))
    assert call.bot_is_heard() == (AskDialogue(2, "oui"),)


def test_a_yes_over_the_beginning_of_a_question_is_a_nod() -> None:
    text = "Trou dans la chaussée, au 12 rue de la République, dangereux pour les vélos. C'est bien ça ?"
    call = VirtualCall.speaking(Reply(text, expect=Expect.YES_NO))
    call.happens(CallerStarted(0), CallerStopped(), spoke("oui"))
    assert call.bot_is_heard() == ()


WHERE = Reply("Je note un trou dans la chaussée, merci. À quelle adresse est-ce ?", expect=Expect.ADDRESS)
CONSENT = Reply("Puis-je garder votre numéro, le 06 12 34 56 78, pour vous répondre ?", expect=Expect.YES_NO)


def test_a_yes_in_the_middle_of_a_question_is_its_answer_if_nothing_follows() -> None:
    call = VirtualCall.speaking(CONSENT)
    call.happens(CallerStarted(0), CallerStopped(), spoke("oui d'accord"))
    assert call.bot_is_heard() == ()
    call.waits(1.9)
    assert call.call.phase is Phase.LISTENING
    call.waits(0.2)
    assert call.done[-1][1] == AskDialogue(2, "oui d'accord")


def test_a_yes_in_the_middle_of_a_question_gives_way_to_what_follows() -> None:
    call = VirtualCall.speaking(CONSENT)
    call.happens(CallerStarted(0), CallerStopped(), spoke("oui"))
    call.bot_is_heard()
    assert call.caller_says("non finalement") == (AskDialogue(2, "non finalement"),)


@pytest.mark.parametrize(
    ("reply", "text"), [(CONSENT, "hum"), (WHERE, "oui"), (CONSENT, "garder votre numéro")]
)
def test_a_hum_or_an_echo_or_a_nod_to_an_open_question_is_no_answer(reply: Reply, text: str) -> None:
    call = VirtualCall.speaking(reply)
    call.happens(CallerStarted(0), CallerStopped(), spoke(text))
    call.bot_is_heard()
    call.waits(5.9)
    assert call.call.phase is Phase.LISTENING


def test_a_nod_that_outlasts_the_sentence_is_no_answer_to_it() -> None:
    call = VirtualCall.speaking(Reply("Prenez votre temps."))
    call.happens(CallerStarted(0))
    assert call.happens(PlaybackEnded(call.call.say_id)) == (Unduck(60),)
    assert call.happens(CallerStopped(), spoke("d'accord")) == ()


def test_a_turn_that_outlasts_the_sentence_is_answered() -> None:
    call = VirtualCall.speaking()
    call.happens(CallerStarted(0), PlaybackEnded(call.call.say_id), CallerStopped())
    assert call.happens(spoke("rue Nationale")) == (AskDialogue(2, "rue Nationale"),)


def test_an_interrupted_goodbye_does_not_hang_up() -> None:
    call = VirtualCall.speaking(Reply("Au revoir.", action=ActionType.HANGUP))
    call.caller_says("attendez")
    call.happens(ReplyArrived(2, QUESTION))
    assert call.bot_is_heard() == ()


def test_what_may_not_be_interrupted_is_said_to_its_end_and_the_words_are_kept() -> None:
    call = VirtualCall.speaking(Reply("Votre référence est 26 12.", barge_in=False))
    assert call.caller_says("allô") == ()
    assert AskDialogue(2, "allô") in call.bot_is_heard()


def test_a_notice_is_protected_for_its_first_seconds_only() -> None:
    call = VirtualCall.listening()
    call.happens(EmergencyHeard("fire", "Appelez le 18. Je répète : appelez le 18."))
    call.happens(SpeechStarted(call.call.say_id))
    assert call.happens(CallerStarted(0), partly("attendez")) == ()
    call.happens(CallerStopped(), spoke("euh"))
    call.waits(6)
    assert call.happens(CallerStarted(0)) == (Duck(30, 60),)
    assert call.happens(partly("non c'est fini")) == (StopSaying(),)


def test_who_still_talks_when_the_protection_ends_is_listened_to() -> None:
    call = VirtualCall.speaking(Reply("Appelez le 18. Je répète : le 18.", barge_in=False))
    call.happens(CallerStarted(0))
    call.waits(6)
    assert call.done[-1][1] == Duck(30, 60)


def test_a_last_sentence_is_protected_to_its_end() -> None:
    call = VirtualCall.speaking(Reply("Au revoir.", barge_in=False, action=ActionType.HANGUP))
    call.waits(6)
    assert call.happens(CallerStarted(0), partly("attendez")) == ()
