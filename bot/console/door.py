"""Lets signed-in accounts in: a cookie, a role, and the token that only our own pages know."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request
from fastapi.params import Depends as Dependency

from bot.console.roles import Role, Visit
from bot.store.accounts import AccountStore

COOKIE = "callbot_console"
IDLE = timedelta(hours=12)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Clock = Callable[[], datetime]


class NotSignedInError(Exception):
    """Nobody is signed in. address: where the browser was going."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address

    @property
    def sign_in_address(self) -> str:
        return f"/console/sign-in?next={quote(self.address, safe='')}"


def visit_of(request: Request) -> Visit:
    """Who opened this page; for routes that `Door.needs` guards."""
    visit = request.state.visit
    assert isinstance(visit, Visit)
    return visit


class Door:
    """The only way from a request to a visit."""

    def __init__(self, accounts: AccountStore, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock

    def needs(self, role: Role) -> Dependency:
        """Return the dependency of routes that only this role and those above it may open; then `visit_of`.

        It raises NotSignedInError, or HTTPException 403 for another role and for a form without our token.
        """

        async def let_in(request: Request) -> None:
            found = await self.visit(request)
            if found is None:
                query = f"?{request.url.query}" if request.url.query else ""
                raise NotSignedInError(request.url.path + query)
            if not found.account.role.may(role):
                raise HTTPException(403, "Votre compte ne permet pas d'ouvrir cette page.")
            if request.method not in _SAFE:
                await self._check_token(request, found)
            request.state.visit = found

        dependency: Dependency = Depends(let_in)
        return dependency

    async def visit(self, request: Request) -> Visit | None:
        """Who is signed in, if anybody is."""
        key = request.cookies.get(COOKIE, "")
        if not key:
            return None
        return await asyncio.to_thread(self._accounts.visit, key, self._clock() - IDLE)

    async def record(self, visit: Visit, action: str, subject: str = "", detail: str = "") -> None:
        """Write down what somebody sees or changes; before it is shown or done."""
        await asyncio.to_thread(
            self._accounts.record, visit.account.login, action, subject, detail, self._clock()
        )

    async def _check_token(self, request: Request, visit: Visit) -> None:
        offered = request.headers.get("x-csrf-token", "")
        if not offered and request.headers.get("content-type", "").startswith(
            ("application/x-www-form-urlencoded", "multipart/form-data")
        ):
            offered = str((await request.form()).get("csrf", ""))
        if not hmac.compare_digest(offered.encode(), visit.csrf.encode()):
            raise HTTPException(403, "Cette page est trop ancienne : rechargez-la et recommencez.")
