"""The widget in a real Chromium, in front of a written dialogue: nothing lost, doubled, or taken for code."""

from __future__ import annotations

import asyncio
import io
import struct
import wave
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Browser, async_playwright, expect

from tests.fakes.chat_site import AGENT_TOKEN, ChatSite
from tests.web.conftest import CHROMIUM, FLAGS
from tests.web.pages import DESKTOP, PHONE, visitor

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.web]

XSS = [
    "<img src=x onerror=\"document.title='pris'\">",
    "<script>document.title='pris'</script>",
    "\"><svg onload=document.title='pris'>",
    "javascript:document.title='pris'",
    "https://exemple.fr/\"onmouseover=\"document.title='pris'",
]


async def test_nothing_is_asked_of_the_server_before_the_widget_is_opened(
    site: ChatSite, chromium: Browser
) -> None:
    async with visitor(chromium) as someone:
        asked: list[str] = []
        someone.page.on("request", lambda request: asked.append(request.url))
        someone.page.on("websocket", lambda socket: asked.append(socket.url))
        await someone.page.goto(f"{site.url}/chat/")
        await expect(someone.widget.get_by_role("button", name="Une question")).to_be_visible()
        names = {url.removeprefix(site.url) for url in asked if not url.startswith("data:")}
        assert names == {"/chat/", "/chat/demo.css", "/chat/widget.js", "/chat/demo.js"}
        assert await someone.page.context.cookies() == []
        assert await someone.page.evaluate("sessionStorage.length") == 0
        await someone.widget.get_by_role("button", name="Une question").click()
        await someone.sees("Comment puis-je vous aider ?")
        assert all(url.startswith((site.url, site.url.replace("http", "ws"), "data:")) for url in asked)
        assert await someone.page.context.cookies() == []
        assert await someone.page.evaluate("localStorage.length") == 0


