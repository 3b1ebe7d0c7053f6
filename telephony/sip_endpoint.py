"""PJSIP itself: how it is set up, and the one thread that speaks SIP.

Everything of PJSIP but the media callbacks runs on the thread that calls `run`: callbacks arrive inside
`libHandleEvents`, other threads hand work over with `post`, and objects are deleted between two polls.
"""

from __future__ import annotations

import ctypes
import logging
import queue
import socket
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import pjsua2 as pj

from telephony.call_rate import CallRate
from telephony.identity import host_of
from telephony.metrics import WorkerMetrics
from telephony.sdp_check import Terms
from telephony.settings import Settings
from telephony.sip_filter import drain_filter, flood_filter, sdp_filter, unhandled_filter
from telephony.trunks import ANYBODY, guard_port, sources
from wire.media import FRAME_MS, SAMPLE_RATE_HZ

log = logging.getLogger(__name__)

# Beside these the wheel carries speex, iLBC and GSM: narrow, and rare on a telephone network.
CODECS = ("PCMA/8000", "PCMU/8000", "G722/16000")
POLL_MS = 10
# At 1 it writes whole messages of strangers, numbers included.
LOG_LEVEL = 0
THREAD_SWITCH_S = 0.0005

_TRANSPORTS = {
    "udp": pj.PJSIP_TRANSPORT_UDP,
    "tcp": pj.PJSIP_TRANSPORT_TCP,
    "tls": pj.PJSIP_TRANSPORT_TLS,
}


class SipEndpoint:
    """The library, started; one per process. Leave the context to destroy it.

    is_draining: set it to refuse calls from then on. metrics: what is counted of all its calls.
    shared_object: path of the library itself, for its C interface.
    """

    def __init__(self, settings: Settings, codecs: tuple[str, ...] = CODECS) -> None:
        self._settings = settings
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        shared_object = self.shared_object = str(sys.modules["pjsua2._pjsua2"].__file__)
        # PJSIP chatters until its log is configured, which is after it has been created.
        ctypes.CDLL(shared_object).pj_log_set_level(LOG_LEVEL)
        self.library = pj.Endpoint()
        self.library.libCreate()
        self.library.libInit(_library_config(settings))
        self.transport_id: int = self.library.transportCreate(
            _TRANSPORTS[settings.sip_transport], _transport_config(settings)
        )
        self._shut_out_strangers()
        self.is_draining = False
        self.metrics = WorkerMetrics()
        self._filters = {
            "stopping": drain_filter(shared_object, lambda: self.is_draining),
            "unhandled": unhandled_filter(shared_object),
            "sdp": sdp_filter(shared_object, _terms(settings)),
            "flood": flood_filter(shared_object, CallRate(), time.monotonic),
        }
        for sip_filter in self._filters.values():
            sip_filter.register()
        self.library.libStart()
        self.library.audDevManager().setNullDev()
        self._allow_only(codecs)
        # A media thread that waits for the interpreter is a gap in somebody's sentence.
        sys.setswitchinterval(THREAD_SWITCH_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.library.libDestroy()

    @property
    def local_port(self) -> int:
        """The SIP port in use, also when the system chose it."""
        info = self.library.transportGetInfo(self.transport_id)
        return int(info.localAddress.rpartition(":")[2])

    def post(self, job: Callable[[], None]) -> None:
        """Run `job` on the SIP thread soon; from any thread."""
        self._jobs.put(job)

    def poll(self) -> None:
        """Handle what has come on the network and what was posted; waits POLL_MS at most."""
        self.library.libHandleEvents(POLL_MS)
        while not self._jobs.empty():
            self._jobs.get()()

    def log_refused(self) -> None:
        """Say how many requests were refused since this was last called, if any; about once a second."""
        for name, sip_filter in self._filters.items():
            n_refused = sip_filter.take_refused()
            if n_refused:
                why = f"{name}_{sip_filter.note}" if sip_filter.note else name
                log.warning("requests_refused why=%s count=%d", why, n_refused)
                self.metrics.requests_refused(name, n_refused)

    def _shut_out_strangers(self) -> None:
        settings = self._settings
        if not settings.trunks or ANYBODY in settings.trunks:
            return
        called = (*settings.transfer_targets, settings.fallback_target, f"sip:{settings.domain}")
        hosts = [settings.registrar, *map(host_of, called)]
        kind = socket.SOCK_DGRAM if settings.sip_transport == "udp" else socket.SOCK_STREAM
        allowed = sources(settings.trunks, settings.sip_bind, filter(None, hosts))
        guard_port(self.local_port, kind, allowed)
        log.info("sip_guarded sources=%d", len(allowed))

    def _allow_only(self, codecs: tuple[str, ...]) -> None:
        for codec in self.library.codecEnum2():
            rank = next((i for i, name in enumerate(codecs) if codec.codecId.startswith(name)), None)
            self.library.codecSetPriority(codec.codecId, 0 if rank is None else 255 - rank)


def _terms(settings: Settings) -> Terms:
    return Terms(settings.srtp != "mandatory", settings.srtp != "off")


def _library_config(settings: Settings) -> pj.EpConfig:
    config = pj.EpConfig()
    config.logConfig.level = LOG_LEVEL
    config.logConfig.consoleLevel = LOG_LEVEL
    config.logConfig.msgLogging = 0
    config.uaConfig.userAgent = "callbot"
    config.uaConfig.maxCalls = settings.max_calls
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.uaConfig.mwiUnsolicitedEnabled = False
    config.medConfig.clockRate = SAMPLE_RATE_HZ
    config.medConfig.sndClockRate = SAMPLE_RATE_HZ
    config.medConfig.channelCount = 1
    config.medConfig.audioFramePtime = FRAME_MS
    config.medConfig.noVad = True
    config.medConfig.ecTailLen = 0
    config.medConfig.sndAutoCloseTime = -1
    return config


def _transport_config(settings: Settings) -> pj.TransportConfig:
    config = pj.TransportConfig()
    config.boundAddress = settings.sip_bind
    config.publicAddress = settings.sip_public_address
    config.port = settings.sip_port
    if settings.sip_transport == "tls":
        config.tlsConfig.certFile = str(settings.tls_cert or "")
        config.tlsConfig.privKeyFile = str(settings.tls_key or "")
        config.tlsConfig.CaListFile = str(settings.tls_ca or "")
        config.tlsConfig.verifyServer = True
        config.tlsConfig.proto = pj.PJ_SSL_SOCK_PROTO_TLS1_2 | pj.PJ_SSL_SOCK_PROTO_TLS1_3
    return config
