"""Loads a callbot of its own with chats and with requests, and prints how it answers.

`make load`, or `.venv/bin/python -m bench.load --help`; calls at once are `bench.calls --loads`, which the
same target runs before. Clients and callbot share this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import time

import httpx

from bench.calls_switchboard import own_switchboard
from bench.chat import first_answers, many_chats, report

N_FIRST_ANSWERS = 20
PAGES = ("/chat/", "/chat/widget.js", "/console/sign-in", "/healthz")


async def requests_a_second(client: httpx.AsyncClient, url: str, at_once: int, lasts_s: float) -> None:
    """Ask for one address as fast as answers come, from several clients at once."""
    took_ms: list[float] = []
    n_failed = 0
    until_s = time.perf_counter() + lasts_s

    async def ask() -> None:
        nonlocal n_failed
        while (began_s := time.perf_counter()) < until_s:
            response = await client.get(url)
            took_ms.append(1000 * (time.perf_counter() - began_s))
            n_failed += response.status_code >= 500

    await asyncio.gather(*(ask() for _ in range(at_once)))
    rate = f"{len(took_ms) / lasts_s:.0f} a second, {n_failed} failed"
    report(f"{httpx.URL(url).path}, {at_once} at once, {rate}", took_ms)


async def load(url: str, chats: list[int], minutes: float, at_once: int) -> None:
    await first_answers(url, N_FIRST_ANSWERS)
    for n_chats in chats:
        await many_chats(url, n_chats, minutes)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        for page in PAGES:
            await requests_a_second(client, url + page, at_once, 10)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__.splitlines()[0])
    parser.add_argument("--chats", default="50,100,200", help="open chats, one measurement each")
    parser.add_argument("--minutes", type=float, default=1.0, help="per measurement")
    parser.add_argument("--at-once", type=int, default=20, help="clients that ask for pages")
    options = parser.parse_args()
    chats = [int(number) for number in options.chats.split(",") if number]
    with own_switchboard(1) as switchboard:
        switchboard.settle()
        asyncio.run(load(switchboard.public_url, chats, options.minutes, options.at_once))


if __name__ == "__main__":
    main()
