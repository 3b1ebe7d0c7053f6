"""Looks at SIP requests before or after PJSIP does, and refuses some.

PJSIP's binding offers no hook for them: this registers modules of its C interface. Only pointers and calls
of that interface are used, no field of a message but those it hands out.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from telephony.call_rate import CallRate
from telephony.sdp_check import Terms, fault_of

FORBIDDEN = 403
METHOD_NOT_ALLOWED = 405
NOT_ACCEPTABLE_HERE = 488
SERVICE_UNAVAILABLE = 503
# Of PJSIP's order: messages are read at 8, requests inside calls are gone at 63, calls are taken at 64.
BEFORE_TRANSACTIONS = 12
BEFORE_CALLS_ARE_TAKEN = 63
BEHIND_ALL_OTHERS = 127
_OnRequest = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class _Module(ctypes.Structure):
    """`struct pjsip_module`."""

    _fields_ = (
        ("previous", ctypes.c_void_p),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("name_bytes", ctypes.c_ssize_t),
        ("id", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("lifecycle", ctypes.c_void_p * 4),
        ("on_rx_request", _OnRequest),
        ("others", ctypes.c_void_p * 4),
    )


class _Text(ctypes.Structure):
    """`pj_str_t`."""

    _fields_ = (("start", ctypes.c_void_p), ("n_bytes", ctypes.c_ssize_t))


class _SdpInfo(ctypes.Structure):
    """`pjsip_rdata_sdp_info`."""

    _fields_ = (("body", _Text), ("error", ctypes.c_int), ("session", ctypes.c_void_p))


class Request:
    """A request while PJSIP shows it."""

    def __init__(self, pjsip: ctypes.CDLL, pointer: int) -> None:
        self._pjsip = pjsip
        self._pointer = pointer
        # "Request msg REFER/cseq=1 (rdata0x...)"
        info = pjsip.pjsip_rx_data_get_info(pointer)
        self.method = info.split(b"/")[0].split(b" ")[-1].decode(errors="replace")

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
        self._pjsip = ctypes.CDLL(shared_object)
        self._pjsip.pjsua_get_pjsip_endpt.restype = ctypes.c_void_p
        self._pjsip.pjsip_rx_data_get_info.restype = ctypes.c_char_p
        self._pjsip.pjsip_rx_data_get_info.argtypes = [ctypes.c_void_p]
        self._pjsip.pjsip_endpt_respond_stateless.argtypes = [
            *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
            *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p),
        ]
        self._pjsip.pjsip_rdata_get_sdp_info.restype = ctypes.POINTER(_SdpInfo)
        self._pjsip.pjsip_rdata_get_sdp_info.argtypes = [ctypes.c_void_p]
        self._pjsip.pjsip_endpt_register_module.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        self._module = _Module(
            name=name.encode(),
            name_bytes=len(name),
            id=-1,
            priority=priority,
            on_rx_request=_OnRequest(self._on_request),
        )

    def register(self) -> None:
        """Start; after the library has been initialised. Raises OSError."""
        endpoint = self._pjsip.pjsua_get_pjsip_endpt()
        status = self._pjsip.pjsip_endpt_register_module(endpoint, ctypes.byref(self._module))
        if status != 0:
            raise OSError(f"PJSIP refused a module with status {status}")

    def take_refused(self) -> int:
        """How many requests were refused since this was last asked."""
        n_refused, self._n_refused = self._n_refused, 0
        return n_refused

    def _on_request(self, pointer: int) -> int:
        """Called by PJSIP on the SIP thread; returns whether the request has been dealt with."""
        request = Request(self._pjsip, pointer)
        code = self._judge(request)
        if not code:
            return 0
        self._n_refused += 1
        if request.method == "ACK":
            return 1
        endpoint = self._pjsip.pjsua_get_pjsip_endpt()
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
