"""Notices that the other side's sound never came, stopped or came back; pure."""

from __future__ import annotations

from telephony.events import MediaChanged

ABSENT_AFTER_S = 10.0


class RtpWatch:
    """Compares RTP packet counts over time. answered_s: when the call was answered, any clock."""

    def __init__(self, answered_s: float) -> None:
        self._last_change_s = answered_s
        self._packets = 0
        self._is_absent = False

    def update(self, packets: int, now_s: float) -> MediaChanged | None:
        """packets: received so far on the current stream; a new stream counts from 0 again."""
        if packets != self._packets:
            came = packets > 0
            self._packets = packets
            if came:
                silent_ms = round((now_s - self._last_change_s) * 1000)
                self._last_change_s = now_s
                if self._is_absent:
                    self._is_absent = False
                    return MediaChanged("flowing", silent_ms)
        elif not self._is_absent and now_s - self._last_change_s >= ABSENT_AFTER_S:
            self._is_absent = True
            return MediaChanged("absent", round((now_s - self._last_change_s) * 1000))
        return None
