"""The phone of the simulated callers goes where its call is sent."""

from __future__ import annotations

import pytest

from tests.calls.sipp.lab import dial, sipp_agent, worker
from tests.fakes.media_peer import MediaCall, media_peer, stay_silent, tone
from wire import media

pytestmark = pytest.mark.sip


@pytest.mark.parametrize(("options", "status"), [(("--follow",), "accepted"), ((), "refused")])
async def test_a_phone_follows_a_transfer_when_it_is_told_to(options: tuple[str, ...], status: str) -> None:
    async with sipp_agent("agent_accepts.xml", digit="1") as (_agent, target):

        async def send_on(call: MediaCall) -> None:
            await call.say(tone(440, 0.5))
            await call.send(media.Transfer(target))
            await call.until(lambda: _final(call) is not None)
            await call.send(media.Hangup("done"))

        async with (
            media_peer(send_on) as bot,
            media_peer(stay_silent) as caller,
            worker(bot.url, transfer_targets=target) as telephony,
        ):
            output, code = await dial(telephony.uri, caller.url, *options)
            call = await bot.call()
            await call.over()
    assert _final(call) == status
    assert code == 0
    assert output == (f"transferred_to={target}\n" if options else "")


def _final(call: MediaCall) -> str | None:
    statuses = [message.status for message in call.messages(media.TransferStatus)]
    return statuses[-1] if statuses and statuses[-1] not in ("trying", "ringing") else None
