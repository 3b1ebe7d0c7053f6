"""Looks at SIP requests before or after PJSIP does, and refuses some."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from telephony.call_rate import CallRate
from telephony.sdp_check import Terms, fault_of
from telephony.sip_module import (
    BEFORE_CALLS_ARE_TAKEN,
    BEFORE_TRANSACTIONS,
    BEHIND_ALL_OTHERS,
    SipModule,
    Text,
)

FORBIDDEN = 403
METHOD_NOT_ALLOWED = 405
NOT_ACCEPTABLE_HERE = 488
SERVICE_UNAVAILABLE = 503


class _SdpInfo(ctypes.Structure):
    """`pjsip_rdata_sdp_info`."""

    _fields_ = (("body", Text), ("error", ctypes.c_int), ("session", ctypes.c_void_p))


class Request:
    """A request while PJSIP shows it."""

    def __init__(self, module: SipModule, pointer: int) -> None:
        self._pjsip = module.pjsip
        self._pointer = pointer
        self.method = module.info(pointer).split("/")[0].split(" ")[-1]

    def sdp(self) -> str | None:
        """Its offer or answer, None when it has none. Raises ValueError when PJSIP cannot read it."""
        info = self._pjsip.pjsip_rdata_get_sdp_info(self._pointer).contents
        if not info.body.start:
            return None
        if info.error:
            raise ValueError("not SDP")
        return ctypes.string_at(info.body.start, info.body.n_bytes).decode(errors="replace")


class SipFilter:
    """One place in PJSIP's order; keep it referenced for as long as the library lives.

    shared_object: path of the loaded library that holds PJSIP.
    judge: is given a request and returns the status to refuse it with, 0 to let it pass; an ACK that is
        refused is dropped.
    note: why the last one was refused, where there are several reasons.
    """

    def __init__(self, shared_object: str, name: str, priority: int, judge: Callable[[Request], int]) -> None:
        self.note = ""
        self._judge = judge
        self._n_refused = 0
        self._module = SipModule(shared_object, name, priority, on_request=self._on_request)
        self._pjsip = self._module.pjsip
        self._pjsip.pjsip_endpt_respond_stateless.argtypes = [
            *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
            *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p),
        ]
        self._pjsip.pjsip_rdata_get_sdp_info.restype = ctypes.POINTER(_SdpInfo)
        self._pjsip.pjsip_rdata_get_sdp_info.argtypes = [ctypes.c_void_p]

    def register(self) -> None:
        """Start; after the library has been initialised. Raises OSError."""
        self._module.register()

    def take_refused(self) -> int:
        """How many requests were refused since this was last asked."""
        n_refused, self._n_refused = self._n_refused, 0
        return n_refused

    def _on_request(self, pointer: int) -> int:
        """Called by PJSIP on the SIP thread; returns whether the request has been dealt with."""
        request = Request(self._module, pointer)
        code = self._judge(request)
        if not code:
            return 0
        self._n_refused += 1
        if request.method == "ACK":
            return 1
        endpoint = self._module.endpoint
        return int(self._pjsip.pjsip_endpt_respond_stateless(endpoint, pointer, code, None, None, None) == 0)


def unhandled_filter(shared_object: str) -> SipFilter:
    """Answer what nobody here handles, above all REFER; PJSIP would let the other side wait for 32 s."""

    def judge(request: Request) -> int:
        if request.method == "ACK":
            return 0
        return FORBIDDEN if request.method == "REFER" else METHOD_NOT_ALLOWED

    return SipFilter(shared_object, "mod-unhandled", BEHIND_ALL_OTHERS, judge)


def drain_filter(shared_object: str, is_draining: Callable[[], bool]) -> SipFilter:
    """Refuse calls while the worker finishes those it has; a proxy's pings, too, so that it asks no more."""

    def judge(request: Request) -> int:
        return SERVICE_UNAVAILABLE if request.method in ("INVITE", "OPTIONS") and is_draining() else 0

    return SipFilter(shared_object, "mod-drain", BEFORE_CALLS_ARE_TAKEN, judge)


def flood_filter(shared_object: str, rate: CallRate, now_s: Callable[[], float]) -> SipFilter:
    """Refuse calls that come faster than `rate`."""

    def judge(request: Request) -> int:
        return SERVICE_UNAVAILABLE if request.method == "INVITE" and not rate.admits(now_s()) else 0

    return SipFilter(shared_object, "mod-flood", BEFORE_CALLS_ARE_TAKEN, judge)


def sdp_filter(shared_object: str, terms: Terms) -> SipFilter:
    """Refuse offers and answers that PJSIP should not see, inside calls, too; see `sdp_check`."""

    def judge(request: Request) -> int:
        try:
            sdp = request.sdp()
            fault = "" if sdp is None else fault_of(sdp, terms)
        except ValueError:
            fault = "unreadable"
        made.note = fault or made.note
        return NOT_ACCEPTABLE_HERE if fault else 0

    made = SipFilter(shared_object, "mod-sdp", BEFORE_TRANSACTIONS, judge)
    return made
