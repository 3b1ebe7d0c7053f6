"""Puts together who may enter the console: accounts, sign-ins, the audit log."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.console.browser import Browsers
from bot.console.door import Clock, Door
from bot.console.guard import Guard
from bot.console.oidc import Directory, DirectorySettings
from bot.console.pages import Pages
from bot.console.routes_account import AccountRoutes
from bot.console.routes_accounts import AccountsRoutes
from bot.console.routes_audit import AuditRoutes
from bot.console.routes_kept import KeptRoutes
from bot.console.routes_oidc import OidcRoutes
from bot.console.routes_sign_in import SignInRoutes
from bot.settings import Settings
from bot.store.accounts import AccountStore
from bot.store.audit import AuditStore
from bot.store.failures import FailureStore
from bot.store.sign_ins import SignInStore
from integrations.city import City

log = structlog.get_logger()

CLEAN_UP_EVERY_S = 3600.0


@dataclass(frozen=True, slots=True)
class Access:
    """The door, and what stands around it."""

    door: Door
    accounts: AccountStore
    audit: AuditStore
    sign_ins: SignInStore
    guard: Guard
    browsers: Browsers
    clock: Clock
    directory: Directory | None
    settings: Settings

    def routers(self, pages: Pages, city: City) -> tuple[APIRouter, ...]:
        door, accounts, guard, browsers = self.door, self.accounts, self.guard, self.browsers
        name = self.settings.oidc_name if self.directory else ""
        return (
            SignInRoutes(door, pages, guard, browsers, name).router,
            *self._directory_routers(),
            KeptRoutes(door, pages, self.sign_ins, self.clock).router,
            AccountRoutes(door, pages, accounts, guard, browsers).router,
            AccountsRoutes(door, pages, accounts, guard, self.clock).router,
            AuditRoutes(door, pages, self.audit, city.timezone).router,
        )

    def _directory_routers(self) -> tuple[APIRouter, ...]:
        if self.directory is None:
            return ()
        claim, roles = self.settings.oidc_roles_claim, self.settings.oidc_roles
        routes = OidcRoutes(self.directory, self.accounts, self.browsers, self.clock, claim, roles)
        return (routes.router,)

    async def clean_up(self) -> None:
        """Remove sign-ins and failures that are over, now and then, until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.sign_ins.clean_up, self.clock())
                await asyncio.to_thread(self.guard.clean_up)
            except SQLAlchemyError as error:
                log.error("old sign-ins were not removed", error=type(error).__name__)
            await asyncio.sleep(CLEAN_UP_EVERY_S)


def build_access(settings: Settings, database: Engine, clock: Clock) -> Access:
    """database: of the conversations, migrated."""
    accounts, audit, sign_ins = AccountStore(database), AuditStore(database), SignInStore(database)
    is_secure = settings.public_address.startswith("https://")
    return Access(
        door=Door(sign_ins, audit, clock),
        accounts=accounts,
        audit=audit,
        sign_ins=sign_ins,
        guard=Guard(accounts, sign_ins, FailureStore(database), clock),
        browsers=Browsers(sign_ins, audit, clock, is_secure=is_secure),
        clock=clock,
        directory=_directory(settings),
        settings=settings,
    )


def _directory(settings: Settings) -> Directory | None:
    if not settings.oidc_issuer:
        return None
    return Directory(
        DirectorySettings(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            scopes=settings.oidc_scopes,
            redirect_uri=f"{settings.public_address}/console/oidc/back",
        )
    )
