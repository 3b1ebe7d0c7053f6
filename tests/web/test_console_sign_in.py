"""Signing in to the console, in a real browser."""

import pytest
from playwright.async_api import Browser, expect

from bot.console.roles import Role
from tests.fakes.console_site import NAMES, PASSWORD, ConsoleSite

pytestmark = pytest.mark.web


@pytest.mark.asyncio(loop_scope="session")
async def test_one_lands_where_one_was_going_and_can_leave(
    console_site: ConsoleSite, chromium: Browser
) -> None:
    context = await chromium.new_context(locale="fr-FR")
    page = await context.new_page()
    await page.goto(f"{console_site.url}/console/")
    await page.get_by_label("Identifiant").fill("agent")
    await page.get_by_label("Mot de passe").fill("autre chose")
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.get_by_role("alert")).to_contain_text("inconnu")
    await page.get_by_label("Identifiant").fill("agent")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.get_by_role("heading", name=NAMES[Role.AGENT])).to_be_visible()
    await page.get_by_role("button", name="Se déconnecter").click()
    await expect(page.get_by_label("Identifiant")).to_be_visible()
    await context.close()


def test_a_form_without_our_token_is_refused(console_site: ConsoleSite) -> None:
    with console_site.signed_in(Role.AGENT) as client:
        del client.headers["x-csrf-token"]
        assert client.post("/console/sign-out").status_code == 403
        assert client.get("/console/").status_code == 200


def test_the_libraries_are_there(console_site: ConsoleSite) -> None:
    with console_site.signed_in(Role.AGENT) as client:
        for name in ("console.css", "htmx.min.js", "wavesurfer.esm.js", "leaflet.js"):
            assert client.get(f"/console/static/{name}").status_code == 200
        assert client.get("/console/static/..%2Fwiring.py").status_code == 404
