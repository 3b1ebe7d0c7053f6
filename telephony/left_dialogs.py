"""Callers whom a killed predecessor left in silence: each is passed on to the fallback line, then hung up.

The sound cannot be taken up again, since nothing is known of it any more; a telephone that is told nothing
stays silent until its caller hangs up.
"""

from __future__ import annotations

import itertools
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from telephony.dialog import Dialog, address_of
from telephony.dialog_files import DialogFiles
from telephony.identity import host_of, transfer_uri
from telephony.raw_requests import RawRequests
from telephony.settings import Settings
from telephony.sip_endpoint import SipEndpoint

log = logging.getLogger(__name__)

# RFC 3261, 17.1.2.2: how soon, and how often at the least, a request is sent again over UDP; when to give up.
T1_S, T2_S, BYE_WITHIN_S = 0.5, 4.0, 32.0
REFER_WITHIN_S = 2.0
# Who follows a REFER often hangs up by himself.
FOLLOWS_WITHIN_S = 0.5
ACCEPTED, NO_SUCH_CALL = 200, 481


@dataclass(slots=True)
class _Pending:
    """A request on its way. send_at_s: again. until_s: then it is given up, or its effect was waited for."""

    method: str
    cseq: int
    text: bytes
    send_at_s: float
    until_s: float
    pause_s: float = T1_S
    is_answered: bool = False


class LeftDialogs:
    """All of one predecessor.

    refer_to: whom a caller is passed on to, a URI, "" for nobody. send: takes the next hop's URI and a
    request. transport: of SIP.
    """

    def __init__(
        self,
        files: DialogFiles,
        left: dict[str, Dialog],
        refer_to: Callable[[Dialog], str],
        send: Callable[[str, bytes], None],
        transport: str,
    ) -> None:
        self._files = files
        self._left = left
        self._refer_to = refer_to
        self._send = send
        self._transport = transport
        self._pending: dict[str, _Pending] = {}
        # Answers are told apart by these numbers.
        self._numbers = itertools.count(max((dialog.cseq for dialog in left.values()), default=0) + 1)

    def turn(self, now_s: float) -> None:
        """Send what is due."""
        for name in list(self._left):
            pending = self._pending.get(name)
            if pending is None:
                self._begin(name, now_s)
            elif now_s >= pending.until_s and pending.method == "REFER":
                self._ask(name, "BYE", now_s, BYE_WITHIN_S)
            elif now_s >= pending.until_s:
                self._close(name)
            elif now_s >= pending.send_at_s and not pending.is_answered and self._transport == "udp":
                self._send(self._left[name].next_hop, pending.text)
                pending.pause_s = min(2 * pending.pause_s, T2_S)
                pending.send_at_s = now_s + pending.pause_s

    def answered(self, method: str, cseq: int, status: int, now_s: float) -> bool:
        """Note an answer; returns whether it was meant for us."""
        for name, pending in self._pending.items():
            if (pending.method, pending.cseq) == (method, cseq):
                if status >= ACCEPTED and not pending.is_answered:
                    pending.is_answered = True
                    self._on_final(name, pending, status, now_s)
                return True
        return False

    def _begin(self, name: str, now_s: float) -> None:
        dialog = self._left[name]
        target = self._refer_to(dialog) if dialog.is_caller else ""
        log.warning("dialog_left call_id=%s is_referred=%s", name, bool(target))
        if not target:
            self._ask(name, "BYE", now_s, BYE_WITHIN_S)
            return
        # RFC 4488: nobody here would read how it went.
        lines = (f"Refer-To: <{target}>", f"Referred-By: <{address_of(dialog.local)}>", "Refer-Sub: false")
        self._ask(name, "REFER", now_s, REFER_WITHIN_S, *lines)

    def _ask(self, name: str, method: str, now_s: float, within_s: float, *headers: str) -> None:
        cseq = next(self._numbers)
        # Whoever comes after us, if we are killed, too, counts on.
        dialog = self._left[name] = replace(self._left[name], cseq=cseq)
        self._files.keep(name, dialog)
        text = dialog.request(method, cseq, secrets.token_hex(8), self._transport, *headers)
        self._pending[name] = _Pending(method, cseq, text, now_s + T1_S, now_s + within_s)
        self._send(dialog.next_hop, text)

    def _on_final(self, name: str, pending: _Pending, status: int, now_s: float) -> None:
        log.info("dialog_answered call_id=%s method=%s code=%d", name, pending.method, status)
        if pending.method == "BYE" or status == NO_SUCH_CALL:
            pending.method, pending.until_s = "BYE", now_s
        else:
            pending.until_s = now_s + FOLLOWS_WITHIN_S if status < 300 else now_s

    def _close(self, name: str) -> None:
        self._files.drop(name)
        del self._left[name], self._pending[name]


def left_dialogs(files: DialogFiles, settings: Settings, endpoint: SipEndpoint) -> LeftDialogs:
    """What this worker's predecessor left; on the SIP thread."""

    def refer_to(dialog: Dialog) -> str:
        domain = settings.domain or settings.registrar or host_of(dialog.target)
        try:
            return transfer_uri(settings.fallback_target, domain)
        except ValueError:
            return ""

    left = files.left(settings.joined_max_s)

    def on_answer(method: str, cseq: int, status: int) -> bool:
        return made.answered(method, cseq, status, time.monotonic())

    requests = RawRequests(endpoint.shared_object, on_answer)
    made = LeftDialogs(files, left, refer_to, requests.send, settings.sip_transport)
    return made
