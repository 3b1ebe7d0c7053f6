"""Secrets that only a browser keeps: the database knows their hash, so a copy of it opens nothing."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Enough for a secret of 256 random bits; passwords need argon2."""
    return hashlib.sha256(secret.encode()).hexdigest()
