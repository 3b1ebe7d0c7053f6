"""The microphone's audio thread in a real Chromium: how what the bot says is made quieter, and stopped."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.fakes.chat_site import ChatSite

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.web]

RATE_HZ = 16_000
LEVEL = 0.5

# Gives the orders at once and returns what the loudspeaker gets until `last` is reported, and the reports.
# The sound sent is a constant, so that what comes out is its loudness, sample by sample.
PLAY = """async ({ worklet, orders, last, level, rateHz }) => {
  const context = new AudioContext({ sampleRate: rateHz });
  const recorder = `registerProcessor("recorder", class extends AudioWorkletProcessor {
    process([input]) { if (input[0]) this.port.postMessage(Array.from(input[0])); return true; } })`;
  await context.audioWorklet.addModule(worklet);
  const module = new Blob([recorder], { type: "text/javascript" });
  await context.audioWorklet.addModule(URL.createObjectURL(module));
  const voice = new AudioWorkletNode(context, "callbot-voice", { outputChannelCount: [1] });
  const record = new AudioWorkletNode(context, "recorder", { outputChannelCount: [1] });
  voice.connect(record).connect(context.destination);
  const heard = [], reports = [];
  record.port.onmessage = ({ data }) => heard.push(...data);
  const isOver = new Promise((resolve) => {
    voice.port.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) return;
      reports.push(data);
      if (JSON.stringify(data) === JSON.stringify(last)) resolve();
    };
  });
  for (const { say_ms: ms, ...order } of orders) {
    if (ms === undefined) voice.port.postMessage(order);
    else voice.port.postMessage({ pcm: new Int16Array(rateHz * ms / 1000).fill(32768 * level).buffer });
  }
  await context.resume();
  await isOver;
  await context.close();
  return { heard, reports };
}"""


async def played(
    chromium: Browser, site: ChatSite, orders: list[dict[str, Any]], last: dict[str, Any]
) -> tuple[list[float], list[dict[str, Any]]]:
    """What is heard of these orders, without the silence around it, and what is reported."""
    # The page's own policy would keep the test's recorder out.
    page = await chromium.new_page(bypass_csp=True)
    await page.goto(f"{site.url}/chat/")
    told = await page.evaluate(
        PLAY,
        {
            "worklet": f"{site.url}/chat/voice-worklet.js",
            "orders": orders,
            "last": last,
            "level": LEVEL,
            "rateHz": RATE_HZ,
        },
    )
    await page.close()
    loud = [at for at, sample in enumerate(told["heard"]) if abs(sample) > 0.01]
    return told["heard"][loud[0] : loud[-1] + 1] if loud else [], told["reports"]


async def test_the_bot_lowers_its_voice_evenly_while_somebody_speaks(
    shared_site: ChatSite, chromium: Browser
) -> None:
    orders: list[dict[str, Any]] = [{"say_ms": 500}, {"percent": 30, "rampMs": 60}, {"mark": "said"}]
    heard, _ = await played(chromium, shared_site, orders, {"played": "said"})
    lowered = heard[RATE_HZ // 10 : -RATE_HZ // 20]
    assert lowered
    assert all(abs(sample - 0.3 * LEVEL) < 0.01 for sample in lowered)
    steps = [abs(after - before) for before, after in pairwise(heard[320 : RATE_HZ // 10])]
    assert max(steps) < 0.01, "a jump would click"


async def test_it_comes_back_up(shared_site: ChatSite, chromium: Browser) -> None:
    orders: list[dict[str, Any]] = [
        {"say_ms": 500},
        {"percent": 30, "rampMs": 0},
        {"percent": 100, "rampMs": 60},
        {"mark": "said"},
    ]
    heard, _ = await played(chromium, shared_site, orders, {"played": "said"})
    assert heard[320] < 0.6 * LEVEL
    assert all(abs(sample - LEVEL) < 0.01 for sample in heard[RATE_HZ // 10 : -RATE_HZ // 20])


async def test_stopping_fades_and_forgets_marks_and_what_follows_is_as_loud_as_ever(
    shared_site: ChatSite, chromium: Browser
) -> None:
    orders: list[dict[str, Any]] = [
        {"percent": 30, "rampMs": 0},
        {"say_ms": 500},
        {"mark": "cut"},
        {"fadeMs": 20},
        {"say_ms": 200},
        {"mark": "said"},
    ]
    heard, reports = await played(chromium, shared_site, orders, {"played": "said"})
    assert reports == [{"played": "said"}]
    again = next(at for at, sample in enumerate(heard) if sample > 0.4 * LEVEL)
    assert max(heard[: again - 100]) <= 0.33 * LEVEL
    steps = [abs(after - before) for before, after in pairwise(heard[100 : again - 100])]
    assert max(steps) < 0.01, "a jump would click"
    assert len(heard) < 0.4 * RATE_HZ, "what was queued is forgotten"
    assert abs(heard[-RATE_HZ // 20] - LEVEL) < 0.01


async def test_the_end_of_the_call_is_reported_even_if_the_bot_is_stopped_before(
    shared_site: ChatSite, chromium: Browser
) -> None:
    orders: list[dict[str, Any]] = [{"say_ms": 500}, {"over": True}, {"fadeMs": 20}]
    heard, reports = await played(chromium, shared_site, orders, {"over": True})
    assert reports == [{"over": True}]
    assert len(heard) < 0.1 * RATE_HZ
