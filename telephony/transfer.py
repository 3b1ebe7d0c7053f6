"""What a SIP status says of a transfer; pure."""

from __future__ import annotations

from wire.media import TransferState

_BUSY = frozenset({486, 600})
_NO_ANSWER = frozenset({408, 480, 487})
_REFUSED = frozenset({401, 403, 405, 407, 433, 501, 603, 607, 608})


def transfer_state(sip_code: int) -> TransferState:
    """Translate the status of a transferred call, or of the answer to the REFER itself."""
    if sip_code < 180:
        return "trying"
    if sip_code < 200:
        return "ringing"
    if sip_code < 300:
        return "accepted"
    if sip_code in _BUSY:
        return "busy"
    if sip_code in _NO_ANSWER:
        return "no_answer"
    return "refused" if sip_code in _REFUSED else "failed"


def is_final(state: TransferState) -> bool:
    return state not in ("trying", "ringing")
