"""One SIP call, incoming or outgoing: PJSIP's callbacks turned into events, the bridge's wishes into SIP.

Threads: callbacks and the methods that start with an underscore run on the SIP thread; the methods of
`Line` may be called from any. Once the call is over nothing of PJSIP is touched any more but by `dispose`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping

import pjsua2 as pj

from telephony.events import Answered, Ended, Pressed, Ringing, TransferProgress
from telephony.guard import guarded
from telephony.identity import host_of, safe_headers, transfer_uri
from telephony.lengths import Lengths
from telephony.line import Line
from telephony.mailbox import Mailbox
from telephony.media_port import CallPort, FrameWitness
from telephony.playout import Order
from telephony.rtp_line import RtpLine, sound_index
from telephony.sip_endpoint import SipEndpoint

log = logging.getLogger(__name__)

UNASSIGNED = -1
# RFC 4733 has more events, such as a hook flash, which are no keys.
KEYS = frozenset("0123456789*#ABCD")


class SipCall(pj.Call):  # type: ignore[misc]
    """A call and its sound.

    caller, callee: what Answered will say. pj_id: PJSIP's number of an incoming call.
    hosts: from where the other side speaks SIP. lengths: None for a call that may last for ever.
    on_over: called on the SIP thread when the call has ended; its owner then disposes of it.
    """

    def __init__(
        self,
        call_id: str,
        endpoint: SipEndpoint,
        account: pj.Account,
        mailbox: Mailbox,
        on_over: Callable[[SipCall], None],
        *,
        caller: str = "",
        callee: str = "",
        domain: str = "",
        pj_id: int = UNASSIGNED,
        witness: FrameWitness | None = None,
        hosts: Iterable[str] = (),
        lengths: Lengths | None = None,
    ) -> None:
        super().__init__(account, pj_id)
        self.account = account
        self.call_id = call_id
        self.is_over = False
        self._pj_id = pj_id
        self._endpoint = endpoint
        self._mailbox = mailbox
        self._on_over = on_over
        self._names = Answered(caller, callee)
        self._domain = domain
        self._ended_by_us = False
        self._lengths = lengths
        self._answered_s: float | None = None
        self._joined: SipCall | None = None
        self._rtp = RtpLine(self, call_id, hosts)
        self._port = CallPort(f"call-{call_id}", mailbox.post, mailbox.post, witness)

    # What the bridge may ask, from any thread.

    def accept(self) -> None:
        self._post(lambda: self._answer(pj.PJSIP_SC_OK))

    def end(self, sip_code: int = 0) -> None:
        self._post(lambda: self._hang_up(sip_code or pj.PJSIP_SC_DECLINE))

    def refer(self, to: str, headers: Mapping[str, str]) -> None:
        self._post(lambda: self._refer(to, headers))

    def join(self, other: Line) -> None:
        if isinstance(other, SipCall):
            self._post(lambda: self._join(other))

    def press(self, digit: str) -> None:
        self._post(lambda: self._press(digit))

    def play(self, pcm: bytes) -> None:
        self._port.play(pcm)

    def is_playing(self) -> bool:
        return self._port.is_playing()

    def mark(self, name: str) -> None:
        self._port.mark(name)

    def clear(self, fade_ms: int) -> None:
        self._port.clear(fade_ms)

    def gain(self, percent: int, ramp_ms: int) -> None:
        self._port.gain(percent, ramp_ms)

    def then(self, order: Order) -> None:
        self._port.then(order)

    # What its owner asks, on the SIP thread.

    def ring(self) -> None:
        """Tell the caller that an incoming call has reached us."""
        self._post(self._ring)

    def dial(self, uri: str, headers: Mapping[str, str] | None = None) -> None:
        """Place the call. Raises pj.Error, and ValueError for headers that would break the message."""
        request = pj.CallOpParam(True)
        _add_headers(request, headers or {})
        request.opt.audioCount = 1
        request.opt.videoCount = 0
        self.makeCall(uri, request)
        self._pj_id = self.getId()

    def give_up(self) -> None:
        """Note that `dial` failed: there never was a call."""
        if not self.is_over:
            self.is_over = True
            self._on_over(self)

    @guarded
    def watch(self, now_s: float) -> None:
        """Look whether and from where the other side's sound comes, and for how long; about once a second."""
        if self.is_over or self._answered_s is None:
            return
        change = self._rtp.look(now_s)
        if change is not None:
            log.info("media_%s call_id=%s silent_ms=%d", change.state, self.call_id, change.silent_ms)
            self._mailbox.post(change)
        if self._lengths is not None:
            limit_s = self._lengths.joined_s if self._joined is not None else self._lengths.call_s
            if now_s - self._answered_s >= limit_s:
                log.warning("call_too_long call_id=%s limit_s=%d", self.call_id, limit_s)
                self.end()

    def dispose(self) -> bool:
        """Free what PJSIP holds of an ended call; False when it must be tried again later.

        PJSIP's destructor clears, and even hangs up, whatever call has this number now: it must not run
        while a newer call has taken the number over.
        """
        if self._pj_id != UNASSIGNED and pj.Call.lookup(self._pj_id) is not None:
            return False
        self._port.__swig_destroy__(self._port)
        self.__swig_destroy__(self)
        return True

    # PJSIP's callbacks.

    @guarded
    def onCallState(self, prm: pj.OnCallStateParam) -> None:  # noqa: N802
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY and info.role == pj.PJSIP_ROLE_UAC:
            self._mailbox.post(Ringing())
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._answered_s = time.monotonic()
            self._rtp.answered()
            self._mailbox.post(self._names)
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED and not self.is_over:
            self.is_over = True
            gaps = self._port.gaps
            log.info(
                "call_over call_id=%s code=%d by_us=%s talk_s=%d gap_median_ms=%.2f gap_p99_ms=%.2f"
                " gap_worst_ms=%.2f rtp_packets=%d rtp_lost=%d",
                *(self.call_id, info.lastStatusCode, self._ended_by_us, info.connectDuration.sec),
                *(gaps.quantile_ms(0.5), gaps.quantile_ms(0.99), gaps.worst_ms),
                *(self._rtp.packets, self._rtp.lost),
            )
            self._endpoint.metrics.call_over(info.lastStatusCode, gaps.worst_ms / 1000)
            self._mailbox.post(Ended(self._ended_by_us, info.lastStatusCode, info.lastReason))
            self._on_over(self)

    @guarded
    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:  # noqa: N802
        self._rtp.negotiated()
        sound = self._sound()
        if sound is None:
            return
        other = None if self._joined is None or self._joined.is_over else self._joined._sound()
        if self._joined is None:
            _connect(self._port, sound)
        elif other is not None:
            _connect(other, sound)

    @guarded
    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:  # noqa: N802
        digit = prm.digit.upper()
        if digit in KEYS:
            self._mailbox.post(Pressed(digit))

    @guarded
    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:  # noqa: N802
        # PJSIP would dial whatever number a caller asks for.
        log.warning("refer_refused call_id=%s", self.call_id)
        prm.statusCode = pj.PJSIP_SC_DECLINE

    @guarded
    def onCallReplaceRequest(self, prm: pj.OnCallReplaceRequestParam) -> None:  # noqa: N802
        prm.statusCode = pj.PJSIP_SC_DECLINE

    @guarded
    def onCallTransferStatus(self, prm: pj.OnCallTransferStatusParam) -> None:  # noqa: N802
        prm.cont = not prm.finalNotify
        self._mailbox.post(TransferProgress(prm.statusCode))

    # On the SIP thread, only while the call lives.

    def _post(self, job: Callable[[], None]) -> None:
        def if_alive() -> None:
            if self.is_over:
                return
            try:
                job()
            except pj.Error as error:
                log.warning("sip_request_failed call_id=%s status=%d", self.call_id, error.status)

        self._endpoint.post(if_alive)

    def _answer(self, sip_code: int) -> None:
        answer = pj.CallOpParam()
        answer.statusCode = sip_code
        answer.opt.audioCount = 1
        answer.opt.videoCount = 0
        self.answer(answer)

    def _ring(self) -> None:
        self._rtp.shut()
        self._answer(pj.PJSIP_SC_RINGING)

    def _hang_up(self, sip_code: int) -> None:
        self._ended_by_us = True
        refusal = pj.CallOpParam()
        refusal.statusCode = 0 if self._answered_s is not None else sip_code
        self.hangup(refusal)

    def _refer(self, to: str, headers: Mapping[str, str]) -> None:
        request = pj.CallOpParam()
        try:
            info = self.getInfo()
            uri = transfer_uri(to, self._domain or host_of(info.remoteContact or info.remoteUri))
            _add_headers(request, headers)
            self.xfer(f"<{uri}>", request)
        except (ValueError, pj.Error) as error:
            log.warning("transfer_impossible call_id=%s error=%s", self.call_id, type(error).__name__)
            self._mailbox.post(TransferProgress(pj.PJSIP_SC_INTERNAL_SERVER_ERROR))

    def _join(self, other: SipCall) -> None:
        if other.is_over:
            return
        for call in (self, other):
            sound = call._sound()
            if sound is not None:
                call._port.stopTransmit(sound)
                sound.stopTransmit(call._port)
        self._joined, other._joined = other, self
        here, there = self._sound(), other._sound()
        if here is not None and there is not None:
            _connect(here, there)
        log.info("joined call_id=%s agent_call_id=%s", self.call_id, other.call_id)

    def _sound(self) -> pj.AudioMedia | None:
        """The call's side of the sound bridge, while it has one; on hold both ways it has none."""
        index = sound_index(self)
        return None if index is None else self.getAudioMedia(index)

    def _press(self, digit: str) -> None:
        try:
            self.dialDtmf(digit)
        except pj.Error:
            # The other side did not offer RFC 4733.
            press = pj.CallSendDtmfParam()
            press.method = pj.PJSUA_DTMF_METHOD_SIP_INFO
            press.digits = digit
            self.sendDtmf(press)


def _connect(one: pj.AudioMedia, other: pj.AudioMedia) -> None:
    one.startTransmit(other)
    other.startTransmit(one)


def _add_headers(request: pj.CallOpParam, headers: Mapping[str, str]) -> None:
    """Raises ValueError when one would break the message."""
    for name, value in safe_headers(headers):
        header = pj.SipHeader()
        header.hName, header.hValue = name, value
        request.txOption.headers.append(header)
