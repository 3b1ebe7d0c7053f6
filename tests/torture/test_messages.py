"""Strange and broken SIP messages: each is answered as it should be, and no call notices."""

from __future__ import annotations

import pytest

from tests.torture.messages import TortureMessage, messages
from tests.torture.scene import Scene, scene

pytestmark = pytest.mark.sip

# Of each kind of fault one, for every run of all tests; `make torture` sends all.
FEW = ("3.1.1.1 ", "3.1.1.2 ", "3.1.2.2 ", "3.1.2.3 ", "3.1.2.5 ", "3.1.2.19 ", "3.3.5 ", "3.3.6 ", "3.3.10 ")


US_6, ME_6 = "[2001:db8::10]:5070", "[2001:db8::9:1]:5062"


async def _wrong_answers(rude: Scene, sent: list[TortureMessage], us: str = "", me: str = "") -> list[str]:
    wrong = []
    for message in sent:
        status = await rude.answer_to(message, us, me)
        if status not in message.answers:
            wrong.append(f"{message.name}: {status}, not {sorted(message.answers)}")
        assert await rude.stranger.is_answered(), message.name
    return wrong


async def test_a_few_strange_messages_hurt_nobody() -> None:
    known = messages("rfc4475_valid.yml") + messages("rfc4475_broken.yml")
    async with scene() as rude:
        assert await _wrong_answers(rude, [each for each in known if each.name.startswith(FEW)]) == []
        await rude.all_is_well()
        await rude.friend_hangs_up()


@pytest.mark.torture
@pytest.mark.parametrize("file", ["rfc4475_valid.yml", "rfc4475_broken.yml"])
async def test_strange_messages_are_answered_and_hurt_nobody(file: str) -> None:
    async with scene() as rude:
        assert await _wrong_answers(rude, messages(file)) == []
        await rude.all_is_well()
        await rude.friend_hangs_up()


@pytest.mark.torture
async def test_strange_ipv6_messages_are_answered_and_hurt_nobody() -> None:
    """Over IPv4: the PJSIP of the wheel has no IPv6 for sound."""
    async with scene() as rude:
        assert await _wrong_answers(rude, messages("rfc5118.yml"), US_6, ME_6) == []
        await rude.all_is_well()
        await rude.friend_hangs_up()
