"""Renders the console's pages from templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.console.roles import Role, Visit
from bot.console.shell import safeguards

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu.

    role: who sees it, and those above. count: address of how much waits there, "" for none.
    """

    title: str
    address: str
    role: Role = Role.AGENT
    count: str = ""


class Pages:
    """The templates, with the menu that all of them share. filters: for templates, beside `moment`."""

    def __init__(
        self,
        city_name: str,
        timezone: ZoneInfo,
        menu: tuple[Entry, ...],
        filters: Mapping[str, Callable[..., object]] | None = None,
    ) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["city_name"] = city_name
        self._environment.filters["moment"] = lambda at: _moment(at, timezone)
        self._environment.filters |= filters or {}
        self._menu = menu

    def render(
        self,
        request: Request,
        visit: Visit | None,
        template: str,
        *,
        status: int = 200,
        style_nonce: str = "",
        **values: Any,
    ) -> HTMLResponse:
        """Return a page, or the part of one that htmx asked for.

        style_nonce: of the style elements that a library of this page makes. values: what the template shows.
        """
        menu = tuple(e for e in self._menu if visit is not None and visit.account.role.may(e.role))
        text = self._environment.get_template(template).render(
            visit=visit, menu=menu, path=request.url.path, **values
        )
        headers = {"Content-Security-Policy": _policy(style_nonce)} if style_nonce else None
        return HTMLResponse(text, status, headers)


def _policy(style_nonce: str) -> str:
    policy = safeguards()["Content-Security-Policy"]
    return policy.replace("style-src 'self'", f"style-src 'self' 'nonce-{style_nonce}'")


def _moment(at: datetime | None, timezone: ZoneInfo) -> str:
    """Day and time as agents read them, "" for none."""
    return at.astimezone(timezone).strftime("%d/%m/%Y %H:%M") if at else ""
