"""Steering, first page: what everybody is told, when the machine answers, which services are closed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.console.door import Clock, Door, visit_of
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.console.steering_desk import Change, Part, SteeringDesk
from bot.console.steering_forms import (
    Form,
    FormError,
    filled,
    read_closure,
    read_notice,
    read_opening,
)
from bot.console.steering_words import closure_words
from integrations.city import City
from integrations.city_models import DAYS
from integrations.steering_store import SteeringConflictError, SteeringVersion

HOME = "/console/steering"
_SECTIONS: Mapping[str, tuple[Part, str]] = {
    "banner": (lambda steering: steering.banner, "Message d'urgence"),
    "announcement": (lambda steering: steering.announcement, "Annonce du jour"),
    "opening": (lambda steering: steering.opening, "Prise d'appels"),
    "rating": (lambda steering: steering.asks_satisfaction, "Question de satisfaction"),
    "closures": (lambda steering: None, "Fermetures"),
}


class SteeringRoutes:
    """For supervisors and administrators."""

    def __init__(self, door: Door, pages: Pages, desk: SteeringDesk, city: City, clock: Clock) -> None:
        self._door = door
        self._pages = pages
        self._desk = desk
        self._city = city
        self._clock = clock
        self.router = APIRouter(dependencies=[door.needs(Role.SUPERVISOR)])
        self.router.add_api_route(HOME, self.show, methods=["GET"])
        self.router.add_api_route(f"{HOME}/closures/remove", self.reopen, methods=["POST"])
        self.router.add_api_route(f"{HOME}/{{section}}", self.save, methods=["POST"])

    async def show(self, request: Request, saved: str = "") -> Response:
        return await self._show(request, saved=saved)

    async def save(self, request: Request, section: str) -> Response:
        if section not in _SECTIONS:
            raise HTTPException(404)
        form = await read_form(request)
        try:
            change = self._change(section, form)
        except FormError as error:
            return await self._show(request, section, form, str(error), status=422)
        return await self._save(request, section, form, change)

    async def reopen(self, request: Request) -> Response:
        """Take a closure away."""
        form = await read_form(request)

        def change(steering: Any) -> Any:
            left = tuple(each for each in steering.closures if closure_key(each) != form.get("closure"))
            return steering.but(closures=left)

        return await self._save(request, "closures", form, change)

    def _change(self, section: str, form: Form) -> Change:
        """Raises FormError."""
        timezone = self._city.timezone
        match section:
            case "banner":
                banner = read_notice(form, timezone)
                return lambda steering: steering.but(banner=banner)
            case "announcement":
                announcement = read_notice(form, timezone)
                return lambda steering: steering.but(announcement=announcement)
            case "opening":
                opening = read_opening(form)
                return lambda steering: steering.but(opening=opening)
            case "rating":
                return lambda steering: steering.but(asks_satisfaction="asks" in form)
            case _:
                closure = read_closure(form, timezone, self._city.services)
                return lambda steering: steering.but(
                    closures=tuple(sorted({*steering.closures, closure}, key=lambda each: each.starts_at))
                )

    async def _save(self, request: Request, section: str, form: Form, change: Change) -> Response:
        part, title = _SECTIONS[section]
        conflict = await commit(self._door, self._desk, request, form, part, change, title, self._clock())
        if conflict is not None:
            return await self._show(request, section, form, conflict_words(conflict), status=409)
        return RedirectResponse(f"{HOME}?saved={section}#{section}", 303)

    async def _show(
        self,
        request: Request,
        section: str = "",
        form: Form | None = None,
        error: str = "",
        *,
        saved: str = "",
        status: int = 200,
    ) -> Response:
        current = await asyncio.to_thread(self._desk.store.current)
        forms = filled(current.steering, self._city.timezone)
        in_force = dict(forms)
        if form is not None:
            forms[section] = dict(form)
        now = self._clock()
        return self._pages.render(
            request,
            visit_of(request),
            "steering.html",
            status=status,
            forms={name: defaultdict(str, fields) for name, fields in forms.items()},
            in_force={name: defaultdict(str, fields) for name, fields in in_force.items()},
            version=current,
            error_section=section,
            error=error,
            saved=saved,
            days=DAYS,
            services=self._city.services,
            closures=[
                (closure_key(each), closure_words(each, self._city), each.ends_at <= now)
                for each in current.steering.closures
            ],
            is_due=_is_due(current, now),
            has_fallback=self._desk.has_fallback,
            has_voice=self._desk.synthesizer is not None,
        )


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; files are left out."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


async def commit(
    door: Door,
    desk: SteeringDesk,
    request: Request,
    form: Form,
    part: Part,
    change: Change,
    title: str,
    now: datetime,
) -> SteeringVersion | None:
    """Make a new version and write down who did. Returns what is in force when somebody else was faster."""
    visit = visit_of(request)
    base = int(form["base"]) if form.get("base", "").isdecimal() else -1
    await door.record(visit, "change_steering", title[:128], f"from version {base}")
    try:
        await asyncio.to_thread(desk.change, base, part, change, title, visit.account.login, now)
    except SteeringConflictError as error:
        return error.current
    desk.saved()
    return None


def conflict_words(current: SteeringVersion) -> str:
    """What somebody reads whose change came too late."""
    return (
        f"{current.login} a changé ce réglage entre-temps. Rien n'est enregistré. Vos réponses sont gardées "
        "ci-dessous. Enregistrez à nouveau pour remplacer ce qui est en vigueur."
    )


def closure_key(closure: Any) -> str:
    """What names a closure in a form."""
    return f"{closure.service}|{closure.starts_at.isoformat()}|{closure.ends_at.isoformat()}"


def _is_due(current: SteeringVersion, now: datetime) -> Callable[[str], bool]:
    notices = {"banner": current.steering.banner, "announcement": current.steering.announcement}

    def is_due(section: str) -> bool:
        notice = notices[section]
        return notice is not None and notice.is_due(now)

    return is_due
