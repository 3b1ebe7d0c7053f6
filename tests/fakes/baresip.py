"""baresip as a telephone that is not ours: SIP over TLS and SRTP by another implementation."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.calls.sipp.lab import Process, running
from tests.fakes.media_peer import tone
from tests.fakes.ports import free_port, free_rtp_port

MODULES = ("stdio.so", "g711.so", "srtp.so", "aufile.so", "account.so", "menu.so")
HEARD_HZ = 500


@asynccontextmanager
async def baresip(to: str, *, transport: str = "tls", encryption: str = "") -> AsyncIterator[Process]:
    """Call `to` and send a tone of HEARD_HZ. encryption: "", or baresip's `srtp` and `srtp-mand`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_tone(folder / "tone.wav")
        (folder / "config").write_text(_config(folder, free_port(), free_rtp_port()))
        encrypted = f";mediaenc={encryption}" if encryption else ""
        (folder / "accounts").write_text(
            f"<sip:0612345678@127.0.0.1;transport={transport}>;regint=0;audio_codecs=pcma{encrypted}\n"
        )
        (folder / "contacts").write_text("")
        async with running("baresip", "-f", str(folder), "-e", f"/dial {to}") as process:
            yield process


def _config(folder: Path, sip_port: int, rtp_port: int) -> str:
    lines = [
        f"sip_listen 127.0.0.1:{sip_port}",
        "net_interface 127.0.0.1",
        f"rtp_ports {rtp_port}-{rtp_port + 20}",
        "poll_method epoll",
        f"audio_source aufile,{folder / 'tone.wav'}",
        f"audio_player aufile,{folder / 'heard.wav'}",
        "module_path /usr/lib/baresip/modules",
        *(f"module {module}" for module in MODULES),
    ]
    return "\n".join(lines) + "\n"


def _write_tone(path: Path) -> None:
    """8 kHz, as A-law has it: every second sample of 16 kHz at half the pitch."""
    samples = tone(HEARD_HZ, 20.0)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(samples[at : at + 2] for at in range(0, len(samples), 4)))
