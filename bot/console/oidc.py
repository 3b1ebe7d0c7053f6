"""Signing in by the city's own directory: OpenID Connect, authorization code flow with PKCE."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2 import OAuth2Error
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from joserfc.jwt import JWTClaimsRegistry

# Signatures that only the directory can make: with a shared secret, its clients could, too.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
LEEWAY_S = 60
TIMEOUT_S = 5.0
DISCOVERED_FOR_S = 600.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class DirectoryError(Exception):
    """The directory did not say who somebody is. The message is for the log: it holds nothing personal."""


@dataclass(frozen=True, slots=True)
class DirectorySettings:
    """issuer: as its discovery document says it. redirect_uri: our address that browsers are sent back to."""

    issuer: str
    client_id: str
    client_secret: str
    scopes: str
    redirect_uri: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("the directory's address must begin with https://")


class Directory:
    """Client of one provider."""

    def __init__(self, settings: DirectorySettings) -> None:
        self._settings = settings
        self._document: Mapping[str, Any] = {}
        self._discovered_at_s = 0.0
        self._looking = asyncio.Lock()

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where a browser signs in. Raises DirectoryError."""
        document = await self._discovered()
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                document["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(address)

    async def claims(self, code: str, nonce: str, verifier: str, now: datetime) -> Mapping[str, Any]:
        """What the directory says of whoever came back with a code. Raises DirectoryError."""
        document = await self._discovered()
        try:
            async with self._client() as client:
                token = await client.fetch_token(
                    document["token_endpoint"],
                    code=code,
                    code_verifier=verifier,
                    grant_type="authorization_code",
                )
        except (OAuth2Error, httpx.HTTPError, ValueError) as error:
            raise DirectoryError(f"the code was not taken ({type(error).__name__})") from error
        text = token.get("id_token")
        if not isinstance(text, str):
            raise DirectoryError("no id_token")
        claims = self._verified(text, await self._keys(document), now)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise DirectoryError("another nonce")
        return claims

    def _verified(self, text: str, keys: KeySet, now: datetime) -> Mapping[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(text, keys, algorithms=ALGORITHMS).claims
            JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=LEEWAY_S,
                iss={"essential": True, "value": self._settings.issuer},
                sub={"essential": True},
                aud={"essential": True, "value": self._settings.client_id},
                exp={"essential": True},
                iat={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError) as error:
            raise DirectoryError(f"the id_token is not valid ({type(error).__name__})") from error
        is_shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", "" if is_shared else self._settings.client_id) != self._settings.client_id:
            raise DirectoryError("the id_token is for another client")
        return claims

    async def _keys(self, document: Mapping[str, Any]) -> KeySet:
        """Fetched each time: directories change keys, and nobody signs in often."""
        try:
            return KeySet.import_key_set(cast(KeySetSerialization, await self._get(document["jwks_uri"])))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise DirectoryError(f"no keys ({type(error).__name__})") from error

    async def _discovered(self) -> Mapping[str, Any]:
        async with self._looking:
            if self._document and time.monotonic() - self._discovered_at_s < DISCOVERED_FOR_S:
                return self._document
            issuer = self._settings.issuer
            document = await self._get(issuer.rstrip("/") + "/.well-known/openid-configuration")
            if document.get("issuer") != issuer:
                raise DirectoryError("the discovery document names another issuer")
            needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if not all(isinstance(document.get(name), str) for name in needed):
                raise DirectoryError("the discovery document is not whole")
            self._document, self._discovered_at_s = document, time.monotonic()
            return document

    async def _get(self, address: str) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=self._is_far) as client:
                answer = (await client.get(address)).raise_for_status()
            document = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise DirectoryError(f"no answer ({type(error).__name__})") from error
        if not isinstance(document, dict):
            raise DirectoryError("no JSON object")
        return document

    @property
    def _is_far(self) -> bool:
        """Whether the environment's proxy is meant for it."""
        return urlsplit(self._settings.issuer).hostname not in _LOOPBACK

    def _client(self) -> AsyncOAuth2Client:
        secret = self._settings.client_secret
        return AsyncOAuth2Client(
            self._settings.client_id,
            secret or None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=self._settings.scopes,
            redirect_uri=self._settings.redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
            trust_env=self._is_far,
        )
