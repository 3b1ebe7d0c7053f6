"""What is rendered before anybody waits for it, and when that is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.call.foresight import Foresight
from tests.fakes.engines import ToneSynthesizer


class SlowSynthesizer(ToneSynthesizer):
    """Never has anything ready; notes what was given up."""

    def __init__(self) -> None:
        super().__init__()
        self.given_up: list[str] = []

    async def prepare(self, texts: Sequence[str]) -> None:
        await super().prepare(texts)
        try:
            await asyncio.Event().wait()
        finally:
            self.given_up += texts


async def test_what_is_likely_goes_on_being_rendered_until_something_else_is_or_the_call_ends() -> None:
    voice = SlowSynthesizer()
    foresight = Foresight(voice)
    foresight.expect(["first"])
    foresight.begin()
    await asyncio.sleep(0)
    foresight.begin()  # a filler was said
    await asyncio.sleep(0)
    assert (voice.prepared, voice.given_up) == (["first"], [])
    foresight.expect(["second"])
    foresight.begin()
    await asyncio.sleep(0)
    assert (voice.prepared, voice.given_up) == (["first", "second"], ["first"])
    foresight.end()
    await asyncio.sleep(0)
    assert voice.given_up == ["first", "second"]
