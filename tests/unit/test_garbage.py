"""What calls leave behind is freed although nothing else happens."""

import asyncio
import gc
import weakref

from runtime import garbage


class Part:
    """Knows itself, as the parts of a call know each other."""

    def __init__(self) -> None:
        self.other = self


async def test_parts_that_know_each_other_are_freed() -> None:
    gc.disable()
    try:
        freed = asyncio.Event()
        weakref.finalize(Part(), freed.set)
        collecting = asyncio.create_task(garbage.collect(every_s=0.01))
        async with asyncio.timeout(10):
            await freed.wait()
        collecting.cancel()
        await asyncio.gather(collecting, return_exceptions=True)
    finally:
        gc.enable()
