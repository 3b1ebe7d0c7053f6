"""Starts the real SIP processes of a test and ends them: workers, phones, sipp."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tempfile
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runtime.keeper import serving
from tests.fakes.media_peer import TOKEN
from tests.fakes.ports import RTP_PORTS, free_port, free_rtp_port
from wire.media import FRAME_SAMPLES, SAMPLE_RATE_HZ

SCENARIOS = Path(__file__).parent
WITHIN_S = 30.0
USUAL = {
    "caller": "0612345678",
    "contact": "[local_ip]:[local_port]",
    "headers": "Subject: test",
    "payload": "8",
    "thinks_ms": "0",
}
Samples = NDArray[np.int16]


@dataclass
class Process:
    """A child process whose standard error is kept line by line."""

    child: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self) -> None:
        assert self.child.stderr is not None
        async for line in self.child.stderr:
            self.lines.append(line.decode(errors="replace").rstrip())
            await self._notify()
        await self.child.wait()
        await self._notify()

    async def says(self, pattern: str, count: int = 1) -> re.Match[str]:
        """Wait for `count` lines that match; returns the last match. Raises TimeoutError."""
        compiled = re.compile(pattern)

        def found() -> list[re.Match[str]]:
            return [match for line in self.lines if (match := compiled.search(line))]

        async with asyncio.timeout(WITHIN_S), self._changed:
            await self._changed.wait_for(lambda: len(found()) >= count)
        return found()[count - 1]

    async def ends(self) -> int:
        """Wait for the exit code. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN_S):
            return await self.child.wait()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@asynccontextmanager
async def running(*command: str, env: dict[str, str] | None = None) -> AsyncIterator[Process]:
    """Run a command; it is killed if it still runs at the end."""
    child = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **(env or {})},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    process = Process(child)
    reader = asyncio.create_task(process.read())
    try:
        yield process
    finally:
        if child.returncode is None:
            child.kill()
        await reader


@dataclass
class Worker:
    """A telephony worker that takes calls at `uri`.

    process: its keeper. pid: of the process that serves; a test that has ended one says here which does now.
    """

    process: Process
    port: int
    pid: int

    def signal(self, number: signal.Signals) -> None:
        """Signal the process that serves, and not its keeper."""
        os.kill(self.pid, number)

    def lives(self) -> bool:
        """Whether nothing has ended the process that serves."""
        return serving(self.process.child.pid) == self.pid

    @property
    def uri(self) -> str:
        return f"sip:3000@127.0.0.1:{self.port}"


@asynccontextmanager
async def worker(media_url: str, *, program: str = "", **settings: str) -> AsyncIterator[Worker]:
    """Start a worker on free ports. settings: more CALLBOT_ variables, in lower case without the prefix.

    program: Python that starts it, for what no setting can shorten.
    """
    command = ("-c", program) if program else ("-m", "telephony.main")
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        env = {
            "CALLBOT_SIP_PORT": "0",
            "CALLBOT_RTP_PORT": str(free_rtp_port()),
            "CALLBOT_RTP_PORTS": str(RTP_PORTS),
            "CALLBOT_MEDIA_URL": media_url,
            "CALLBOT_INTERNAL_TOKEN": TOKEN,
            "CALLBOT_DRAIN_S": "5",
            "CALLBOT_VAR_DIR": folder,
        } | {f"CALLBOT_{name.upper()}": value for name, value in settings.items()}
        process = await stack.enter_async_context(running(sys.executable, *command, env=env))
        ready = await process.says(r"ready sip_port=(\d+)")
        made = Worker(process, int(ready[1]), serving(process.child.pid))
        yield made
        if process.child.returncode is None:
            # The keeper has another one ready, which would hide it.
            assert made.lives(), process.output
            process.child.terminate()
        assert await process.ends() in (0, -signal.SIGKILL), process.output


