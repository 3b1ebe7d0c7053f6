"""Sessions over HTTP: what a cookie is worth, whose form is kept, where one lands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from bot.console.browser import DEVICE_COOKIE
from bot.console.door import COOKIE, HOME, MAX_KEPT_CHARS, own_address
from bot.console.lock_out import ACCOUNT
from bot.console.roles import Role
from tests.fakes.console_site import PASSWORD, ConsoleSite

ACT = "/console/account/extension"


class Case:
    """A browser in front of the console."""

    def __init__(self, site: ConsoleSite, client: TestClient) -> None:
        self.site = site
        self.client = client

    def sign_in(self, role: Role = Role.AGENT, **form: str) -> str:
        """Returns where one lands."""
        form = {"login": role, "password": PASSWORD, **form}
        answer = self.client.post("/console/sign-in", data=form)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def token(self) -> str:
        return str(self.client.get("/console/session").json()["csrf"])

    def next(self, **options: object) -> str:
        """Send a form too late; returns where one goes after signing in."""
        answer = self.client.post(ACT, **options)  # type: ignore[arg-type]
        assert answer.status_code == 303
        return parse_qs(urlsplit(answer.headers["location"]).query)["next"][0]


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    site = ConsoleSite(tmp_path, 80)
    with TestClient(site.app()[0], "http://console", follow_redirects=False) as client:
        yield Case(site, client)
    site.close()


def test_a_form_that_comes_too_late_waits_for_its_account(case: Case) -> None:
    case.sign_in()
    form = {"csrf": case.token(), "extension": "40 12", "note": ["<b>", "é\r\n  ù"]}
    case.site.end_sessions()
    kept = case.next(data=form)
    assert kept.startswith("/console/kept/")
    assert case.sign_in(Role.ADMINISTRATOR, next=kept) == kept
    assert case.client.get(kept).status_code == 404
    assert case.sign_in(next=kept) == kept
    page = case.client.get(kept).text
    for text in (f'action="{ACT}"', "40 12", "&lt;b&gt;", "é\r\n  ù"):
        assert text in page
    assert form["csrf"] not in page
    forget = case.client.post(f"{kept}/forget", headers={"x-csrf-token": case.token()})
    assert forget.status_code == 303
    assert case.client.get(kept).status_code == 404


def test_texts_are_kept_of_a_form_with_files(case: Case) -> None:
    case.sign_in()
    token = case.token()
    case.site.end_sessions()
    kept = case.next(data={"csrf": token, "note": "texte"}, files={"photo": ("a.png", b"...", "image/png")})
    case.sign_in()
    page = case.client.get(kept).text
    assert "texte" in page
    assert "a.png" not in page


def test_a_form_of_another_site_is_not_kept(case: Case) -> None:
    case.sign_in()
    case.site.end_sessions()
    for token in ("", "deviné"):
        assert case.next(data={"csrf": token, "note": "x"}) == HOME
    page = {"referer": "http://console/console/account/?done=x"}
    assert case.next(data={"note": "x"}, headers=page) == "/console/account/"
    elsewhere = {"referer": "http://exemple.org/autre"}
    assert case.next(data={"note": "x"}, headers=elsewhere) == HOME


def test_what_is_too_long_to_keep_is_said(case: Case) -> None:
    case.sign_in()
    token = case.token()
    case.site.end_sessions()
    answer = case.client.post(ACT, data={"csrf": token, "note": "x" * MAX_KEPT_CHARS})
    assert (answer.status_code, "revenez en arrière" in answer.text) == (413, True)


def test_a_page_keeps_what_it_sends_by_script(case: Case) -> None:
    case.sign_in()
    token = case.token()
    case.site.end_sessions()
    headers = {"hx-request": "true", "x-csrf-token": token}
    answer = case.client.post(ACT, data={"note": "x"}, headers=headers)
    assert answer.status_code == 401
    assert "kept" not in answer.json()["sign_in"]


def test_a_page_of_an_earlier_session_of_the_same_account_still_works(case: Case) -> None:
    case.sign_in()
    old = case.token()
    case.sign_in(Role.SUPERVISOR)
    assert case.client.post(ACT, data={"csrf": old, "extension": "1"}).status_code == 403
    case.sign_in()
    assert case.token() != old
    assert case.client.post(ACT, data={"csrf": old, "extension": "1"}).status_code == 303


def test_each_sign_in_has_a_secret_that_nobody_knew(case: Case) -> None:
    case.client.cookies.set(COOKIE, "planted", domain="console.local", path="/console")
    case.sign_in()
    first = case.client.cookies.get(COOKIE, domain="console.local", path="/console")
    assert first != "planted"
    case.sign_in()
    assert case.client.cookies.get(COOKIE, domain="console.local", path="/console") != first
    case.client.cookies.clear()
    for key in ("planted", str(first)):
        # The browser's earlier session ended when it signed in again.
        answer = case.client.get("/console/session", headers={"cookie": f"{COOKIE}={key}"})
        assert answer.status_code == 303


def test_cookies_are_for_our_pages_and_https_only(tmp_path: Path) -> None:
    site = ConsoleSite(tmp_path, 80, public_url="https://standard.exemple.fr")
    with TestClient(site.app()[0], "https://standard.exemple.fr", follow_redirects=False) as client:
        answer = client.post("/console/sign-in", data={"login": Role.AGENT, "password": PASSWORD})
        cookies = {line.partition("=")[0]: line for line in answer.headers.get_list("set-cookie")}
        assert set(cookies) == {COOKIE, DEVICE_COOKIE}
        for line in cookies.values():
            assert {"HttpOnly", "Secure", "SameSite=lax"} <= {part.strip() for part in line.split(";")}
        assert "Path=/console/sign-in" in cookies[DEVICE_COOKIE]
    site.close()


def test_who_must_wait_is_told_how_long_and_what_was_typed_stays(case: Case) -> None:
    form = {"login": "<zoe>", "password": "faux"}
    for _ in range(ACCOUNT.free):
        assert case.client.post("/console/sign-in", data=form).status_code == 401
    answer = case.client.post("/console/sign-in", data=form)
    assert (answer.status_code, int(answer.headers["retry-after"]) <= 30) == (429, True)
    assert "Réessayez dans" in answer.text
    assert 'value="&lt;zoe&gt;"' in answer.text
    assert "faux" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "https://exemple.org/console/",
        "//exemple.org/console/",
        "/console/\\exemple.org",
        "/console/\r\nSet-Cookie: a=b",
        "/chat/",
        "javascript:alert(1)",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(case: Case, address: str) -> None:
    assert own_address(address) == HOME
    assert case.sign_in(next=address) == HOME


def test_signing_out_ends_the_session_and_not_only_the_cookie(case: Case) -> None:
    case.sign_in()
    (key,) = (cookie.value for cookie in case.client.cookies.jar if cookie.name == COOKIE)
    case.client.post("/console/sign-out", headers={"x-csrf-token": case.token()})
    assert not [cookie for cookie in case.client.cookies.jar if cookie.name == COOKIE]
    answer = case.client.get("/console/session", headers={"cookie": f"{COOKIE}={key}"})
    assert answer.status_code == 303
