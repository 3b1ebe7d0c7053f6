"""A place in PJSIP's order of modules, which its Python binding does not offer, over its C interface.

Only pointers and calls of that interface are used, no field of a message but those it hands out.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

# Of PJSIP's order: messages are read at 8, requests inside calls are gone at 63, calls are taken at 64.
BEFORE_TRANSACTIONS = 12
BEFORE_CALLS_ARE_TAKEN = 63
BEHIND_ALL_OTHERS = 127
# Is given PJSIP's message; returns whether it has been dealt with.
OnMessage = Callable[[int], int]
_OnMessage = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class Text(ctypes.Structure):
    """`pj_str_t`."""

    _fields_ = (("start", ctypes.c_void_p), ("n_bytes", ctypes.c_ssize_t))


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
        ("on_rx_request", _OnMessage),
        ("on_rx_response", _OnMessage),
        ("others", ctypes.c_void_p * 3),
    )


class SipModule:
    """One module; keep it referenced for as long as the library lives.

    shared_object: path of the loaded library that holds PJSIP. on_request, on_response: called on the SIP
    thread.
    """

    def __init__(
        self,
        shared_object: str,
        name: str,
        priority: int,
        *,
        on_request: OnMessage | None = None,
        on_response: OnMessage | None = None,
    ) -> None:
        self.pjsip = ctypes.CDLL(shared_object)
        self.pjsip.pjsua_get_pjsip_endpt.restype = ctypes.c_void_p
        self.pjsip.pjsip_rx_data_get_info.restype = ctypes.c_char_p
        self.pjsip.pjsip_rx_data_get_info.argtypes = [ctypes.c_void_p]
        self.pjsip.pjsip_endpt_register_module.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        self._module = _Module(
            name=name.encode(),
            name_bytes=len(name),
            id=-1,
            priority=priority,
            on_rx_request=_OnMessage(on_request) if on_request else _OnMessage(),
            on_rx_response=_OnMessage(on_response) if on_response else _OnMessage(),
        )

    @property
    def endpoint(self) -> int:
        """PJSIP's own, as its calls want it."""
        return int(self.pjsip.pjsua_get_pjsip_endpt())

    def register(self) -> None:
        """Start; after the library has been initialised. Raises OSError."""
        status = self.pjsip.pjsip_endpt_register_module(self.endpoint, ctypes.byref(self._module))
        if status != 0:
            raise OSError(f"PJSIP refused a module with status {status}")

    def info(self, message: int) -> str:
        """What PJSIP says of a message: "Request msg REFER/cseq=1 (rdata0x...)"."""
        return str(self.pjsip.pjsip_rx_data_get_info(message).decode(errors="replace"))
