"""Signing in by a directory that really listens: what it must prove, and what it gives."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.console.door import COOKIE
from bot.console.oidc import DirectorySettings
from bot.console.oidc_claims import login_of, name_of, role_of, subject_of
from bot.console.roles import Role
from bot.store.accounts import AccountStore
from tests.fakes.console_site import ConsoleSite
from tests.fakes.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider

US = "http://console"
START = "/console/oidc/start?next=/console/account/"


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with OidcProvider(f"{US}/console/oidc/back").running() as provider:
        yield provider


class Case:
    """A browser in front of a console whose directory is `provider`."""

    def __init__(self, site: ConsoleSite, client: TestClient) -> None:
        self.client = client
        self.accounts = AccountStore(site.engine)

    def address_back(self, path: str = START) -> str:
        """Go to the directory and be signed in there; returns where it sends the browser."""
        there = self.client.get(path)
        assert there.status_code == 303, there.text
        return httpx.get(there.headers["location"], trust_env=False).headers["location"]

    def comes_back(self) -> Any:
        return self.client.get(self.address_back())

    def is_signed_in(self) -> bool:
        return self.client.get("/console/session").status_code == 200


@pytest.fixture
def case(tmp_path: Path, provider: OidcProvider) -> Iterator[Case]:
    provider.person = {
        "sub": "42",
        "preferred_username": "Lea.Roux",
        "name": "Léa Roux",
        "realm_access": {"roles": ["autre", "standard"]},
    }
    provider.spoil, provider.sign = {}, provider.sign_well
    provider.issuer_told = provider.state_told = ""
    site = ConsoleSite(
        tmp_path,
        80,
        public_url=US,
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        oidc_name="l'annuaire de Nîmes",
        oidc_roles_claim="realm_access.roles",
        oidc_roles={"standard": Role.AGENT, "chefs": Role.SUPERVISOR},
    )
    with TestClient(site.app()[0], US, follow_redirects=False) as client:
        yield Case(site, client)
    site.close()


def test_who_has_a_role_gets_an_account_and_lands_where_they_were_going(case: Case) -> None:
    assert "l&#39;annuaire de Nîmes" in case.client.get("/console/sign-in").text
    back = case.comes_back()
    assert (back.status_code, back.headers["location"]) == (303, "/console/account/")
    assert case.is_signed_in()
    account = case.accounts.find("lea.roux")
    assert account is not None
    assert (account.name, account.role) == ("Léa Roux", Role.AGENT)


def test_the_directory_is_asked_again_each_time(case: Case, provider: OidcProvider) -> None:
    case.comes_back()
    # Another name, another role: the same person.
    provider.person |= {"preferred_username": "lea.martin", "name": "Léa Martin"}
    provider.person["realm_access"] = {"roles": ["chefs", "standard"]}
    assert case.comes_back().status_code == 303
    account = case.accounts.find("lea.roux")
    assert account is not None
    assert (account.name, account.role) == ("Léa Martin", Role.SUPERVISOR)
    # No role any more: not only refused, but out.
    provider.person["realm_access"] = {"roles": []}
    assert case.comes_back().status_code == 403
    assert not case.is_signed_in()


def test_without_a_role_no_account_is_made(case: Case, provider: OidcProvider) -> None:
    provider.person["realm_access"] = {"roles": ["autre"]}
    back = case.comes_back()
    assert (back.status_code, "aucun rôle" in back.text) == (403, True)
    assert case.accounts.find("lea.roux") is None
    assert not case.is_signed_in()


def test_who_is_switched_off_here_stays_out(case: Case) -> None:
    case.comes_back()
    account = case.accounts.find("lea.roux")
    assert account is not None
    case.accounts.change(account.id, is_active=False)
    assert case.comes_back().status_code == 403
    assert not case.is_signed_in()


def test_a_name_chosen_there_does_not_open_the_account_of_that_name_here(
    case: Case, provider: OidcProvider
) -> None:
    provider.person["preferred_username"] = Role.ADMINISTRATOR
    back = case.comes_back()
    assert (back.status_code, "porte déjà" in back.text) == (403, True)
    assert not case.is_signed_in()


@pytest.mark.parametrize(
    "spoil",
    [
        {"nonce": "un autre"},
        {"nonce": None},
        {"aud": "un-autre-client"},
        {"aud": [CLIENT_ID, "un-autre-client"]},
        {"azp": "un-autre-client"},
        {"iss": "https://exemple.org"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"sub": None},
        {"preferred_username": "<b>", "email": "x"},
    ],
)
def test_an_answer_that_is_not_for_us_lets_nobody_in(
    case: Case, provider: OidcProvider, spoil: dict[str, Any]
) -> None:
    provider.spoil = spoil
    assert case.comes_back().status_code == 403
    assert not case.is_signed_in()


def test_another_signature_lets_nobody_in(case: Case, provider: OidcProvider) -> None:
    another = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": "k1"}
    provider.sign = lambda claims: jwt.encode(header, claims, another)
    assert case.comes_back().status_code == 403
    # A signature with what all clients know of the key, with the secret that we share, and none at all.
    for secret in (provider.key.as_pem(private=False), CLIENT_SECRET.encode()):
        provider.sign = partial(signed_by_secret, secret)
        assert case.comes_back().status_code == 403
    provider.sign = lambda claims: f"{part({'alg': 'none'})}.{part(claims)}."
    assert case.comes_back().status_code == 403
    assert not case.is_signed_in()


def part(content: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def signed_by_secret(secret: bytes, claims: dict[str, Any]) -> str:
    text = f"{part({'alg': 'HS256', 'kid': 'k1'})}.{part(claims)}"
    digest = hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{urlsafe_b64encode(digest).decode().rstrip('=')}"


def test_a_state_is_good_once_in_the_browser_that_began(case: Case, provider: OidcProvider) -> None:
    address = case.address_back()
    stolen = dict(case.client.cookies)
    case.client.cookies.clear()
    assert case.client.get(address).status_code == 403
    case.client.cookies.update(stolen)
    assert case.client.get(address).status_code == 303
    assert case.client.get(address).status_code == 403
    provider.state_told = "un-autre"
    assert case.client.get(case.address_back()).status_code == 403


def test_a_code_of_another_sign_in_does_not_fit(case: Case) -> None:
    first, second = (httpx.URL(case.address_back()) for _ in range(2))
    mixed = first.copy_set_param("code", second.params["code"])
    assert case.client.get(str(mixed)).status_code == 403
    assert COOKIE not in case.client.cookies


def test_two_tabs_may_sign_in_at_once(case: Case) -> None:
    first, second = case.address_back(), case.address_back()
    assert case.client.get(second).status_code == 303
    assert case.client.get(first).status_code == 303


def test_a_directory_that_is_another_or_does_not_answer_is_said(
    case: Case, provider: OidcProvider, tmp_path: Path
) -> None:
    provider.issuer_told = "https://exemple.org"
    answer = case.client.get(START)
    assert (answer.status_code, "ne répond pas" in answer.text) == (503, True)


def test_it_leads_nowhere_else(case: Case) -> None:
    address = case.address_back("/console/oidc/start?next=https://exemple.org/")
    assert case.client.get(address).headers["location"] == "/console/"


def test_a_directory_is_reached_by_https_only() -> None:
    with pytest.raises(ValueError, match="https"):
        DirectorySettings("http://exemple.org", "x", "", "openid", US)


@pytest.mark.parametrize(
    ("claims", "path", "role"),
    [
        ({"roles": "chefs"}, "roles", Role.SUPERVISOR),
        ({"roles": ["standard", "chefs", 3, None]}, "roles", Role.SUPERVISOR),
        ({"a": {"b": ["standard"]}}, "a.b", Role.AGENT),
        ({"https://nimes.fr/roles": ["standard"]}, "https://nimes.fr/roles", Role.AGENT),
        ({"roles": {"standard": True}}, "roles", None),
        ({"a": "x"}, "a.b.c", None),
        ({}, "roles", None),
    ],
)
def test_the_highest_role_counts(claims: dict[str, Any], path: str, role: Role | None) -> None:
    assert role_of(claims, path, {"standard": Role.AGENT, "chefs": Role.SUPERVISOR}) == role


def test_names_are_made_fit() -> None:
    claims = {"iss": "https://a", "sub": "1", "email": " Zoe@Nimes.fr ", "name": "<b>Zoé</b>\n" + "x" * 80}
    assert login_of(claims) == "zoe@nimes.fr"
    assert name_of(claims).startswith("bZoé/bxxx")
    assert len(name_of(claims)) == 60
    assert subject_of(claims) != subject_of({**claims, "iss": "https://b"})