async def test_words_are_answered_and_choices_are_chosen(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.write("il y a un trou")
        await someone.sees("À quelle adresse est-ce ?")
        await someone.write("près de la gare")
        await someone.button("Oui").click()
        await someone.sees("NIM 26 0412 7")
        assert [text for _, text, _ in site.dialogue.asked] == [
            "il y a un trou",
            "près de la gare",
            "/affirm",
        ]
        assert await someone.button("Oui").count() == 0


@pytest.mark.parametrize("text", XSS)
async def test_what_is_written_stays_text(site: ChatSite, chromium: Browser, text: str) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.write(text)
        await someone.sees("Vous avez dit")
        mine, answer = (await someone.bubbles())[-2:]
        # An address becomes a link, which shows less of it; the rest is as it was written.
        assert mine.endswith(text[-24:])
        assert answer.endswith(text[-24:])
        assert await someone.page.title() != "pris"
        assert await someone.log.locator("script, svg[onload], img[onerror], a[onmouseover]").count() == 0


async def test_a_command_of_the_dialogue_engine_is_only_words(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.write("/restart")
        await someone.sees("Vous avez dit : restart")
        assert site.dialogue.asked[0][1] == "restart"


async def test_danger_is_answered_at_once_and_flagged(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium, PHONE) as someone:
        await someone.open(site.url)
        await someone.write("il y a le feu dans mon immeuble venez vite")
        call = someone.log.get_by_role("alert").get_by_role("link", name="Appeler le 18")
        await expect(call).to_have_attribute("href", "tel:18")
        await someone.sees("Vous avez dit")
    assert await written(site, "select emergency from conversations") == [("fire",)]


async def test_a_conversation_survives_a_page_change_and_a_restart(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.write("premier message")
        await someone.sees("Vous avez dit : premier message")
        before = await someone.bubbles()
        await someone.page.reload()
        await someone.sees("Vous avez dit : premier message")
        assert await someone.bubbles() == before
        await asyncio.to_thread(site.stop)
        await expect(someone.widget.get_by_text("Connexion perdue.")).to_be_visible()
        await someone.write("écrit sans connexion")
        await someone.write("et encore un")
        await asyncio.to_thread(site.start)
        await someone.sees("Vous avez dit : et encore un")
        said = (await someone.bubbles())[len(before) :]
        assert len(said) == len(set(said)) == 4
        asked = [text for _, text, _ in site.dialogue.asked]
        assert asked == ["premier message", "écrit sans connexion", "et encore un"]


async def test_two_tabs_have_two_conversations_and_a_doubled_tab_shares_one(
    site: ChatSite, chromium: Browser
) -> None:
    async with visitor(chromium) as first, visitor(chromium) as other:
        await first.open(site.url)
        await other.open(site.url)
        await first.write("dans le premier")
        await other.write("dans le second")
        await first.sees("Vous avez dit : dans le premier")
        await other.sees("Vous avez dit : dans le second")
        assert await first.log.get_by_text("dans le second").count() == 0
        # A tab made from a tab begins with a copy of its session storage.
        async with first.page.expect_popup() as popup:
            await first.page.evaluate("window.open(location.href)")
        double = type(first)(await popup.value)
        await double.sees("Vous avez dit : dans le premier")
        await double.write("écrit dans le double")
        await first.sees("Vous avez dit : écrit dans le double")
        assert await first.bubbles() == await double.bubbles()


async def test_erasing_leaves_nothing(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await send_photo(someone, "une trace")
        await someone.write("un secret")
        await someone.sees("Vous avez dit : un secret")
        assert list(site.settings.photos_path.iterdir())
        await someone.button("Options").click()
        await someone.button("Effacer ma conversation").click()
        await someone.button("Oui, tout effacer").click()
        await expect(someone.widget.get_by_text("Votre conversation est effacée.")).to_be_visible()
        for table in ("conversations", "turns", "chat_sessions", "chat_entries", "chat_photos"):
            assert await written(site, f"select * from {table}") == []
        assert list(site.settings.photos_path.iterdir()) == []
        await someone.button("Nouvelle conversation").click()
        await someone.sees("Comment puis-je vous aider ?")
        assert await someone.log.get_by_text("un secret").count() == 0


async def test_erasing_without_a_connection_is_done_when_it_is_back(
    site: ChatSite, chromium: Browser
) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await asyncio.to_thread(site.stop)
        await someone.button("Options").click()
        await someone.button("Effacer ma conversation").click()
        await someone.button("Oui, tout effacer").click()
        await expect(
            someone.widget.get_by_text("J'efface tout dès que la connexion revient.")
        ).to_be_visible()
        await asyncio.to_thread(site.start)
        await expect(someone.button("Nouvelle conversation")).to_be_visible()
        assert await written(site, "select * from chat_sessions") == []


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


async def test_a_refused_position_leaves_the_map(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone:
        await someone.open(site.url)
        await someone.button("Lieu").click()
        await someone.button("Utiliser ma position").click()
        await expect(someone.widget.get_by_text("Je n'ai pas votre position.")).to_be_visible()


async def test_a_person_answers_and_gives_the_chat_back(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium) as someone, visitor(chromium) as agent:
        await agent.page.goto(f"{site.url}/chat/agents/")
        await agent.page.get_by_label("Votre nom").fill("Nadia")
        await agent.page.get_by_label("Clé des agents").fill(AGENT_TOKEN)
        await agent.page.get_by_role("button", name="Entrer").click()
        await expect(agent.page.get_by_text("Personne n'attend.")).to_be_visible()
        await someone.open(site.url)
        await someone.button("Parler à une personne").click()
        await someone.sees("Je préviens un agent")
        await agent.page.get_by_role("button", name="Habitant").click()
        await agent.page.get_by_role("button", name="Répondre à cet habitant").click()
        await someone.sees("Nadia vous répond maintenant.")
        await someone.write("c'est pour <b>mon</b> quartier")
        await expect(agent.page.get_by_text("c'est pour <b>mon</b> quartier")).to_be_visible()
        await agent.page.get_by_label("Votre réponse").fill("Bonjour, je regarde.")
        await agent.page.get_by_role("button", name="Envoyer").click()
        await someone.sees("Bonjour, je regarde.")
        await agent.page.get_by_role("button", name="Terminer").click()
        await someone.sees("L'assistant automatique est de retour.")
        await someone.write("merci")
        await someone.sees("Vous avez dit : merci")
    speakers = await written(site, "select speaker, text from turns order by position")
    assert ("agent", "Bonjour, je regarde.") in speakers
    # The dialogue engine was not given what was said to a person.
    assert not any("quartier" in text for _, text, _ in site.dialogue.asked)


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


async def test_the_keyboard_alone_is_enough(site: ChatSite, chromium: Browser) -> None:
    async with visitor(chromium, DESKTOP) as someone:
        page = someone.page
        await page.goto(f"{site.url}/chat/")
        await page.get_by_label("Couleurs").focus()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await someone.sees("Comment puis-je vous aider ?")
        await page.keyboard.type("un trou")
        await page.keyboard.press("Enter")
        await someone.sees("À quelle adresse est-ce ?")
        for _ in range(3):  # send, photo, place
            await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(someone.widget.get_by_role("heading", name="Indiquer un lieu")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(someone.button("Lieu")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(someone.widget.get_by_role("button", name="Une question")).to_be_focused()


async def send_photo(someone: object, words: str) -> None:
    picture = io.BytesIO()
    image = Image.new("RGB", (2000, 1500), "#8a8f96")
    ImageDraw.Draw(image).ellipse((500, 600, 1500, 1150), fill="#3a3d42", outline="#55595f", width=60)
    exif = Image.Exif()
    exif[0x010F] = "Marque"
    image.save(picture, "JPEG", exif=exif)
    await someone.button("Photo").click()  # type: ignore[attr-defined]
    chooser = someone.widget.get_by_label("Choisir une photo").last  # type: ignore[attr-defined]
    await chooser.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    await someone.widget.get_by_label("Que montre la photo ?").fill(words)  # type: ignore[attr-defined]
    await someone.button("Envoyer la photo").click()  # type: ignore[attr-defined]
    await someone.log.get_by_role("img", name=words).wait_for()  # type: ignore[attr-defined]


def write_voice(path: Path) -> None:
    """A second of silence, a second and a half of a tone, then silence."""
    tone = [12_000 if (sample // 40) % 2 else -12_000 for sample in range(72_000)]
    samples = [0] * 48_000 + tone + [0] * 480_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


async def written(site: ChatSite, query: str) -> list[tuple[object, ...]]:
    """Rows of the record, once what is queued for it has been written."""
    await asyncio.to_thread(site.drain)
    return await asyncio.to_thread(site.rows, query)
