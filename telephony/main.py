"""The telephony worker: `python -m telephony.main`, settings from CALLBOT_* variables (settings.py).

Run one per four calls, each with its own SIP port and RTP range. It is two processes: a keeper, and the one
that serves (`runtime/keeper.py`); nothing of PJSIP is begun in the keeper.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pjsua2 as pj

from runtime import garbage
from runtime.keeper import keep
from runtime.logs import configure_logging
from runtime.secrets import SecretError, with_secret_files
from telephony.apology import load_apology
from telephony.bridge import Bridge
from telephony.dialog_files import DialogFiles
from telephony.door import Door
from telephony.exchange import WorkerExchange
from telephony.identity import callee_of, caller_of, signalling_hosts
from telephony.kept_call import KeptCall
from telephony.left_dialogs import left_dialogs
from telephony.lengths import Lengths
from telephony.mailbox import Mailbox
from telephony.number_rate import NumberRate
from telephony.priority import raise_priority
from telephony.recorded import load_recorded
from telephony.settings import Settings, SettingsError
from telephony.sip_account import SipAccount, account_config
from telephony.sip_endpoint import SipEndpoint
from telephony.switchboard import CallBook, LoopThread
from wire import media
from wire.prepared import Prepared

log = logging.getLogger(__name__)

WATCH_EVERY_S = 1.0
FAREWELL_S = 2.0
FADE_MS = 20
# The bot says goodbye first; whoever is being put through then may wait for two minutes more.
AFTER_GOODBYE_S = 180.0
# The apology included; who is left in silence for longer hangs up.
FALLBACK_WITHIN_S = 25.0
# Between the cut-off sentence and the apology.
PAUSE = bytes(media.FRAME_BYTES * 15)


class Worker:
    """Takes calls until told to stop; made and run on the SIP thread."""

    def __init__(self, settings: Settings, endpoint: SipEndpoint, bridges: LoopThread) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._bridges = bridges
        self._door = Door(settings.media_url, settings.token)
        self._calls = CallBook()
        self._number_rate = NumberRate(settings.calls_per_number)
        self._is_hurried = False
        self._files = DialogFiles(settings.dialogs / str(endpoint.local_port))
        self._left = left_dialogs(self._files, settings, endpoint)
        self._account = SipAccount(self._on_incoming, endpoint.metrics.registered)
        endpoint.metrics.watch_lines(lambda: len(self._calls.live), settings.max_calls)
        self._account.create(account_config(settings, endpoint.local_port))
        self._exchange = WorkerExchange(
            settings, endpoint, self._account, self._calls, self._files, bridges.loop
        )

    def stop(self) -> None:
        """Take no more calls and let `run` return when those that are up have ended, or `drain_s` later.

        Asked twice, it ends them.
        """
        self._is_hurried = self._endpoint.is_draining
        self._endpoint.is_draining = True

    def run(self) -> None:
        log.info("ready sip_port=%d max_calls=%d", self._endpoint.local_port, self._settings.max_calls)
        self._serve_while(lambda: not self._endpoint.is_draining)
        log.info("stopping live_calls=%d", len(self._calls.live))
        if self._settings.registrar:
            self._account.setRegistration(False)
        end_at_s = time.monotonic() + self._settings.drain_s
        self._serve_while(
            lambda: bool(self._calls.live) and not self._is_hurried and time.monotonic() < end_at_s
        )
        self._say_farewell()

    def _serve_while(self, goes_on: Callable[[], bool]) -> None:
        watch_at_s = tidy_at_s = time.monotonic()
        while goes_on():
            self._turn()
            now_s = time.monotonic()
            if now_s >= watch_at_s:
                watch_at_s += WATCH_EVERY_S
                self._calls.watch(now_s)
                self._endpoint.log_refused()
            # In a call the sound would wait for it.
            if now_s >= tidy_at_s and not self._calls.live:
                tidy_at_s = now_s + garbage.EVERY_S
                garbage.tidy()

    def _say_farewell(self) -> None:
        for call in self._calls.live:
            call.end()
        end_at_s = time.monotonic() + FAREWELL_S
        while self._calls.live and time.monotonic() < end_at_s:
            self._turn()
        self._account.shutdown()
        self._files.settle()

    def _turn(self) -> None:
        self._endpoint.poll()
        self._calls.free_dead()
        self._left.turn(time.monotonic())

    def _on_incoming(self, pj_id: int, invite: str, source: str) -> None:
        call_id = uuid.uuid4().hex
        caller = caller_of(invite)
        mailbox = Mailbox(self._bridges.loop)
        call = KeptCall(
            self._files,
            call_id,
            self._endpoint,
            self._account,
            mailbox,
            self._calls.bury,
            caller=caller,
            callee=callee_of(invite),
            domain=self._settings.domain or self._settings.registrar,
            pj_id=pj_id,
            hosts=signalling_hosts(invite, source),
            lengths=Lengths(self._settings.call_max_s + AFTER_GOODBYE_S, self._settings.joined_max_s),
        )
        self._calls.add(call)
        log.info("call_incoming call_id=%s", call_id)
        if not self._number_rate.admits(caller, time.monotonic()):
            log.warning("call_refused call_id=%s why=calls_of_a_number", call_id)
            call.end(pj.PJSIP_SC_FORBIDDEN)
            return
        call.ring()
        self._bridges.run(self._serve(call, mailbox))

    async def _serve(self, call: KeptCall, mailbox: Mailbox) -> None:
        load_word = partial(load_recorded, self._prepared(Prepared.LATE))
        try:
            await Bridge(
                call, mailbox, self._door, self._without_bot, self._exchange, load_word
            ).serve_incoming()
        except Exception as error:
            log.exception("call_failed call_id=%s error=%s", call.call_id, type(error).__name__)
            call.end()

    async def _without_bot(self, bridge: Bridge) -> None:
        """Pass the caller on to the fallback line; without one, or when that fails, apologise and hang up."""
        self._endpoint.metrics.bot_lost()
        # Who was just asked to wait hears that to its end; nothing else is queued.
        if not bridge.asks_to_wait:
            bridge.line.clear(FADE_MS)
        if self._settings.fallback_target:
            await self._apologise(bridge, Prepared.PASSED_ON)
            bridge.leave(media.Transfer(self._settings.fallback_target))
            if await bridge.left(FALLBACK_WITHIN_S):
                return
        await self._apologise(bridge, Prepared.LOST)
        bridge.leave(media.Hangup("bot_lost"))
        await bridge.ended

    async def _apologise(self, bridge: Bridge, sentence: Prepared) -> None:
        apology = await asyncio.to_thread(load_apology, self._prepared(sentence))
        bridge.line.play(PAUSE)
        bridge.line.play(apology)

    def _prepared(self, sentence: Prepared) -> Path:
        return sentence.path(self._settings.prepared)


def main() -> int:
    """Keep a worker until SIGTERM or SIGINT; returns the exit code."""
    # PJSIP writes its complaints to standard output.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        configure_logging(stream=sys.stderr)
        settings = Settings.from_env(with_secret_files(os.environ))
    except (SettingsError, SecretError) as error:
        print(error, file=sys.stderr)
        return 2
    keep(partial(serve, settings))
    return 0


def serve(settings: Settings) -> None:
    """Take calls until told to stop. Raises SystemExit with 1 where PJSIP cannot be set up."""
    raise_priority()
    try:
        with SipEndpoint(settings) as endpoint, LoopThread() as bridges:
            worker = Worker(settings, endpoint, bridges)
            if settings.metrics_port:
                endpoint.metrics.serve(settings.metrics_bind, settings.metrics_port)
            signal.signal(signal.SIGTERM, lambda *_: worker.stop())
            signal.signal(signal.SIGINT, lambda *_: worker.stop())
            worker.run()
    except pj.Error as error:
        log.error("sip_failed reason=%s", error.reason)
        raise SystemExit(1) from error


if __name__ == "__main__":
    sys.exit(main())
