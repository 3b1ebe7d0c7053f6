"""Photos, places, people, the microphone and other sites, in a real Chromium before a written dialogue."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from PIL import Image
from playwright.async_api import Browser, Route, async_playwright, expect

from tests.fakes.chat_site import ChatSite
from tests.fakes.nlg_server import serving
from tests.fakes.ports import free_ports
from tests.web.conftest import CHROMIUM, FLAGS
from tests.web.pages import PHONE, send_photo, visitor, write_voice, written

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.web]


async def test_a_photo_is_written_anew_and_told_to_the_dialogue(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium, PHONE) as someone:
        await someone.open(site.url)
        await send_photo(someone, "un trou devant l'école")
        await someone.sees("À quelle adresse est-ce ?")
        picture = someone.log.get_by_role("img", name="un trou devant l'école")
        assert await picture.evaluate("each => each.naturalWidth > 0")
        (_, text, metadata) = site.dialogue.asked[0]
        url = str(metadata["photo_url"])
        assert text == "un trou devant l'école"
        answer = await someone.page.request.get(url)
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        with Image.open(io.BytesIO(await answer.body())) as picture_sent:
            assert max(picture_sent.size) == 1600
            assert not picture_sent.getexif()


async def test_a_place_is_chosen_with_the_keyboard_and_told_with_its_position(
    site: ChatSite, chromium: Browser
) -> None:
    async with visitor(chromium, PHONE) as someone:
        await someone.open(site.url)
        await someone.write("il y a un trou")
        await someone.sees("À quelle adresse est-ce ?")
        await someone.button("Lieu").click()
        await expect(someone.widget.locator(".leaflet-container")).to_be_visible()
        await someone.widget.get_by_label("Ou choisissez un lieu connu").select_option("Arènes de Nîmes")
        await expect(someone.widget.get_by_role("radio", name="Arènes de Nîmes à 0 m")).to_be_checked()
        await someone.button("Envoyer ce lieu").click()
        await someone.sees("C'est bien ça ?")
        _, text, metadata = site.dialogue.asked[-1]
        assert text == "près de Arènes de Nîmes"
        assert (metadata["latitude"], metadata["longitude"]) == (43.8349, 4.3596)


async def test_the_browsers_position_is_named(site: ChatSite, chromium: Browser) -> None:
    here = {"latitude": 43.8384, "longitude": 4.3562}
    async with visitor(chromium, geolocation=here, permissions=["geolocation"]) as someone:
        await someone.open(site.url)
        await someone.button("Lieu").click()
        await expect(someone.widget.locator(".leaflet-container")).to_be_visible()
        await someone.button("Utiliser ma position").click()
        await expect(someone.widget.get_by_label("Maison Carrée").first).to_be_checked()
        await someone.button("Envoyer ce lieu").click()
        await someone.sees("Quel est le problème ?")
        # Told with the problem, once that is known.
        await someone.write("il y a un trou")
        await someone.sees("C'est bien ça ?")
        _, text, metadata = site.dialogue.asked[-1]
        assert text == "il y a un trou, près de Maison Carrée"
        assert metadata["latitude"] == here["latitude"]


@pytest.mark.parametrize("is_allowed", [True, False])
async def test_a_page_of_another_site_includes_it_with_one_tag(
    tmp_path: Path, chromium: Browser, is_allowed: bool
) -> None:
    port, page_port = free_ports(2)
    elsewhere = f"http://127.0.0.1:{page_port}"
    page = FastAPI()

    @page.get("/", response_class=HTMLResponse)
    def index() -> str:
        tag = (
            f"<script src='http://127.0.0.1:{port}/chat/widget.js'></script><callbot-widget></callbot-widget>"
        )
        return f"<!doctype html><html lang='fr'><title>nimes.fr</title><main>La ville</main>{tag}</html>"

    origins = f"https://www.nimes.fr, {elsewhere}" if is_allowed else "https://www.nimes.fr"
    with ChatSite(tmp_path, port, origins=origins).running() as site, serving(page, page_port):
        async with visitor(chromium) as someone:
            await someone.page.goto(elsewhere)
            await someone.widget.get_by_role("button", name="Une question").click()
            if not is_allowed:
                await expect(someone.widget.get_by_text("Connexion perdue.")).to_be_visible()
                assert await written(site, "select * from chat_sessions") == []
                return
            await someone.sees("Comment puis-je vous aider ?")
            await send_photo(someone, "un trou")
            await someone.sees("À quelle adresse est-ce ?")
            await someone.button("Lieu").click()
            await expect(someone.widget.locator(".leaflet-container")).to_be_visible()


async def test_tiles_are_asked_for_when_the_map_is_opened_and_only_then(
    tmp_path: Path, chromium: Browser
) -> None:
    (port,) = free_ports(1)
    tiles = "https://tuiles.exemple.fr/{z}/{x}/{y}.png"
    tile = io.BytesIO()
    Image.new("RGB", (256, 256), "#dfe8df").save(tile, "PNG")
    with ChatSite(tmp_path, port, tiles_url=tiles).running() as site:
        async with visitor(chromium) as someone:
            asked: list[str] = []

            async def answer(route: Route) -> None:
                asked.append(route.request.url)
                await route.fulfill(body=tile.getvalue(), content_type="image/png")

            await someone.page.route("https://tuiles.exemple.fr/**", answer)
            await someone.open(site.url)
            assert asked == []
            await someone.button("Lieu").click()
            await expect(someone.widget.locator(".leaflet-tile-loaded").first).to_be_visible()
            await expect(someone.widget.get_by_text("© les contributeurs <b>de la carte</b>")).to_be_visible()
            assert asked


async def test_a_refused_position_leaves_the_map(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.button("Lieu").click()
        await someone.button("Utiliser ma position").click()
        await expect(someone.widget.get_by_text("Je n'ai pas votre position.")).to_be_visible()


async def test_nobody_there_means_a_call_back(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.button("Options").click()
        await someone.widget.locator(".sheet").get_by_text("Parler à une personne").click()
        await someone.sees("Je vous fais rappeler.")


async def test_a_refused_microphone_is_said_and_writing_goes_on(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.button("Parler").click()
        await expect(someone.widget.get_by_text("Le micro n'est pas autorisé.")).to_be_visible()
        await someone.write("alors j'écris")
        await someone.sees("Vous avez dit : alors j'écris")


async def test_speaking_is_captioned_answered_and_kept(site: ChatSite, tmp_path: Path) -> None:
    sound = tmp_path / "voice.wav"
    write_voice(sound)
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={sound}"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        async with visitor(browser, permissions=["microphone"]) as someone:
            await someone.open(site.url)
            await someone.button("Parler").click()
            await expect(someone.widget.get_by_text("Je vous écoute.")).to_be_visible()
            await someone.sees("je voudrais une carte d'identité")
            await someone.sees("Voici ce qu'il faut faire.")
            await someone.sees("Refaire sa carte d'identité")
            await someone.button("Arrêter le micro").click()
            await someone.write("merci")
            await someone.sees("Vous avez dit : merci")
        await browser.close()
    senders = {sender for sender, _, _ in site.dialogue.asked}
    assert len(senders) == 1, "what is spoken and what is written is one conversation"
    assert not any(text == "/hang_up" for _, text, _ in site.dialogue.asked)
    turns = await written(site, "select speaker, text from turns order by position")
    assert ("caller", "je voudrais une carte d'identité") in turns
