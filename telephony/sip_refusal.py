"""Answers the SIP requests that nobody here handles, above all a REFER outside any call.

PJSIP drops them without a word, so that an honest peer repeats itself for 32 s. Its binding offers no
hook for them: this registers a module of PJSIP's C interface, behind all others. Only pointers and calls
of that interface are used, no field of a message.
"""

from __future__ import annotations

import ctypes
import logging

log = logging.getLogger(__name__)

FORBIDDEN = 403
METHOD_NOT_ALLOWED = 405
BEHIND_ALL_OTHERS = 127
_NAME = b"mod-refusal"
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


class SipRefusal:
    """Keep it referenced for as long as the library lives.

    shared_object: path of the loaded library that holds PJSIP.
    """

    def __init__(self, shared_object: str) -> None:
        self._pjsip = ctypes.CDLL(shared_object)
        self._pjsip.pjsua_get_pjsip_endpt.restype = ctypes.c_void_p
        self._pjsip.pjsip_rx_data_get_info.restype = ctypes.c_char_p
        self._pjsip.pjsip_rx_data_get_info.argtypes = [ctypes.c_void_p]
        self._pjsip.pjsip_endpt_respond_stateless.argtypes = [
            *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
            *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p),
        ]
        self._pjsip.pjsip_endpt_register_module.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        self._module = _Module(
            name=_NAME,
            name_bytes=len(_NAME),
            id=-1,
            priority=BEHIND_ALL_OTHERS,
            on_rx_request=_OnRequest(self._on_request),
        )

    def register(self) -> None:
        """Start answering; after the library has been initialised."""
        endpoint = self._pjsip.pjsua_get_pjsip_endpt()
        status = self._pjsip.pjsip_endpt_register_module(endpoint, ctypes.byref(self._module))
        if status != 0:
            raise OSError(f"PJSIP refused a module with status {status}")

    def _on_request(self, request: int) -> int:
        """Called by PJSIP on the SIP thread; returns whether the request has been dealt with."""
        # "Request msg REFER/cseq=1 (rdata0x...)"
        method = self._pjsip.pjsip_rx_data_get_info(request).split(b"/")[0].split(b" ")[-1]
        if method == b"ACK":
            return 0
        code = FORBIDDEN if method == b"REFER" else METHOD_NOT_ALLOWED
        log.warning("request_refused code=%d", code)
        endpoint = self._pjsip.pjsua_get_pjsip_endpt()
        return int(self._pjsip.pjsip_endpt_respond_stateless(endpoint, request, code, None, None, None) == 0)
