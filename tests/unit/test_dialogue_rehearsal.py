"""The first turn is rehearsed until it is answered."""

from bot.call.errors import DialogueError
from bot.call.types import Reply
from bot.dialogue.rehearsal import Rehearsal
from tests.fakes.engines import ScriptedDialogue


async def test_it_is_over_once_a_turn_was_answered() -> None:
    down = DialogueError("down", retryable=True)
    dialogue = ScriptedDialogue(down, down, Reply("Bonjour."), Reply("unheard"))
    rehearsal = Rehearsal(dialogue, retry_s=0)
    assert not rehearsal.is_over
    await rehearsal.run()
    assert rehearsal.is_over
    assert len(dialogue.asked) == 3