@asynccontextmanager
async def phone(to: str, media_url: str, *options: str) -> AsyncIterator[Process]:
    """Place a call with telephony.dial."""
    command = (sys.executable, "-m", "telephony.dial", "--to", to, "--media", media_url, *options)
    async with running(*command, env={"CALLBOT_INTERNAL_TOKEN": TOKEN}) as process:
        yield process


async def dial(to: str, media_url: str, *options: str) -> tuple[str, int | None]:
    """Place a call with telephony.dial; returns what it printed at the end, and its exit code."""
    phone = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "telephony.dial", "--to", to, "--media", media_url, *options),
        env={"CALLBOT_INTERNAL_TOKEN": TOKEN},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await phone.communicate()
    return output.decode(), phone.returncode


@asynccontextmanager
async def sipp(scenario: str, port: int, *options: str, **words: str) -> AsyncIterator[Process]:
    """Run a scenario of this folder against a local port; exit code 0: it went as written.

    words: what replaces the scenario's @words@; `headers` are more header lines of the INVITE.
    """
    text = (SCENARIOS / scenario).read_text()
    for name, word in (USUAL | words).items():
        text = text.replace(f"@{name}@", word)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / scenario
        written.write_text(text)
        command = ["sipp", "-sf", str(written), "-nostdin", "-i", "127.0.0.1", "-mp", str(free_rtp_port(8))]
        if "-m" not in options:
            command += ["-m", "1"]
        async with running(*command, *options, f"127.0.0.1:{port}") as process:
            yield process


@asynccontextmanager
async def sipp_agent(scenario: str, *options: str, **words: str) -> AsyncIterator[tuple[Process, str]]:
    """Run a scenario that waits for one call; gives the process and its SIP address."""
    text = (SCENARIOS / scenario).read_text()
    for name, word in words.items():
        text = text.replace(f"@{name}@", word)
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / scenario
        written.write_text(text)
        command = ["sipp", "-sf", str(written), "-nostdin", "-i", "127.0.0.1", "-p", str(port), "-m", "1"]
        async with running(*command, "-mp", str(free_rtp_port(8)), *options) as process:
            yield process, f"sip:agent@127.0.0.1:{port}"


def recorded(path: Path) -> tuple[Samples, Samples]:
    """What a phone sent and what it heard, int16 at 16 kHz."""
    with wave.open(str(path), "rb") as recording:
        assert (recording.getnchannels(), recording.getframerate()) == (2, SAMPLE_RATE_HZ)
        both = np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2")
    return both[0::2], both[1::2]


def pitch_hz(samples: Samples) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * SAMPLE_RATE_HZ / len(samples))


def levels(samples: Samples) -> NDArray[np.float64]:
    """Root mean square of each 20 ms."""
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1))


def last_stretch(samples: Samples, threshold: float = 500) -> Samples:
    """The last run of 20 ms frames whose level is over the threshold."""
    loud = np.flatnonzero(levels(samples) > threshold)
    first = loud[np.flatnonzero(np.diff(loud, prepend=-2) > 1)[-1]]
    return samples[first * FRAME_SAMPLES : (loud[-1] + 1) * FRAME_SAMPLES]


def sounds(samples: Samples, threshold: float = 500) -> list[tuple[float, Samples]]:
    """What is apart by 0.2 s of silence or more, each with the second in which it begins."""
    loud = np.flatnonzero(levels(samples) > threshold)
    pieces = np.split(loud, np.flatnonzero(np.diff(loud) > 10) + 1) if len(loud) else []
    frame_s = FRAME_SAMPLES / SAMPLE_RATE_HZ
    return [
        (float(at[0]) * frame_s, samples[at[0] * FRAME_SAMPLES : (at[-1] + 1) * FRAME_SAMPLES])
        for at in pieces
    ]


def loud_stretch(samples: Samples, threshold: float = 500) -> Samples:
    """From the first to the last 20 ms whose level is over the threshold."""
    loud = np.flatnonzero(levels(samples) > threshold)
    if not len(loud):
        return samples[:0]
    return samples[loud[0] * FRAME_SAMPLES : (loud[-1] + 1) * FRAME_SAMPLES]
