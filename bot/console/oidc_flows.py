"""Sign-ins that are on their way through the directory."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

LASTS = timedelta(minutes=10)
MAX_FLOWS = 1000


@dataclass(frozen=True, slots=True)
class Flow:
    """browser: the secret of the browser that began it. next: where it was going."""

    nonce: str
    verifier: str
    browser: str
    next: str
    begun_at: datetime


class Flows:
    """In memory: after a restart one begins again. The oldest give way to the newest."""

    def __init__(self) -> None:
        self._flows: OrderedDict[str, Flow] = OrderedDict()

    def begin(self, browser: str, next: str, now: datetime) -> tuple[str, Flow]:
        """Return the state that the directory gives back, and the flow."""
        state = secrets.token_urlsafe(24)
        flow = Flow(secrets.token_urlsafe(24), secrets.token_urlsafe(48), browser, next, now)
        self._flows[state] = flow
        if len(self._flows) > MAX_FLOWS:
            self._flows.popitem(last=False)
        return state, flow

    def finish(self, state: str, browser: str, now: datetime) -> Flow | None:
        """The flow of a state, once, in the browser that began it."""
        flow = self._flows.get(state)
        if flow is None or not browser or not secrets.compare_digest(flow.browser.encode(), browser.encode()):
            return None
        del self._flows[state]
        return flow if now - flow.begun_at < LASTS else None
