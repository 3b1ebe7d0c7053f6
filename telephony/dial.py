"""A SIP phone that places one call and leaves the talking to a `/media` server.

`python -m telephony.dial --to sip:127.0.0.1:5060 --media ws://127.0.0.1:8200/media --record out.wav`
Exit code 0: the call was answered and ended normally. CALLBOT_INTERNAL_TOKEN is shown at the server.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pjsua2 as pj

from telephony.bridge import Bridge
from telephony.door import Door
from telephony.events import Ended
from telephony.guard import guarded
from telephony.identity import host_of, user_of, without_port
from telephony.mailbox import Mailbox
from telephony.priority import raise_priority
from telephony.recording import StereoRecording
from telephony.settings import Settings, SipTransport, Srtp
from telephony.sip_account import SipAccount, account_config
from telephony.sip_call import SipCall
from telephony.sip_endpoint import CODECS, SipEndpoint
from telephony.switchboard import CallBook, LoopThread

log = logging.getLogger(__name__)

WATCH_EVERY_S = 1.0
# For somebody to answer where the call was sent, after its sender has hung up.
ARRIVES_WITHIN_S = 30.0
NO_SERVER = "the media server went away"


class FollowingCall(SipCall):
    """A call that goes where the other side sends it, as a telephone's does. destination: None until then."""

    destination: Destination | None = None

    @guarded
    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:  # noqa: N802
        self.destination = Destination(self.account, prm.dstUri)
        prm.newCall = self.destination
        prm.statusCode = pj.PJSIP_SC_ACCEPTED


class Destination(pj.Call):  # type: ignore[misc]
    """Where a call was sent; without sound.

    uri: its address. is_reached: whether somebody answered there. is_over: and hung up, or never answered.
    """

    def __init__(self, account: pj.Account, uri: str) -> None:
        super().__init__(account)
        self.uri = uri.strip("<>")
        self.is_reached = self.is_over = False

    @guarded
    def onCallState(self, prm: pj.OnCallStateParam) -> None:  # noqa: N802
        state = self.getInfo().state
        self.is_reached = self.is_reached or state == pj.PJSIP_INV_STATE_CONFIRMED
        self.is_over = state == pj.PJSIP_INV_STATE_DISCONNECTED


class Phone:
    """Places one call; made and run on the SIP thread. follows: goes where it is sent, else it refuses to."""

    def __init__(
        self, settings: Settings, endpoint: SipEndpoint, bridges: LoopThread, follows: bool = False
    ) -> None:
        self._settings = settings
        self._call_type = FollowingCall if follows else SipCall
        self._endpoint = endpoint
        self._bridges = bridges
        self._calls = CallBook()
        self.failure = ""
        self.transferred_to = ""
        self._account = SipAccount(lambda *_: None)
        self._account.create(account_config(settings, endpoint.local_port))

    def call(self, to: str, witness: StereoRecording | None) -> None:
        """Place the call and see it to its end; `failure` tells how it went once the bridges are closed."""
        mailbox = Mailbox(self._bridges.loop)
        call = self._call_type(
            uuid.uuid4().hex,
            self._endpoint,
            self._account,
            mailbox,
            self._calls.bury,
            caller=self._settings.user,
            callee=user_of(to),
            witness=witness,
            # A worker at all addresses names one of them, and sends from the one that it was called at.
            hosts=[without_port(host_of(to))],
        )
        self._calls.add(call)
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: call.end())
        call.dial(to)
        self._bridges.run(self._serve(call, mailbox))
        watch_at_s = time.monotonic()
        while self._calls.live:
            self._endpoint.poll()
            if time.monotonic() >= watch_at_s:
                watch_at_s += WATCH_EVERY_S
                self._calls.watch(time.monotonic())
        if isinstance(call, FollowingCall) and call.destination is not None:
            self.transferred_to = self._arrive(call.destination)
        self._calls.free_dead()

    def _arrive(self, destination: Destination) -> str:
        """Wait until somebody answers, maybe after the sender has hung up; returns where, "" if nobody."""
        give_up_at_s = time.monotonic() + ARRIVES_WITHIN_S
        while not (destination.is_reached or destination.is_over) and time.monotonic() < give_up_at_s:
            self._endpoint.poll()
        return destination.uri if destination.is_reached else ""

    async def _serve(self, call: SipCall, mailbox: Mailbox) -> None:
        door = Door(self._settings.media_url, self._settings.token)
        try:
            ended = await Bridge(call, mailbox, door, self._without_server).serve_outgoing()
        except Exception as error:
            log.exception("call_failed error=%s", type(error).__name__)
            self.failure = type(error).__name__
            call.end()
            return
        self.failure = self.failure or _failure_of(ended)

    async def _without_server(self, bridge: Bridge) -> None:
        self.failure = NO_SERVER
        bridge.line.end()
        await bridge.ended


def _failure_of(ended: Ended) -> str:
    return "" if ended.sip_code < 300 else f"{ended.sip_code} {ended.reason}"


def main() -> int:
    """Place the call that the command line asks for; returns the exit code."""
    options = _parser().parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = replace(
        Settings(),
        sip_port=options.local_port,
        sip_bind=options.bind,
        rtp_port=options.rtp_port,
        user=options.from_user,
        media_url=options.media,
        token=os.environ.get("CALLBOT_INTERNAL_TOKEN", ""),
        sip_transport=options.transport,
        srtp=options.srtp,
        tls_ca=options.tls_ca,
    )
    raise_priority()
    codecs = tuple(codec for codec in CODECS if codec.startswith(options.codec))
    try:
        with contextlib.ExitStack() as stack:
            endpoint = stack.enter_context(SipEndpoint(settings, codecs))
            witness = stack.enter_context(StereoRecording(options.record)) if options.record else None
            with LoopThread() as bridges:
                phone = Phone(settings, endpoint, bridges, options.follow)
                phone.call(options.to, witness)
            failure = phone.failure
            if phone.transferred_to:
                print(f"transferred_to={phone.transferred_to}")
    except pj.Error as error:
        failure = error.reason
    if failure:
        print(failure, file=sys.stderr)
    return 1 if failure else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m telephony.dial", description=__doc__.splitlines()[0])
    parser.add_argument("--to", required=True, help="SIP URI to call")
    parser.add_argument("--media", required=True, help="ws:// address of the server that talks")
    parser.add_argument("--bind", default="127.0.0.1", help="local address")
    parser.add_argument("--local-port", type=int, default=0, help="local SIP port, 0 for any")
    parser.add_argument("--rtp-port", type=int, default=0, help="first local RTP port, 0 for any")
    parser.add_argument("--record", type=Path, help="stereo WAV to write: left sent, right heard")
    parser.add_argument("--codec", default="PCMA", choices=["PCMA", "PCMU", "G722"])
    parser.add_argument("--transport", default="udp", choices=get_args(SipTransport), help="of SIP")
    parser.add_argument("--srtp", default="off", choices=get_args(Srtp), help="whether sound is encrypted")
    parser.add_argument("--tls-ca", type=Path, help="certificates to check the other side with")
    parser.add_argument("--follow", action="store_true", help="go where the other side transfers the call")
    parser.add_argument("--from-user", default="phone", help="calling number or name")
    return parser


if __name__ == "__main__":
    sys.exit(main())
