"""An OpenID Connect provider on a free port, by the specification: authorization code flow, PKCE, RS256.

Whoever comes to its authorization endpoint is signed in at once as `person`. `spoil` changes what it says,
to see whether a client notices.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Header, HTTPException
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.fakes.reports_servers import serving

CLIENT_ID = "callbot-console"
CLIENT_SECRET = "secret d'essai"


class OidcProvider:
    """url: its issuer, once it listens. spoil: claims that replace the true ones; None leaves one out."""

    def __init__(self, redirect_uri: str) -> None:
        self.url = ""
        self.person: dict[str, Any] = {}
        self.spoil: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.sign: Callable[[dict[str, Any]], str] = self.sign_well
        self.issuer_told = ""
        self.state_told = ""
        self.n_authorized = 0
        self._redirect_uri = redirect_uri
        self._codes: dict[str, dict[str, str]] = {}

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/.well-known/openid-configuration", self.discovery, methods=["GET"])
        app.add_api_route("/jwks", self.jwks, methods=["GET"])
        app.add_api_route("/authorize", self.authorize, methods=["GET"])
        app.add_api_route("/token", self.token, methods=["POST"])
        return app

    async def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer_told or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    async def jwks(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    async def authorize(
        self,
        client_id: str,
        redirect_uri: str,
        response_type: str,
        scope: str,
        state: str,
        nonce: str,
        code_challenge: str,
        code_challenge_method: str,
    ) -> RedirectResponse:
        expected = (CLIENT_ID, self._redirect_uri, "code", "S256")
        if (client_id, redirect_uri, response_type, code_challenge_method) != expected:
            raise HTTPException(400, "unknown client, address or way")
        if "openid" not in scope.split():
            raise HTTPException(400, "no openid")
        self.n_authorized += 1
        code = secrets.token_urlsafe(8)
        self._codes[code] = {"nonce": nonce, "challenge": code_challenge}
        answer = urlencode({"code": code, "state": self.state_told or state})
        return RedirectResponse(f"{redirect_uri}?{answer}", 302)

    async def token(
        self,
        grant_type: Annotated[str, Form()],
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        authorization: Annotated[str, Header()] = "",
    ) -> dict[str, Any]:
        right = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {right}":
            raise HTTPException(401, {"error": "invalid_client"})
        begun = self._codes.pop(code, None)
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_right = begun is not None and begun["challenge"] == challenge
        if grant_type != "authorization_code" or redirect_uri != self._redirect_uri or not is_right:
            raise HTTPException(400, {"error": "invalid_grant"})
        assert begun is not None
        return {
            "access_token": secrets.token_urlsafe(8),
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self._id_token(begun["nonce"]),
        }

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
            **self.spoil,
        }
        return self.sign({name: value for name, value in claims.items() if value is not None})

    def sign_well(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)

    @contextmanager
    def running(self) -> Iterator[OidcProvider]:
        with serving(self.app()) as url:
            self.url = url
            yield self
