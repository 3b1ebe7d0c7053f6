"""Signing in by the city's directory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import IntegrityError

from bot.console.account_fields import fault_of
from bot.console.browser import Browsers
from bot.console.door import HOME, Clock, own_address
from bot.console.oidc import Directory, DirectoryError
from bot.console.oidc_claims import login_of, name_of, role_of, subject_of
from bot.console.oidc_flows import LASTS, Flows
from bot.console.roles import Account, Role
from bot.store.accounts import AccountStore, LastAdministratorError
from bot.store.secrets_of_browsers import new_secret

log = structlog.get_logger()

COOKIE = "callbot_oidc"
HERE = "/console/oidc"
FAILED = "L'annuaire de la ville n'a pas confirmé votre identité. Recommencez depuis la page de connexion."
NO_ROLE = "L'annuaire de la ville ne vous donne aucun rôle dans cette console."
CLOSED = "Votre compte est désactivé dans cette console."
TAKEN = (
    "Un compte de la console porte déjà cet identifiant : un administrateur doit le renommer ou le fermer."
)
LAST = "L'annuaire ne vous nomme plus administrateur, et il n'y en a pas d'autre : nommez-en un d'abord."


class OidcRoutes:
    """roles_claim, roles: see `oidc_claims.role_of`."""

    def __init__(
        self,
        directory: Directory,
        accounts: AccountStore,
        browsers: Browsers,
        clock: Clock,
        roles_claim: str,
        roles: Mapping[str, Role],
    ) -> None:
        self._directory = directory
        self._accounts = accounts
        self._browsers = browsers
        self._clock = clock
        self._roles_claim = roles_claim
        self._roles = roles
        self._flows = Flows()
        self.router = APIRouter(prefix=HERE)
        self.router.add_api_route("/start", self.start, methods=["GET"])
        self.router.add_api_route("/back", self.back, methods=["GET"])

    async def start(self, request: Request, next: str = HOME) -> Response:
        """Send the browser to the directory."""
        browser = request.cookies.get(COOKIE, "") or new_secret()
        state, flow = self._flows.begin(browser, own_address(next), self._clock())
        try:
            address = await self._directory.address(state, flow.nonce, flow.verifier)
        except DirectoryError as error:
            log.error("the directory cannot be used", reason=str(error))
            raise HTTPException(503, "L'annuaire de la ville ne répond pas.") from error
        response = RedirectResponse(address, 303)
        self._browsers.set_cookie(response, COOKIE, browser, HERE, int(LASTS.total_seconds()))
        return response

    async def back(self, request: Request, state: str = "", code: str = "") -> Response:
        """Where the directory sends the browser back to."""
        flow = self._flows.finish(state, request.cookies.get(COOKIE, ""), self._clock())
        if flow is None or not code:
            raise HTTPException(403, FAILED)
        try:
            claims = await self._directory.claims(code, flow.nonce, flow.verifier, self._clock())
        except DirectoryError as error:
            log.error("the directory's answer was refused", reason=str(error))
            raise HTTPException(403, FAILED) from error
        account = await asyncio.to_thread(self._account, claims)
        response = RedirectResponse(flow.next, 303)
        await self._browsers.begin(request, response, account, "annuaire")
        return response

    def _account(self, claims: Mapping[str, Any]) -> Account:
        """The account of somebody whom the directory knows, made or changed. Raises HTTPException."""
        role, subject = role_of(claims, self._roles_claim, self._roles), subject_of(claims)
        listed = self._accounts.of_subject(subject)
        if role is None:
            if listed is not None:
                self._accounts.sign_out(listed.account.id)
            raise HTTPException(403, NO_ROLE)
        if listed is None:
            return self._add(claims, role, subject)
        if not listed.is_active:
            raise HTTPException(403, CLOSED)
        try:
            self._accounts.change(listed.account.id, name=name_of(claims), role=role)
        except LastAdministratorError as error:
            raise HTTPException(403, LAST) from error
        return listed.account

    def _add(self, claims: Mapping[str, Any], role: Role, subject: str) -> Account:
        login, name = login_of(claims), name_of(claims)
        if fault_of(login=login, name=name):
            raise HTTPException(403, FAILED)
        try:
            return self._accounts.add(login, name, role, "", self._clock(), subject=subject)
        except IntegrityError as error:
            # Never the account of that name: whoever can choose a name in the directory could take it over.
            raise HTTPException(403, TAKEN) from error
