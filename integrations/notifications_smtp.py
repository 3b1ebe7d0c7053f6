"""E-mail through an SMTP server."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import make_msgid
from enum import StrEnum

import aiosmtplib

from integrations.notifications import CarrierError

# Every server takes it, 8BITMIME or not.
_POLICY = SMTP_POLICY.clone(cte_type="7bit")


class SmtpSecurity(StrEnum):
    """STARTTLS: refused when the server does not offer it. TLS: from the first byte, port 465."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """sender: the address in From. answer_s: seconds to wait for each answer of the server."""

    host: str
    port: int
    security: SmtpSecurity
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    answer_s: float = 4.0


class SmtpCarrier:
    """Implements `notifications.Carrier`: one connection a message, for messages are rare."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def deliver(self, to: str, text: str, subject: str) -> None:
        body = _message(self._server.sender, to, text, subject)
        client = self._client()
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise CarrierError(f"no session ({_kind(error)})") from error
        # The `async with` of aiosmtplib would connect again.
        try:
            await self._hand_over(client, to, body)
        finally:
            client.close()

    async def aclose(self) -> None:
        """Nothing stays open."""

    async def _hand_over(self, client: aiosmtplib.SMTP, to: str, body: bytes) -> None:
        try:
            await client.mail(self._server.sender)
            await client.rcpt(to)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise CarrierError(f"refused before the text ({_kind(error)})") from error
        try:
            await client.data(body)
        except aiosmtplib.SMTPResponseException as error:
            raise CarrierError(f"refused with the text ({_kind(error)})") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise CarrierError(f"no answer to the text ({_kind(error)})", unclear=True) from error

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            timeout=server.answer_s,
            use_tls=server.security is SmtpSecurity.TLS,
            start_tls=server.security is SmtpSecurity.STARTTLS,
        )


def _message(sender: str, to: str, text: str, subject: str) -> bytes:
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message.as_bytes()


def _kind(error: Exception) -> str:
    """The status of a refusal: its text may hold the address."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return str(error.code)
    return type(error).__name__
