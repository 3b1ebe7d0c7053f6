"""What the directory's claims make of somebody here. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from bot.console.roles import Role

MAX_NAME_CHARS = 60


def role_of(claims: Mapping[str, Any], path: str, roles: Mapping[str, Role]) -> Role | None:
    """The highest role that somebody's groups give; None for none.

    path: of the claim, with dots between levels ("realm_access.roles"). roles: by the directory's names.
    """
    value: Any = claims.get(path)
    if value is None:
        value = claims
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
    names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    found = [roles[name] for name in names if isinstance(name, str) and name in roles]
    return max(found, key=list(Role).index, default=None)


def subject_of(claims: Mapping[str, Any]) -> str:
    """Who somebody is, for ever: names and addresses change hands, the directory's identifier does not."""
    return hashlib.sha256(f"{claims['iss']} {claims['sub']}".encode()).hexdigest()


def login_of(claims: Mapping[str, Any]) -> str:
    """What they are called here, "" when the directory does not say."""
    for name in ("preferred_username", "email"):
        if isinstance(value := claims.get(name), str) and value.strip():
            return value.strip().casefold()
    return ""


def name_of(claims: Mapping[str, Any]) -> str:
    """How colleagues read them."""
    name = claims.get("name")
    plain = re.sub(r"[<>\x00-\x1f\x7f]", "", name) if isinstance(name, str) else ""
    return plain.strip()[:MAX_NAME_CHARS] or login_of(claims)[:MAX_NAME_CHARS]
