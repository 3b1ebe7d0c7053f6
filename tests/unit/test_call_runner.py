"""A whole call through ears, machine and mouth, on a line in memory."""

import asyncio
from dataclasses import replace

from bot.call.errors import DialogueError
from bot.call.events import DtmfPressed, HungUp, MediaLost, TransferEnded
from bot.call.state import Patience
from bot.call.types import ActionType, Expect, Reply
from tests.fakes.engines import LOUD, QUIET, ToneSynthesizer
from tests.fakes.memory_call import CallInProgress, marks, running


async def test_a_call_from_opening_to_goodbye() -> None:
    call = CallInProgress(
        Reply(
            "Au revoir.",
            action=ActionType.HANGUP,
            understood={"intent": {"name": "goodbye"}},
            procedure="passeport_majeur",
        ),
        heard=("merci au revoir",),
    )
    async with running(call):
        await marks(call, 2)
        call.caller_speaks()
    assert call.dialogue.asked == ["MERCI AU REVOIR", "/hang_up"]
    assert call.line.marks_of_sayings() == ["say-1", "say-2", "say-3"]
    assert call.line.sent[-2:] == ["hangup goodbye", "clear"]
    assert [(turn.speaker, turn.text) for turn in call.records.turns] == [
        ("bot", "opening"),
        ("bot", "how can I help"),
        ("caller", "merci au revoir"),
        ("bot", "Au revoir."),
    ]
    assert call.records.turns[2].understood == {"intent": {"name": "goodbye"}}
    assert [turn.procedure for turn in call.records.turns] == ["", "", "passeport_majeur", ""]
    assert call.records.turns[3].silence_ms is not None
    assert call.records.outcome == "goodbye"


async def test_what_may_come_next_is_made_ready_once_an_answer_is_synthesised() -> None:
    voice = ToneSynthesizer()
    replies = (Reply("Où est-ce ?", ahead=("Au 12. C'est ça ?",)), Reply("Et après ?"))
    call = CallInProgress(*replies, heard=("un trou", "au 12"), synthesizer=voice)
    async with running(call):
        await marks(call, 2)
        assert voice.prepared == []
        call.caller_speaks()
        await voice.has_prepared.wait()
        call.caller_speaks()
        await marks(call, 2)
        call.runner.tell(HungUp("caller"))
    assert voice.prepared == ["Au 12. C'est ça ?"]


async def test_speech_goes_out_whole_and_in_frames() -> None:
    call = CallInProgress()
    async with running(call):
        await marks(call, 2)
        call.runner.tell(HungUp("caller"))
    assert call.line.n_audio_bytes == 640 * len("opening" + "how can I help")


async def test_a_dead_dialogue_ends_in_a_callback() -> None:
    down = DialogueError("down", retryable=True)
    call = CallInProgress(down, down, heard=("un trou", "un trou rue de la République"))
    async with running(call):
        await marks(call, 2)
        call.caller_speaks()
        await marks(call, 1)
        call.caller_speaks()
    assert call.callbacks.requested == [("0612345678", "un trou rue de la République")]
    assert call.records.outcome == "callback_requested"


TRANSFERRED = Reply("Je vous passe.", action=ActionType.TRANSFER, service="voirie", summary="Un trou")


async def test_a_transfer_goes_to_the_services_address_with_a_whisper() -> None:
    call = CallInProgress(TRANSFERRED)
    async with running(call):
        await marks(call, 2)
        call.runner.tell(DtmfPressed("0"))
        assert await call.line.transferred.get() == "sip:200@127.0.0.1 attended"
        call.runner.tell(TransferEnded("accepted"))
    assert call.line.whisper == LOUD * len("whisper Un trou.")
    assert call.records.outcome == "transferred"
    assert (call.records.services, call.records.n_transfers) == (["voirie"], 1)


async def test_an_agent_is_called_without_a_whisper_when_the_voice_breaks() -> None:
    call = CallInProgress(TRANSFERRED, synthesizer=ToneSynthesizer(broken="whisper"))
    async with running(call):
        await marks(call, 2)
        call.runner.tell(DtmfPressed("0"))
        await call.line.transferred.get()
        call.runner.tell(HungUp("line"))
    assert call.line.whisper == b""
    assert call.records.outcome == "caller_hung_up"


