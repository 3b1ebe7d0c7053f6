"""A real Chromium in front of a running chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.fakes.chat_site import ChatSite
from tests.fakes.console_site import ConsoleSite
from tests.fakes.ports import free_ports

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A microphone that beeps; pages still need the permission to use it.
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ChatSite]:
    (port,) = free_ports(1)
    with ChatSite(tmp_path, port).running() as running:
        yield running


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatSite]:
    (port,) = free_ports(1)
    with ChatSite(tmp_path_factory.mktemp("chat"), port).running() as running:
        yield running


@pytest.fixture
def console_site(tmp_path: Path) -> Iterator[ConsoleSite]:
    (port,) = free_ports(1)
    with ConsoleSite(tmp_path, port).running() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        await browser.close()
