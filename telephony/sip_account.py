"""Our address: where calls come in, and its registration to a PBX when there is one."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pjsua2 as pj

from telephony.guard import guarded
from telephony.settings import Settings

log = logging.getLogger(__name__)

REGISTER_FOR_S = 300
FIRST_RETRY_S = 5
RETRY_S = 30
RETRY_SPREAD_S = 3
_SRTP = {
    "off": pj.PJMEDIA_SRTP_DISABLED,
    "optional": pj.PJMEDIA_SRTP_OPTIONAL,
    "mandatory": pj.PJMEDIA_SRTP_MANDATORY,
}


class SipAccount(pj.Account):  # type: ignore[misc]
    """on_incoming: called on the SIP thread with PJSIP's number of a new call, the INVITE and its source.

    on_registered: told whether the PBX knows us now.
    """

    def __init__(
        self,
        on_incoming: Callable[[int, str, str], None],
        on_registered: Callable[[bool], None] = lambda is_registered: None,
    ) -> None:
        super().__init__()
        self._on_registered = on_registered
        self._on_incoming = on_incoming

    @guarded
    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802
        self._on_incoming(prm.callId, prm.rdata.wholeMsg, prm.rdata.srcAddress)

    @guarded
    def onIncomingSubscribe(self, prm: pj.OnIncomingSubscribeParam) -> None:  # noqa: N802
        # PJSIP would tell anybody our presence.
        prm.code = pj.PJSIP_SC_FORBIDDEN

    @guarded
    def onRegState(self, prm: pj.OnRegStateParam) -> None:  # noqa: N802
        self._on_registered(200 <= prm.code < 300 and prm.expiration > 0)
        if 200 <= prm.code < 300:
            log.info("registered for_s=%d", prm.expiration)
        else:
            log.warning("registration_failed code=%d", prm.code)


def account_config(settings: Settings, local_port: int) -> pj.AccountConfig:
    """The account of a worker or a phone. local_port: of our SIP transport."""
    config = pj.AccountConfig()
    transport = "" if settings.sip_transport == "udp" else f";transport={settings.sip_transport}"
    if settings.registrar:
        config.idUri = f"sip:{settings.user}@{settings.domain or settings.registrar.partition(':')[0]}"
        config.regConfig.registrarUri = f"sip:{settings.registrar}{transport}"
        config.regConfig.timeoutSec = REGISTER_FOR_S
        config.regConfig.retryIntervalSec = RETRY_S
        config.regConfig.firstRetryIntervalSec = FIRST_RETRY_S
        config.regConfig.randomRetryIntervalSec = RETRY_SPREAD_S
        if settings.password:
            config.sipConfig.authCreds.append(
                pj.AuthCredInfo("digest", "*", settings.user, 0, settings.password)
            )
    else:
        domain = settings.domain or f"{settings.sip_public_address or settings.sip_bind}:{local_port}"
        config.idUri = f"sip:{settings.user}@{domain}{transport}"
    config.natConfig.iceEnabled = False
    config.mediaConfig.srtpUse = _SRTP[settings.srtp]
    # Keys that others could read protect nothing; settings allow that on loopback only.
    config.mediaConfig.srtpSecureSignaling = 1 if settings.sip_transport == "tls" else 0
    rtp = config.mediaConfig.transportConfig
    rtp.boundAddress = settings.sip_bind
    rtp.publicAddress = settings.sip_public_address
    rtp.port = settings.rtp_port
    # PJSIP counts the first of a pair, the last pair must still be in our range.
    rtp.portRange = settings.rtp_ports - 2
    return config
