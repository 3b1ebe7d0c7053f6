"""Kamailio's TLS: a call comes in encrypted and reaches a worker; nothing old or plain is spoken there."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.calls.sipp.lab import free_port, sipp
from tests.calls.test_sip_proxy import front

pytestmark = pytest.mark.sip
HOST = "sip.example.fr"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    certificate, key = tmp_path / "fullchain.pem", tmp_path / "privkey.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@asynccontextmanager
async def encrypting(port: int, certificate: Path) -> AsyncIterator[int]:
    """Give a TCP port whose connections go to `port` over TLS: Debian's sipp speaks none itself."""
    trust = ssl.create_default_context(cafile=str(certificate))

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=trust, server_hostname=HOST
        )
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # the other side went first
    finally:
        writer.close()


async def test_a_call_over_tls_reaches_a_worker(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    tls_port = free_port(socket.SOCK_STREAM)
    crypt = {"tls_port": tls_port, "tls_cert": certificate[0], "tls_key": certificate[1]}
    async with front(tmp_path, n_workers=1, **crypt) as city:
        async with (
            encrypting(tls_port, certificate[0]) as port,
            sipp("proxied.xml", port, "-t", "t1", stay_ms="500") as caller,
        ):
            await city.bot.call(0)
            assert await caller.ends() == 0, caller.output
        assert city.workers[0].process.output.count("call_incoming") == 1


async def test_nothing_old_and_nothing_plain_is_spoken_at_the_tls_port(
    tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    tls_port = free_port(socket.SOCK_STREAM)
    crypt = {"tls_port": tls_port, "tls_cert": certificate[0], "tls_key": certificate[1]}
    async with front(tmp_path, n_workers=1, **crypt):
        for version, is_spoken in ((("-tls1_1", "-cipher", "ALL@SECLEVEL=0"), False), (("-tls1_2",), True)):
            shaken = await asyncio.to_thread(
                subprocess.run,
                ["openssl", "s_client", *version, "-connect", f"127.0.0.1:{tls_port}"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=20,
                check=False,
            )
            assert (b"Cipher is (NONE)" not in shaken.stdout) == is_spoken, shaken.stdout
        reader, writer = await asyncio.open_connection("127.0.0.1", tls_port)
        writer.write(b"OPTIONS sip:3000@127.0.0.1 SIP/2.0\r\nContent-Length: 0\r\n\r\n")
        async with asyncio.timeout(20):
            assert b"SIP/2.0" not in await reader.read()
        writer.close()
