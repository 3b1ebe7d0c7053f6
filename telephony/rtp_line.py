"""The RTP of one call: from whom it is taken, whether it comes, how much of it was lost."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pjsua2 as pj

from telephony.events import MediaChanged
from telephony.rtp_watch import RtpWatch
from telephony.source_guard import SourceGuard

_WITH_SOUND = (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD)


class RtpLine:
    """Looks at a call's stream; on the SIP thread, while the call lives.

    hosts: from where the other side speaks SIP. packets, lost: of the current stream, at the last look.
    """

    def __init__(self, call: pj.Call, call_id: str, hosts: Iterable[str]) -> None:
        self.packets = 0
        self.lost = 0
        self._call = call
        self._guard = SourceGuard(call_id, hosts)
        self._watch: RtpWatch | None = None

    def shut(self) -> None:
        """Let nobody be heard before it is negotiated who may."""
        for index, _ in enumerate(self._call.getInfo().media):
            self._guard.shut(self._call.getMedTransportInfo(index).localRtpName)

    def negotiated(self) -> None:
        """There is a stream, or another one."""
        index = sound_index(self._call)
        if index is not None:
            local = self._call.getMedTransportInfo(index).localRtpName
            announced = self._call.getStreamInfo(index).remoteRtpAddress
            self._guard.begin(local, announced, time.monotonic())

    def answered(self) -> None:
        """The call is up."""
        self._watch = RtpWatch(time.monotonic())

    def look(self, now_s: float) -> MediaChanged | None:
        """Take one look, about once a second."""
        if self._watch is None:
            return None
        index = sound_index(self._call)
        packets = 0
        if index is not None:
            received = self._call.getStreamStat(index).rtcp.rxStat
            packets, self.lost = int(received.pkt), int(received.loss)
            self.packets = packets
            info = self._call.getInfo()
            if info.media[index].status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                transport = self._call.getMedTransportInfo(index)
                self._guard.look(packets, transport.localRtpName, transport.srcRtpName, now_s)
        return self._watch.update(packets, now_s)


def sound_index(call: pj.Call) -> int | None:
    """Which of the call's media is its sound, while it has one; on hold both ways it has none."""
    info = call.getInfo()
    for index, stream in enumerate(info.media):
        if stream.type == pj.PJMEDIA_TYPE_AUDIO and stream.status in _WITH_SOUND:
            return index
    return None
