"""Requests that PJSIP knows nothing of, sent from its own socket, and their answers."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable

from telephony.sip_module import BEFORE_TRANSACTIONS, SipModule, Text

# "Response msg 202/REFER/cseq=131073 (rdata0x...)"
_OnSent = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t)
_ANSWER = re.compile(r"Response msg (\d{3})/(\w+)/cseq=(\d+) ")


class RawRequests:
    """On the SIP thread only; keep it referenced for as long as the library lives.

    on_answer: is given method, CSeq and status of each response; returns whether it is to one of ours.
    """

    def __init__(self, shared_object: str, on_answer: Callable[[str, int, int], bool]) -> None:
        self._on_answer = on_answer
        self._module = SipModule(shared_object, "mod-raw", BEFORE_TRANSACTIONS, on_response=self._on_response)
        self._module.pjsip.pjsip_endpt_send_raw_to_uri.argtypes = [
            *(ctypes.c_void_p, ctypes.POINTER(Text), ctypes.c_void_p),
            *(ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, _OnSent),
        ]
        # PJSIP calls it without looking whether there is one.
        self._on_sent = _OnSent(lambda _token, _message, _n_bytes: None)
        self._module.register()

    def send(self, uri: str, request: bytes) -> None:
        """Send once, over the transport that `uri` names; a failure shows as a missing answer."""
        address = uri.encode()
        text = Text(ctypes.cast(ctypes.c_char_p(address), ctypes.c_void_p), len(address))
        self._module.pjsip.pjsip_endpt_send_raw_to_uri(
            self._module.endpoint, ctypes.byref(text), None, request, len(request), None, self._on_sent
        )

    def _on_response(self, message: int) -> int:
        found = _ANSWER.match(self._module.info(message))
        return int(found is not None and self._on_answer(found[2], int(found[3]), int(found[1])))
