"""The cookies by which a browser is known: one while it is signed in, one that says whose desk it is on."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response

from bot.console.door import COOKIE, Clock
from bot.console.roles import Account
from bot.store.audit import AuditStore
from bot.store.sign_ins import DEVICE, SignInStore

DEVICE_COOKIE = "callbot_device"


class Browsers:
    """is_secure: browsers reach the console by HTTPS, so that no cookie may ever travel without."""

    def __init__(self, sign_ins: SignInStore, audit: AuditStore, clock: Clock, *, is_secure: bool) -> None:
        self._sign_ins = sign_ins
        self._audit = audit
        self._clock = clock
        self._is_secure = is_secure

    async def begin(self, request: Request, response: Response, account: Account, way: str) -> None:
        """Sign a browser in, with a new secret. way: how, for the audit log."""
        now = self._clock()
        await asyncio.to_thread(self._sign_ins.end, request.cookies.get(COOKIE, ""), now)
        await asyncio.to_thread(self._audit.record, account.login, "sign_in", "", way, now)
        key = await asyncio.to_thread(self._sign_ins.begin, account, now)
        self.set_cookie(response, COOKIE, key, "/console")

    async def know(self, request: Request, response: Response, account: Account) -> None:
        """Remember that an account's password was given in a browser; see `lock_out`."""
        now = self._clock()
        device = request.cookies.get(DEVICE_COOKIE, "")
        if await asyncio.to_thread(self._sign_ins.knows_device, device, account.login):
            await asyncio.to_thread(self._sign_ins.see_device, device, now)
        else:
            device = await asyncio.to_thread(self._sign_ins.remember_device, account, now)
        max_age_s = int(DEVICE.total_seconds())
        self.set_cookie(response, DEVICE_COOKIE, device, "/console/sign-in", max_age_s)

    async def end(self, request: Request, response: Response) -> None:
        """Sign a browser out; it stays known."""
        await asyncio.to_thread(self._sign_ins.end, request.cookies.get(COOKIE, ""), self._clock())
        response.delete_cookie(COOKIE, path="/console")

    def set_cookie(
        self, response: Response, name: str, value: str, path: str, max_age_s: int | None = None
    ) -> None:
        response.set_cookie(
            name,
            value,
            path=path,
            max_age=max_age_s,
            httponly=True,
            samesite="lax",
            secure=self._is_secure,
        )
