"""Accounts in a real browser: sessions that end while one writes, passwords, roles; axe finds nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.console.roles import Role
from tests.fakes.console_site import PASSWORD, ConsoleSite
from tests.web.pages import DESKTOP, PHONE
from tests.web.test_views import AXE, RULES, write_picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.web]

FAULTS = """(rules) => axe.run({ runOnly: rules })
  .then((found) => found.violations.map((each) => `${each.id} ${each.nodes[0].html}`))"""
TYPED = "4012"


@asynccontextmanager
async def desk(
    browser: Browser, site: ConsoleSite, role: Role, theme: str = "light", viewport: object = None
) -> AsyncIterator[Page]:
    """A signed-in browser; a fault in the page's scripts or against its policy is a failure."""
    context: BrowserContext = await browser.new_context(
        viewport=viewport or DESKTOP,  # type: ignore[arg-type]
        locale="fr-FR",
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    context.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    try:
        page = await context.new_page()
        await page.goto(f"{site.url}/console/")
        await sign_in(page, role)
        yield page
        assert not faults, faults
    finally:
        await context.close()


async def sign_in(page: Page, role: Role, password: str = PASSWORD) -> None:
    await page.get_by_label("Identifiant").fill(role)
    await page.get_by_label("Mot de passe").fill(password)
    await page.get_by_role("button", name="Se connecter").click()


async def check(page: Page, name: str = "", *, is_whole: bool = True) -> None:
    """Nothing that axe finds, nothing beyond the window's edge; a picture where CALLBOT_SCREENSHOTS says.

    name: of the picture, "" for none. is_whole: it shows the page to its end, not only what fits the window.
    """
    await page.evaluate(AXE.read_text())
    assert await page.evaluate(FAULTS, RULES) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    folder = os.environ.get("CALLBOT_SCREENSHOTS")
    if folder and name:
        await asyncio.to_thread(
            write_picture, await page.screenshot(full_page=is_whole), Path(folder) / f"{name}.png"
        )


async def test_a_form_that_comes_too_late_is_kept_for_its_account(
    console_site: ConsoleSite, chromium: Browser
) -> None:
    async with desk(chromium, console_site, Role.AGENT) as page:
        await page.goto(f"{console_site.url}/console/account/")
        await page.get_by_label("Poste").fill(TYPED)
        console_site.end_sessions()
        await page.get_by_role("button", name="Enregistrer").click()
        # Another account does not get to see it, neither at once nor by its address.
        await sign_in(page, Role.SUPERVISOR)
        await expect(page.get_by_role("heading", name="Page introuvable")).to_be_visible()
        await expect(page.get_by_text(TYPED)).to_have_count(0)
        kept = page.url
        await page.get_by_role("button", name="Se déconnecter").click()
        await page.goto(kept)
        await sign_in(page, Role.AGENT)
        await expect(page.get_by_role("heading", name="Votre saisie a été gardée")).to_be_visible()
        await expect(page.get_by_role("definition").filter(has_text=TYPED)).to_be_visible()
        await expect(page.get_by_role("term")).to_have_text(["Poste"])
        await check(page, "console-kept")
        await page.get_by_role("button", name="Envoyer maintenant").click()
        await expect(page.get_by_label("Poste")).to_have_value(TYPED)
        await expect(page.get_by_role("status")).to_contain_text("Enregistré")


async def test_a_page_that_stayed_open_asks_to_sign_in_beside_it(
    console_site: ConsoleSite, chromium: Browser
) -> None:
    async with desk(chromium, console_site, Role.AGENT) as page:
        await page.goto(f"{console_site.url}/console/account/")
        # As neighbours' pages do it: the same form, sent by htmx.
        await page.evaluate(
            """() => { const form = document.querySelector('form[action$="/extension"]');
            form.setAttribute("hx-post", form.getAttribute("action")); form.setAttribute("hx-target", "body");
            htmx.process(form); }"""
        )
        await page.get_by_label("Poste").fill(TYPED)
        console_site.end_sessions()
        await page.get_by_role("button", name="Enregistrer").click()
        dialog = page.get_by_role("dialog", name="Votre session est terminée")
        await expect(dialog).to_be_visible()
        await check(page, "console-session-over")
        await dialog.get_by_role("button", name="Continuer").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("pas encore")
        async with page.context.expect_page() as opened:
            await dialog.get_by_role("link", name="Se reconnecter").click()
        other = await opened.value
        await sign_in(other, Role.SUPERVISOR)
        await expect(other.get_by_role("heading", name="Vous êtes connecté")).to_be_visible()
        await page.bring_to_front()
        await dialog.get_by_role("button", name="Continuer").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("un autre compte")
        await other.goto(f"{console_site.url}/console/sign-in?next=/console/signed-in")
        await sign_in(other, Role.AGENT)
        await expect(other.get_by_role("heading", name="Vous êtes connecté")).to_be_visible()
        await other.close()
        # Coming back to the page is enough.
        await page.evaluate("window.dispatchEvent(new Event('focus'))")
        await expect(page.get_by_role("status")).to_contain_text("Enregistré")
        await expect(page.get_by_label("Poste")).to_have_value(TYPED)


async def test_a_new_password_ends_all_other_sessions(console_site: ConsoleSite, chromium: Browser) -> None:
    new = "quatre mots tout neufs"
    async with (
        desk(chromium, console_site, Role.AGENT) as page,
        desk(chromium, console_site, Role.AGENT) as elsewhere,
    ):
        await page.get_by_role("link", name="Zoé").click()
        for typed, refusal in (("motdepasse123", "trop facile"), (new, "actuel n'est pas")):
            await page.get_by_label("Mot de passe actuel").fill("faux")
            await page.get_by_label("Nouveau mot de passe").fill(typed)
            await page.get_by_label("Le même").fill(typed)
            await page.get_by_role("button", name="Changer").click()
            await expect(page.get_by_role("alert").filter(has_text=refusal)).to_be_visible()
        await page.get_by_label("Mot de passe actuel").fill(PASSWORD)
        await page.get_by_label("Nouveau mot de passe").fill(new)
        await page.get_by_label("Le même").fill(new)
        await page.get_by_role("button", name="Changer").click()
        await expect(page.get_by_role("status")).to_contain_text("changé")
        await elsewhere.goto(f"{console_site.url}/console/account/")
        await expect(elsewhere.get_by_label("Identifiant")).to_be_visible()
        await sign_in(elsewhere, Role.AGENT)
        await expect(elsewhere.get_by_role("alert")).to_contain_text("inconnu")
        await sign_in(elsewhere, Role.AGENT, new)
        await expect(elsewhere.get_by_role("heading", name="Mon compte")).to_be_visible()


async def test_an_administrator_adds_changes_and_shuts_out(
    console_site: ConsoleSite, chromium: Browser
) -> None:
    async with desk(chromium, console_site, Role.ADMINISTRATOR) as page:
        await page.get_by_role("navigation").get_by_role("link", name="Comptes").click()
        form = page.locator("form", has=page.get_by_role("heading", name="Ajouter un compte"))
        await form.get_by_label("Identifiant").fill("Lea.Roux")
        await form.get_by_label("Nom").fill("Léa <b>Roux</b>")
        await form.get_by_label("Mot de passe").fill("cinq mots de passe partout")
        await form.get_by_role("button", name="Ajouter").click()
        await expect(page.get_by_role("alert").filter(has_text="chevrons")).to_be_visible()
        await expect(form.get_by_label("Identifiant")).to_have_value("lea.roux")
        await form.get_by_label("Nom").fill("Léa Roux")
        await form.get_by_label("Mot de passe").fill("cinq mots sans rien dedans")
        await form.get_by_role("button", name="Ajouter").click()
        row = page.get_by_role("row", name="lea.roux")
        await expect(row).to_contain_text("Agent")
        await row.locator("summary").click()
        await row.get_by_label("Rôle").select_option("Superviseur")
        await row.get_by_label("peut se connecter").uncheck()
        await check(page, "console-accounts")
        await row.get_by_role("button", name="Enregistrer").click()
        await expect(row).to_contain_text("désactivé")
        own = page.get_by_role("row", name="administrator")
        await own.locator("summary").click()
        await own.get_by_label("Rôle").select_option("Agent")
        await own.get_by_role("button", name="Enregistrer").click()
        await expect(page.get_by_role("alert").filter(has_text="rester un administrateur")).to_be_visible()
        await page.get_by_role("navigation").get_by_role("link", name="Journal").click()
        await page.get_by_label("Action").select_option("add_account")
        await page.get_by_role("button", name="Filtrer").click()
        await expect(page.get_by_role("row", name="lea.roux")).to_contain_text("administrator")
        await check(page, "console-audit")


@pytest.mark.parametrize(
    ("name", "viewport", "theme"), [("phone-dark", PHONE, "dark"), ("desk", DESKTOP, "light")]
)
async def test_pages_about_accounts_can_be_read(
    console_site: ConsoleSite, chromium: Browser, name: str, viewport: object, theme: str
) -> None:
    async with desk(chromium, console_site, Role.ADMINISTRATOR, theme, viewport) as page:
        for path in ("", "account/", "accounts/", "audit/"):
            await page.goto(f"{console_site.url}/console/{path}")
            await check(page, f"console-{path.strip('/') or 'home'}-{name}")
        await page.get_by_role("button", name="Se déconnecter").click()
        await expect(page.get_by_label("Identifiant")).to_be_visible()
        await check(page, f"console-sign-in-{name}")
