"""What telephones and trunks do in calls: offers late, bad and new, lost ACKs, crossing CANCELs."""

from __future__ import annotations

import asyncio
import re
import uuid

import pytest

from tests.fakes.sip_stranger import Stranger
from tests.torture.scene import scene

pytestmark = [pytest.mark.sip, pytest.mark.torture]

BAD_OFFERS = (
    *(
        "",
        "v=0",
        "m=audio 4000 RTP/AVP 8",
        "@@RTP/AVP 18",
        "@@RTP/SAVP 8",
        "@@RTP/AVP 96",
        "@@UDP/TLS/RTP/SAVPF 8",
    ),
    *("@@RTP/AVP 8\r\na=ptime:0", "@@RTP/AVP 8\r\nc=IN IP6 ::1", "@@RTP/AVP 8\r\nc=IN IP4 nowhere.invalid"),
)


def _offer(kind: str, port: int) -> str:
    head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    return kind.replace("@@", f"{head}m=audio {port} ") + "\r\n"


async def _statuses(of: Stranger, method: str, *bodies: str, headers: tuple[str, ...] = ()) -> list[int]:
    return [(await of.in_call(method, body, headers))[0] for body in bodies]


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
async def test_offers_in_a_call(method: str) -> None:
    async with scene() as rude:
        friend, port = rude.friend, rude.friend.rtp.getsockname()[1]
        plain = friend.sdp
        holds = [
            f"{plain}a={way}\r\n" for way in ("sendonly", "sendrecv", "inactive", "recvonly", "sendrecv")
        ]
        nowhere = plain.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0")
        codecs = [plain.replace("AVP 8", f"AVP {codec}") for codec in ("0", "9", "8 0 9")]
        good = [*holds, nowhere, plain, *codecs, plain]
        assert await _statuses(friend, method, *good) == [200] * len(good)
        # PJSIP by itself dies of an offer that follows some that it refused.
        bad = [_offer(kind, port) for kind in BAD_OFFERS if kind] * 3
        assert await _statuses(friend, method, *bad) == [488] * len(bad)
        assert await _statuses(friend, method, *good) == [200] * len(good)
        await rude.all_is_well()
        await rude.friend_hangs_up()


async def test_an_offer_left_to_us_in_a_call() -> None:
    async with scene() as rude:
        for answer in (rude.friend.sdp, _offer("@@RTP/AVP 18", 4000), rude.friend.sdp):
            dialog = rude.friend.dialog
            assert dialog is not None
            dialog.cseq += 1
            names = {"call_id": dialog.call_id, "peer_tag": dialog.peer_tag, "target": dialog.target}
            status, message = await rude.friend.ask("INVITE", cseq=dialog.cseq, **names)  # type: ignore[arg-type]
            assert status in (200, 491, 500)
            if status == 200:
                assert b"m=audio" in message
                rude.friend.throw(rude.friend.request("ACK", cseq=dialog.cseq, body=answer, **names))
        await rude.all_is_well()


@pytest.mark.parametrize("kind", [kind for kind in BAD_OFFERS if kind])
async def test_new_calls_that_cannot_be_heard_are_not_acceptable(kind: str) -> None:
    async with scene() as rude:
        assert (await rude.stranger.ask("INVITE", _offer(kind, 4000)))[0] == 488
        await rude.all_is_well()


async def test_extensions_that_nobody_has_are_named() -> None:
    async with scene() as rude:
        headers = ("Require: nothing-has-this",)
        status, answer = await rude.stranger.ask("INVITE", rude.stranger.sdp, headers=headers)
        assert status == 420
        assert re.search(rb"\r\nUnsupported: *nothing-has-this\r\n", answer)
        # Inside a call PJSIP does not look.
        assert (await rude.friend.in_call("UPDATE", headers=headers))[0] in (200, 420)
        too_short = ("Supported: timer", "Session-Expires: 10")
        status, answer = await rude.stranger.ask("INVITE", rude.stranger.sdp, headers=too_short)
        assert (status, b"\r\nMin-SE: " in answer) == (422, True)
        await rude.all_is_well()


