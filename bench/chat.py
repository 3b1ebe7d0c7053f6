"""Measures the chat of a running callbot (`make run`): first answers, many open chats, the widget itself.

python -m bench.chat [--url http://127.0.0.1:8000] [--chats 200] [--minutes 2]

Prints medians and 95 % in ms. Each chat comes from an address of its own (X-Forwarded-For, which the bot
believes on loopback only), so that the limits per address do not show.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import time
from typing import Any

from playwright.async_api import async_playwright

from bench.chat_visitor import Chat

EVERY_S = 20.0
SENTENCES = (
    "bonjour",
    "il y a un trou dans la chaussée",
    "devant le 12 rue de la République",
    "oui",
    "non",
    "comment refaire ma carte d'identité ?",
    "quels papiers faut-il ?",
    "à quelle heure ouvre la mairie ?",
    "merci",
    "je veux suivre mon signalement",
)
CHROMIUM = "/usr/bin/chromium"


def report(name: str, took_ms: list[float]) -> None:
    ordered = sorted(took_ms)
    median, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(f"{name}: median {median:.0f} ms, 95 % {p95:.0f} ms, longest {ordered[-1]:.0f} ms ({len(ordered)})")


async def first_answers(url: str, count: int) -> None:
    opened, answered = [], []
    for number in range(count):
        chat = Chat(url, number)
        opened.append(await chat.open())
        answered.append(await chat.say(SENTENCES[1]))
        await chat.close()
    report("greeting, one chat at a time", opened)
    report("first answer, one chat at a time", answered)


async def many_chats(url: str, count: int, minutes: float) -> None:
    chats = [Chat(url, 1000 + number) for number in range(count)]
    for chat in chats:
        await chat.open()
    end_s = time.perf_counter() + minutes * 60
    took_ms: list[float] = []

    async def converse(chat: Chat, words: Any) -> None:
        await asyncio.sleep(random.uniform(0, EVERY_S))
        while time.perf_counter() < end_s:
            began_s = time.perf_counter()
            took_ms.append(await chat.say(next(words)))
            await asyncio.sleep(max(0.0, EVERY_S - (time.perf_counter() - began_s)))

    await asyncio.gather(
        *(
            converse(chat, itertools.cycle(SENTENCES[i % 10 :] + SENTENCES[: i % 10]))
            for i, chat in enumerate(chats)
        )
    )
    report(f"answer, {count} open chats, each every {EVERY_S:.0f} s", took_ms)
    await asyncio.gather(*(chat.close() for chat in chats))


async def widget_ready(url: str, count: int) -> None:
    """From the navigation to the page until the reopened widget has its conversation back."""
    ready_ms = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for _ in range(count):
            context = await browser.new_context()
            page = await context.new_page()
            await page.goto(f"{url}/chat/")
            await page.get_by_role("button", name="Une question").click()
            await page.get_by_text("Comment puis-je vous aider ?").wait_for()
            await page.reload()
            await page.get_by_text("Comment puis-je vous aider ?").wait_for()
            (mark,) = await page.evaluate("performance.getEntriesByName('callbot-ready')")
            ready_ms.append(mark["startTime"])
            await context.close()
        await browser.close()
    report("widget ready after navigation", ready_ms)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=2.0)
    arguments = parser.parse_args()
    await first_answers(arguments.url, 30)
    await widget_ready(arguments.url, 10)
    await many_chats(arguments.url, arguments.chats, arguments.minutes)


if __name__ == "__main__":
    asyncio.run(main())
