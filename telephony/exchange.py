"""Calls placed for callers who wait: to whom, and whether there is a line left for them."""

from __future__ import annotations

import asyncio
import logging
import uuid
from concurrent.futures import Future

import pjsua2 as pj

from telephony.attended import CannotCallError
from telephony.consultation import Patience
from telephony.dialog_files import DialogFiles
from telephony.identity import over, transfer_uri
from telephony.kept_call import KeptCall
from telephony.line import Line
from telephony.mailbox import Mailbox
from telephony.settings import Settings
from telephony.sip_account import SipAccount
from telephony.sip_call import SipCall
from telephony.sip_endpoint import SipEndpoint
from telephony.switchboard import CallBook
from wire import media

log = logging.getLogger(__name__)

NO_LINE_LEFT = 503
NOT_A_TARGET = 500


class WorkerExchange:
    """Places calls from one worker; PJSIP's cap counts them like any other call."""

    def __init__(
        self,
        settings: Settings,
        endpoint: SipEndpoint,
        account: SipAccount,
        calls: CallBook,
        files: DialogFiles,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.patience = Patience(ring_s=settings.transfer_ring_s)
        self._settings = settings
        self._endpoint = endpoint
        self._account = account
        self._calls = calls
        self._files = files
        self._loop = loop

    def may_call(self, to: str) -> bool:
        """Whether this is one of the city's services or the fallback line."""
        return bool(to) and (to in self._settings.transfer_targets or to == self._settings.fallback_target)

    async def call(self, caller: Line, order: media.Transfer) -> tuple[Line, Mailbox]:
        """See `telephony.attended.Exchange`."""
        mailbox = Mailbox(self._loop)
        placed: Future[SipCall] = Future()

        def place() -> None:
            if not placed.set_running_or_notify_cancel():
                return
            try:
                placed.set_result(self._place(order, mailbox))
            except CannotCallError as error:
                placed.set_exception(error)

        self._endpoint.post(place)
        call = await asyncio.wrap_future(placed)
        log.info("agent_called call_id=%s agent_call_id=%s", caller.call_id, call.call_id)
        return call, mailbox

    def _place(self, order: media.Transfer, mailbox: Mailbox) -> SipCall:
        """On the SIP thread. Raises CannotCallError."""
        if len(self._calls.live) >= self._settings.max_calls:
            raise CannotCallError("no line left", NO_LINE_LEFT)
        call = KeptCall(
            self._files, uuid.uuid4().hex, self._endpoint, self._account, mailbox, self._calls.bury
        )
        self._calls.add(call)
        try:
            uri = transfer_uri(order.to, self._settings.domain or self._settings.registrar)
            call.dial(over(uri, self._settings.sip_transport), order.headers)
        except ValueError as error:
            call.give_up()
            raise CannotCallError("not a target", NOT_A_TARGET) from error
        except pj.Error as error:
            # PJSIP was compiled for fewer calls than the settings say, or cannot reach the target.
            call.give_up()
            raise CannotCallError("PJSIP refuses", NO_LINE_LEFT) from error
        return call
