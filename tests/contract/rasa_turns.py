"""Runs in the Rasa environment: turns of one conversation at two lock stores, as two servers have them.

Usage: rasa_turns.py URL in_order | dead | alone. Prints what happened as JSON.
"""

# mypy: ignore-errors

import asyncio
import json
import os
import sys
from types import SimpleNamespace

from bot.rasa_env.sender_locks import SenderLocks

N_TURNS = 40


def store(url):
    return SenderLocks(SimpleNamespace(url=url))


async def in_order(url):
    """Turns arrive at both servers by turns; each takes a moment."""
    servers, done, inside = (store(url), store(url)), [], 0
    most = 0

    async def turn(number):
        nonlocal inside, most
        async with servers[number % 2].lock("sender"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            done.append(number)
            inside -= 1

    tasks = []
    for number in range(N_TURNS):
        tasks.append(asyncio.create_task(turn(number)))
        # Long enough for the turn to have joined: that is the order of its arrival.
        await asyncio.sleep(0.01)
    await asyncio.gather(*tasks)
    return {"done": done, "most_at_once": most}


async def dead(url):
    """A server holds the conversation and is gone; the next turn goes ahead when its time is over."""
    holding = os.fork()
    if holding == 0:
        asyncio.run(_hold(url))
        os._exit(0)
    await asyncio.to_thread(os.waitpid, holding, 0)
    started_s = asyncio.get_running_loop().time()
    async with store(url).lock("sender", lock_lifetime=2):
        return {"waited_s": asyncio.get_running_loop().time() - started_s}


async def _hold(url):
    lock = store(url).lock("sender", lock_lifetime=2)
    await lock.__aenter__()
    os._exit(0)


async def alone(url):
    """Nobody answers at this address: one server still keeps its own turns apart."""
    only, done = store(url), []

    async def turn(number):
        async with only.lock("sender"):
            await asyncio.sleep(0.005)
            done.append(number)

    await asyncio.gather(*(turn(number) for number in range(5)))
    return {"done": sorted(done)}


print(json.dumps(asyncio.run(globals()[sys.argv[2]](sys.argv[1]))))