async def test_an_ack_that_is_lost_or_wrong_costs_nobody_else_anything() -> None:
    async with scene() as rude:
        stranger = rude.stranger
        for number, (cseq, tag) in enumerate(((7, ""), (1, "other-tag"), (None, ""))):
            call_id = f"ack{number}"
            status, answer = await stranger.ask("INVITE", stranger.sdp, call_id=call_id)
            assert status == 200
            peer_tag = re.search(rb"\r\nTo: [^\r\n]*tag=([^;\r\n]+)", answer)
            assert peer_tag is not None
            known = peer_tag[1].decode()
            if cseq is not None:
                stranger.throw(stranger.request("ACK", call_id, cseq, peer_tag=tag or known))
            # The answer is said again until it is confirmed.
            await asyncio.wait_for(_again(stranger), 5)
            status, _ = await stranger.ask("BYE", call_id=call_id, cseq=2, peer_tag=known)
            assert status == 200
        await rude.all_is_well()
        await rude.friend_hangs_up()


async def _again(stranger: Stranger) -> None:
    while await stranger.finals.get() != 200:
        continue


async def test_cancels_that_cross_answers() -> None:
    async with scene() as rude:
        stranger = rude.stranger
        assert (await stranger.ask("CANCEL", call_id="nothing"))[0] == 481
        for _ in range(5):
            call_id = uuid.uuid4().hex
            invite = stranger.request("INVITE", call_id, 1, stranger.sdp)
            cancel = stranger.request("CANCEL", call_id, 1)
            branch = re.search(rb"branch=[^\r\n]+", invite)
            assert branch is not None
            stranger.throw(invite)
            stranger.throw(re.sub(rb"branch=[^\r\n]+", branch[0], cancel))
            # 200 of the CANCEL, and 487 or, when the bot was faster, 200 of the INVITE.
            got = {await asyncio.wait_for(stranger.finals.get(), 5) for _ in range(2)}
            assert got <= {200, 487}, got
            await asyncio.sleep(0.2)
        # Of a call that is up nothing is cancelled any more.
        assert await stranger.call() == 200
        assert stranger.dialog is not None
        status, _ = await stranger.ask("CANCEL", call_id=stranger.dialog.call_id)
        assert status in (200, 481)
        assert (await stranger.in_call("UPDATE"))[0] == 200
        assert (await stranger.in_call("BYE"))[0] == 200
        await rude.all_is_well()


async def test_a_trunk_that_wants_provisional_answers_confirmed() -> None:
    async with scene() as rude:
        headers = ("Supported: 100rel", "Allow: INVITE, ACK, BYE, CANCEL, PRACK, UPDATE")
        assert await rude.stranger.call(headers) == 200
        assert (await rude.stranger.in_call("BYE"))[0] == 200
        # A PRACK of nothing.
        status, _ = await rude.friend.in_call("PRACK", headers=("RAck: 1 1 INVITE",))
        assert status in (200, 400, 481)
        await rude.all_is_well()


async def test_nothing_is_done_for_who_asks_in_a_call() -> None:
    async with scene() as rude:
        friend = rude.friend
        assert friend.dialog is not None
        here = f"{friend.dialog.call_id};to-tag={friend.dialog.peer_tag};from-tag={friend.dialog.call_id}"
        refer = ("Refer-To: <sip:0899000000@127.0.0.1:9>",)
        assert (await friend.in_call("REFER", headers=refer))[0] == 603
        assert (await rude.stranger.ask("REFER", headers=refer))[0] == 403
        replaces = ("Require: replaces", f"Replaces: {here}")
        assert (await rude.stranger.ask("INVITE", rude.stranger.sdp, headers=replaces))[0] >= 400
        event = ("Event: refer", "Subscription-State: active")
        assert (await friend.in_call("NOTIFY", headers=event))[0] >= 400
        assert (await friend.in_call("SUBSCRIBE", headers=("Event: presence",)))[0] >= 400
        # What PJSIP does not know inside calls it answers with 500.
        assert (await friend.in_call("OPTIONS"))[0] in (200, 500)
        assert (await friend.in_call("INFO"))[0] in (200, 400, 415, 469, 500)
        strangers_bye = await rude.stranger.ask(
            "BYE", call_id=friend.dialog.call_id, cseq=99, peer_tag="guessed"
        )
        assert strangers_bye[0] == 481
        friend.dialog.cseq = 0
        assert (await friend.in_call("UPDATE"))[0] == 500, "an old number"
        friend.dialog.cseq = 200
        await rude.all_is_well()
        await rude.friend_hangs_up()
