"""Places one simulated call with a real SIP phone and measures what the phone recorded."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from websockets.asyncio.server import serve
from websockets.typing import Subprotocol

from bot.call.protocols import Recognizer, VoiceActivityDetector
from bot.call.turn_taking import TurnTakingSettings
from bot.simulate.caller import HeardOrSaid, SimulatedCaller
from bot.simulate.recording import read_recording
from bot.simulate.script import CallerScript
from wire import media

_HOST = re.compile(r"@(\d+\.\d+\.\d+\.\d+)")
Outcome = Literal["goal_reached", "goal_missed", "not_answered"]

# A person waits a little longer than a machine before being sure that the other side has finished.
CALLER_PATIENCE = TurnTakingSettings(end_silence_ms=900)


@dataclass(frozen=True, slots=True)
class CallResult:
    """What a simulated call showed, as heard and measured at the caller's end.

    silences_ms: between the caller's last sample and the bot's first, per turn that was answered.
    stops_ms: how long the bot went on each time the caller spoke into its sentence.
    first_audio_ms: from the answer to the bot's first sample; None when nothing was heard.
    phone: what the SIP phone said if the call did not end normally.
    transferred_to: SIP address of whoever the caller was put through to, "" if nobody.
    """

    script: str
    speaker: str
    outcome: Outcome
    turns: tuple[HeardOrSaid, ...]
    silences_ms: tuple[int, ...]
    stops_ms: tuple[int, ...]
    first_audio_ms: int | None
    phone: str
    transferred_to: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CallerEngines:
    """What simulated callers hear with. One per process; calls may share it."""

    recognizer: Recognizer
    new_detector: Callable[[], VoiceActivityDetector]


async def simulate_call(
    script: CallerScript,
    speaker: str,
    rendered: Mapping[str, bytes],
    noise: bytes,
    engines: CallerEngines,
    to: str,
    record: Path | None = None,
) -> CallResult:
    """Call `to` (a SIP address) and return what happened. record: where to leave the stereo WAV."""
    caller = SimulatedCaller(
        script, rendered, noise, engines.recognizer, engines.new_detector(), CALLER_PATIENCE
    )
    with tempfile.TemporaryDirectory() as folder:
        wav = record or Path(folder) / "call.wav"
        async with serve(
            caller.serve, "127.0.0.1", 0, subprotocols=[Subprotocol(media.SUBPROTOCOL)], compression=None
        ) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            phone, transferred_to = await run_phone(to, port, script.number, wav)
        recording = read_recording(wav) if wav.exists() else None
    outcome: Outcome = "goal_reached" if caller.has_reached_goal else "goal_missed"
    return CallResult(
        script=script.name,
        speaker=speaker,
        outcome=outcome if caller.turns or not phone else "not_answered",
        turns=tuple(caller.turns),
        silences_ms=tuple(recording.silences_ms()) if recording else (),
        stops_ms=tuple(recording.stops_ms()) if recording else (),
        first_audio_ms=recording.first_audio_ms() if recording else None,
        phone=phone,
        transferred_to=transferred_to,
    )


def _address_towards(uri: str) -> str:
    """Our own address on the way to a SIP address with a numeric host; loopback for any other."""
    found = _HOST.search(uri)
    if found is None:
        return "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Sends nothing: the system only chooses the way.
        probe.connect((found[1], 5060))
        return str(probe.getsockname()[0])


async def run_phone(to: str, media_port: int, number: str, wav: Path) -> tuple[str, str]:
    """Run the SIP phone to the end of its call; return what it complained of, and to whom it was sent on."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "telephony.dial",
        *("--to", to),
        *("--media", f"ws://127.0.0.1:{media_port}/media"),
        *("--local-port", "0", "--bind", _address_towards(to)),
        *("--from-user", number),
        *("--transport", "tcp" if ";transport=tcp" in to else "udp"),
        *("--record", str(wav)),
        "--follow",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    told = re.search(r"^transferred_to=(.*)$", output.decode(errors="replace"), re.MULTILINE)
    transferred_to = told[1] if told else ""
    if process.returncode == 0:
        return "", transferred_to
    lines = errors.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit status {process.returncode}", transferred_to
