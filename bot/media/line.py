"""One call's WebSocket seen from the call: sending queues, one task writes."""

from __future__ import annotations

import asyncio

from fastapi import WebSocket

from wire import media


class SocketLine:
    """The line of one call; `run` must be running for anything to be sent."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._outgoing: asyncio.Queue[bytes | str] = asyncio.Queue()

    def send_audio(self, pcm: bytes) -> None:
        self._outgoing.put_nowait(pcm)

    def send_mark(self, name: str) -> None:
        self._send(media.Mark(name))

    def send_clear(self) -> None:
        self._send(media.Clear())

    def send_gain(self, percent: int, ramp_ms: int) -> None:
        self._send(media.Gain(percent, ramp_ms))

    def send_transfer(self, target: str, kind: media.TransferKind, whisper: bytes) -> None:
        frames = [
            whisper[at : at + media.FRAME_BYTES].ljust(media.FRAME_BYTES, b"\0")
            for at in range(0, len(whisper), media.FRAME_BYTES)
        ]
        self._send(media.Transfer(target, kind, whisper_frames=len(frames)))
        for frame in frames:
            self._outgoing.put_nowait(frame)

    def send_hangup(self, reason: str) -> None:
        self._send(media.Hangup(reason))

    async def run(self) -> None:
        """Write what is queued until cancelled."""
        while True:
            message = await self._outgoing.get()
            if isinstance(message, bytes):
                await self._socket.send_bytes(message)
            else:
                await self._socket.send_text(message)

    def _send(self, message: media.FromBot) -> None:
        self._outgoing.put_nowait(media.encode(message))
