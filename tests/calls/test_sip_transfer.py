"""Transfers that the bot asks for, as a caller's telephone carries them out."""

from __future__ import annotations

import pytest

from tests.calls.sipp.lab import sipp, worker
from tests.fakes.media_peer import MediaCall, media_peer, tone
from wire import media

pytestmark = pytest.mark.sip

TARGETS = "0466000002 3000 3000@"


async def _transfer(call: MediaCall) -> None:
    await call.say(tone(440, 0.5))
    await call.send(media.Transfer("0466000002", headers={"X-Service": "urbanisme"}))
    await call.until(lambda: _outcome(call) is not None)
    await call.send(media.Hangup("done"))


def _outcome(call: MediaCall) -> media.TransferStatus | None:
    statuses = call.messages(media.TransferStatus)
    return statuses[-1] if statuses and statuses[-1].status not in ("trying", "ringing") else None


async def test_a_transfer_that_is_taken_ends_the_call() -> None:
    async with (
        media_peer(_transfer) as bot,
        worker(bot.url, transfer_targets=TARGETS) as telephony,
        sipp("transfer.xml", telephony.port, target="sip:0466000002@127.0.0.1", outcome="200 OK") as caller,
    ):
        assert await caller.ends() == 0, caller.output
        call = await bot.call()
        await call.over()
    assert [status.status for status in call.messages(media.TransferStatus)] == [
        *("trying", "trying", "ringing", "accepted")
    ]
    assert call.messages(media.Hangup) == [media.Hangup("transferred")]
    assert call.heard_when(call.messages(media.TransferStatus)[0]) >= 0.4 * media.SAMPLE_RATE_HZ


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        *(("486 Busy Here", "busy"), ("480 Temporarily Unavailable", "no_answer")),
        *(("603 Decline", "refused"), ("500 Server Internal Error", "failed")),
    ],
)
async def test_a_transfer_that_fails_goes_on_with_the_bot(outcome: str, status: media.TransferState) -> None:
    async with (
        media_peer(_transfer) as bot,
        worker(bot.url, transfer_targets=TARGETS) as telephony,
        sipp("transfer.xml", telephony.port, target="sip:0466000002@127.0.0.1", outcome=outcome) as caller,
    ):
        assert await caller.ends() == 0, caller.output
        call = await bot.call()
        await call.over()
    assert _outcome(call) == media.TransferStatus(status, int(outcome[:3]))
    assert call.messages(media.Hangup) == [media.Hangup("bot")]


async def test_a_telephone_that_does_not_do_transfers() -> None:
    outcome = "403 Forbidden"
    async with (
        media_peer(_transfer) as bot,
        worker(bot.url, transfer_targets=TARGETS) as telephony,
        sipp("transfer_refused.xml", telephony.port, target="sip:", outcome=outcome) as caller,
    ):
        assert await caller.ends() == 0, caller.output
        call = await bot.call()
        await call.over()
    assert _outcome(call) == media.TransferStatus("refused", 403)


@pytest.mark.parametrize(
    ("transfer", "code"),
    [
        (media.Transfer("3000", headers={"X-Service": "a\r\nX-Injected: yes"}), 500),
        (media.Transfer("3000@", kind="attended"), 500),
    ],
)
async def test_a_transfer_that_cannot_be_asked_for(transfer: media.Transfer, code: int) -> None:
    async def script(call: MediaCall) -> None:
        await call.send(transfer)
        await call.message(media.TransferStatus)
        await call.send(media.Hangup("done"))

    async with (
        media_peer(script) as bot,
        worker(bot.url, transfer_targets=TARGETS) as telephony,
        sipp("stay.xml", telephony.port) as caller,
    ):
        assert await caller.ends() == 0, caller.output
        call = await bot.call()
        await call.over()
    assert call.messages(media.TransferStatus) == [media.TransferStatus("failed", code)]


@pytest.mark.parametrize("kind", ["blind", "attended"])
@pytest.mark.parametrize("to", ["0899000000", "sip:a@b>\r\nX-Injected: yes", ""])
async def test_who_is_not_on_the_list_is_never_called(to: str, kind: media.TransferKind) -> None:
    async def script(call: MediaCall) -> None:
        await call.send(media.Transfer(to, kind, whisper_frames=1))
        await call.say(tone(440, 0.02))
        await call.message(media.TransferStatus)
        await call.send(media.Hangup("done"))

    async with (
        media_peer(script) as bot,
        worker(bot.url, transfer_targets=TARGETS) as telephony,
        sipp("stay.xml", telephony.port) as caller,
    ):
        assert await caller.ends() == 0, caller.output
        await telephony.process.says("transfer_target_refused")
        call = await bot.call()
        await call.over()
    assert call.messages(media.TransferStatus) == [media.TransferStatus("refused", 403)]
    assert to == "" or to not in telephony.process.output