async def test_a_service_that_is_not_on_the_list_is_not_called() -> None:
    call = CallInProgress(
        replace(TRANSFERRED, service="0899000000"), Reply("Qui ?", expect=Expect.NONE), heard=()
    )
    async with running(call):
        await marks(call, 2)
        call.runner.tell(DtmfPressed("0"))
        await marks(call, 3)
        call.runner.tell(HungUp("line"))
    assert call.line.transferred.empty()
    assert call.dialogue.asked[1] == '/request_callback{"service": "0899000000"}'


async def test_a_line_without_sound_is_left() -> None:
    call = CallInProgress(patience=Patience(media_s=0.01))
    async with running(call):
        await marks(call, 2)
        call.runner.tell(MediaLost())
        await marks(call, 2)
    assert call.line.sent[-3:] == ["mark say-4", "hangup goodbye", "clear"]


async def test_silence_is_met_in_time() -> None:
    call = CallInProgress(patience=Patience(no_input_s=0.01))
    async with running(call):
        await marks(call, 5)
    assert [turn.text for turn in call.records.turns][2:] == ["no input 1", "no input 2", "no input goodbye"]


async def test_a_voice_that_breaks_does_not_hold_the_call() -> None:
    call = CallInProgress(
        Reply("Sans voix.", expect=Expect.OPEN),
        Reply("Au revoir.", action=ActionType.HANGUP),
        heard=("bonjour", "allô"),
        synthesizer=ToneSynthesizer(broken="Sans"),
    )
    async with running(call):
        await marks(call, 2)
        call.caller_speaks()
        await marks(call, 1)
        call.caller_speaks()
    assert "hangup goodbye" in call.line.sent


async def test_danger_is_answered_before_the_dialogue_is_asked_and_flagged() -> None:
    call = CallInProgress(Reply("Au revoir.", action=ActionType.HANGUP), heard=("il y a le feu",))
    async with running(call):
        await marks(call, 2)
        call.caller_speaks()
    texts = [turn.text for turn in call.records.turns]
    assert texts.index("Appelez le 18.") < texts.index("Au revoir.")
    assert call.dialogue.asked == ["IL Y A LE FEU", "/hang_up"]
    assert call.records.emergencies == ["fire"]


async def test_what_was_cut_off_is_recorded_as_far_as_it_was_heard() -> None:
    call = CallInProgress(Reply("C'est noté. Autre chose ?"), heard=("un trou",))
    call.line.stops_at = "clause-3-2"
    async with running(call):
        await marks(call, 2)
        call.caller_speaks()
        await call.line.has_sent("mark clause-3-2")
        call.runner.tell(HungUp("caller"))
    last = call.records.turns[-1]
    assert (last.text, last.was_cut_off) == ("C'est noté. …", True)


async def test_who_speaks_over_the_bot_makes_it_quieter_and_a_nod_brings_it_back() -> None:
    call = CallInProgress(Reply("C'est noté. Avez-vous besoin d'autre chose ?"), heard=("un trou", "hum"))
    call.line.stops_at = "clause-3-2"
    async with running(call):
        await marks(call, 2)
        call.caller_speaks()
        await call.line.has_sent("mark clause-3-2")
        for frame in [LOUD] * 20 + [QUIET] * 50:
            call.runner.hear(frame)
            await asyncio.sleep(0)
        await call.line.has_sent("gain 100")
        call.runner.tell(HungUp("caller"))
    assert [sent for sent in call.line.sent if sent.startswith("gain")] == ["gain 30", "gain 100"]


async def test_a_mute_machine_leaves_without_a_goodbye_on_the_wire() -> None:
    call = CallInProgress(synthesizer=ToneSynthesizer(broken="o"))
    async with running(call):
        pass
    assert not any(sent.startswith("hangup") for sent in call.line.sent)
    assert call.records.outcome == "voice_lost"
