"""A transfer from the caller's key to the agent's: the real call and real SIP, engines that are fakes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.call.types import ActionType, Reply
from bot.store.models import Conversation
from tests.calls.sipp.lab import phone, worker
from tests.fakes.media_peer import MediaCall, media_peer
from tests.unit.test_media_gateway import TOKEN, Door, listening
from wire import media

pytestmark = pytest.mark.sip

TRANSFER = Reply("Je vous passe.", action=ActionType.TRANSFER, service="voirie", summary="Un trou")
GOODBYE = Reply("Au revoir.", action=ActionType.HANGUP)
# The fake voice says 20 ms of a constant per character.
WHISPER_S = 0.02 * len("whisper Un trou.")


def _loud_s(call: MediaCall) -> float:
    """How long anything was heard. A constant passes A-law, but the line's filters take its level down."""
    samples = np.frombuffer(bytes(call.heard), dtype="<i2")
    return int(np.count_nonzero(np.abs(samples.astype(np.int32)) > 300)) / media.SAMPLE_RATE_HZ


async def _ask_for_a_person(call: MediaCall) -> None:
    # The opening is never cut short, but a key pressed into it is kept.
    await call.send(media.Dtmf("0"))


@pytest.mark.parametrize(
    ("key", "outcome", "asked"),
    [
        ("1", "transferred", ["/talk_to_agent", "/hang_up"]),
        ("2", "goodbye", ["/talk_to_agent", '/request_callback{"service": "voirie"}', "/hang_up"]),
    ],
)
async def test_an_agent_hears_the_summary_and_decides(
    tmp_path: Path, key: str, outcome: str, asked: list[str]
) -> None:
    async def agent_script(call: MediaCall) -> None:
        await call.until(lambda: _loud_s(call) > 0.7 * WHISPER_S)
        await call.send(media.Dtmf(key))
        if key == "1":
            await call.hears(0.5)
            await call.send(media.Hangup("done"))

    async with media_peer(agent_script) as agent_mind, worker(agent_mind.url) as agent:
        door = Door(tmp_path, TRANSFER, GOODBYE, transfer_targets={"voirie": agent.uri})
        async with (
            listening(door),
            media_peer(_ask_for_a_person) as caller_mind,
            worker(
                f"ws://127.0.0.1:{door.port}/media", internal_token=TOKEN, transfer_targets=agent.uri
            ) as telephony,
            phone(telephony.uri, caller_mind.url) as dial,
        ):
            assert await dial.ends() == 0, dial.output
    with Session(door.engine) as session:
        conversation = session.scalars(select(Conversation)).one()
    assert conversation.outcome == outcome
    assert door.dialogue.asked == asked
