"""Lets signed-in accounts in: a cookie, a role, and the token that only our own pages know."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, urlsplit

from fastapi import Depends, HTTPException, Request
from fastapi.params import Depends as Dependency

from bot.console.roles import Role, Visit
from bot.store.audit import AuditStore
from bot.store.sign_ins import SignInStore

COOKIE = "callbot_console"
HOME = "/console/"
KEPT = "/console/kept/"
TOKEN_FIELD = "csrf"
MAX_KEPT_CHARS = 1_000_000
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

Clock = Callable[[], datetime]


class NotSignedInError(Exception):
    """Nobody is signed in. address: where the browser goes once somebody is."""

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


def own_address(address: str) -> str:
    """An address within the console; anything else leads home."""
    is_own = address.startswith("/console/") and "\\" not in address and address.isprintable()
    return address if is_own else HOME


class Door:
    """The only way from a request to a visit."""

    def __init__(self, sign_ins: SignInStore, audit: AuditStore, clock: Clock) -> None:
        self._sign_ins = sign_ins
        self._audit = audit
        self._clock = clock

    def needs(self, role: Role) -> Dependency:
        """Return the dependency of routes that only this role and those above it may open; then `visit_of`.

        It raises NotSignedInError, or HTTPException 403 for another role and for a form without our token.
        """

        async def let_in(request: Request) -> None:
            found = await self.visit(request)
            if found is None:
                raise NotSignedInError(await self._way_back(request))
            if not found.account.role.may(role):
                raise HTTPException(403, "Votre compte ne permet pas d'ouvrir cette page.")
            if request.method not in _SAFE:
                await self._check_token(request, found)
            request.state.visit = found

        # For the test that holds every route to the roles it is meant for.
        let_in.role = role  # type: ignore[attr-defined]
        dependency: Dependency = Depends(let_in)
        return dependency

    async def visit(self, request: Request) -> Visit | None:
        """Who is signed in, if anybody is."""
        key = request.cookies.get(COOKIE, "")
        return await asyncio.to_thread(self._sign_ins.visit, key, self._clock()) if key else None

    async def record(self, visit: Visit, action: str, subject: str = "", detail: str = "") -> None:
        """Write down what somebody sees or changes; before it is shown or done."""
        await asyncio.to_thread(
            self._audit.record, visit.account.login, action, subject, detail, self._clock()
        )

    async def _check_token(self, request: Request, visit: Visit) -> None:
        offered = await _token(request)
        if hmac.compare_digest(offered.encode(), visit.csrf.encode()):
            return
        # A page that the same account opened before signing in again is as much ours.
        if await asyncio.to_thread(self._sign_ins.owner, offered) != visit.account.id:
            raise HTTPException(403, "Cette page est trop ancienne : rechargez-la et recommencez.")

    async def _way_back(self, request: Request) -> str:
        """Where to go after signing in: the page that was asked for, or the form that was sent, kept."""
        if request.method in _SAFE:
            return request.url.path + (f"?{request.url.query}" if request.url.query else "")
        # htmx leaves the page where it is, with all that was typed: `session.js` asks to sign in beside it.
        is_kept_by_page = "hx-request" in request.headers
        owner = await asyncio.to_thread(self._sign_ins.owner, await _token(request))
        if is_kept_by_page or owner is None or not _is_form(request):
            return own_address(urlsplit(request.headers.get("referer", "")).path)
        fields = [
            (name, value)
            for name, value in (await request.form()).multi_items()
            if isinstance(value, str) and name != TOKEN_FIELD
        ]
        if sum(len(name) + len(value) for name, value in fields) > MAX_KEPT_CHARS:
            raise HTTPException(413, "Ce formulaire est trop long pour être gardé : revenez en arrière.")
        address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return KEPT + await asyncio.to_thread(self._sign_ins.keep, owner, address, fields, self._clock())


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith(_FORM_TYPES)


async def _token(request: Request) -> str:
    """What a request offers as the token of our pages."""
    offered = request.headers.get("x-csrf-token", "")
    if not offered and _is_form(request):
        offered = str((await request.form()).get(TOKEN_FIELD, ""))
    return offered
