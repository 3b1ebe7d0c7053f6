"""Steering, the sentences: other words for those of the city's file, checked, heard and seen beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.call.errors import SynthesisError
from bot.console.door import Clock, Door, visit_of
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.console.routes_steering import HOME, commit, conflict_words, read_form
from bot.console.steering_desk import Change, SteeringDesk
from bot.console.steering_forms import read_edit
from bot.speech.recording import wav
from integrations.city_falc import Breach, find_breaches
from integrations.messages import Message, placeholders
from integrations.messages_edit import faults, is_protected
from integrations.steering import MAX_NOTICE_CHARACTERS, MessageEdit, Steering

TEXTS = f"{HOME}/texts"


class SteeringTextRoutes:
    """For supervisors; that a machine answers and whom to call in a danger, for administrators only."""

    def __init__(
        self, door: Door, pages: Pages, desk: SteeringDesk, hard_words: Mapping[str, str], clock: Clock
    ) -> None:
        self._door = door
        self._pages = pages
        self._desk = desk
        self._hard_words = hard_words
        self._clock = clock
        self.router = APIRouter(dependencies=[door.needs(Role.SUPERVISOR)])
        self.router.add_api_route(TEXTS, self.show_all, methods=["GET"])
        self.router.add_api_route(f"{HOME}/check", self.check, methods=["POST"])
        self.router.add_api_route(f"{HOME}/preview", self.preview, methods=["POST"])
        self.router.add_api_route(f"{TEXTS}/{{name}}", self.show, methods=["GET"])
        self.router.add_api_route(f"{TEXTS}/{{name}}", self.save, methods=["POST"])
        self.router.add_api_route(f"{TEXTS}/{{name}}/reset", self.reset, methods=["POST"])

    async def show_all(self, request: Request, q: str = "") -> Response:
        """All sentences, or those that hold some words."""
        edits = (await asyncio.to_thread(self._desk.store.current)).steering.texts
        sought = q.casefold().strip()
        rows = []
        for name, message in self._desk.catalogue.messages.items():
            edit = edits.get(name)
            voice = edit.voice if edit is not None else message.voice
            if sought in " ".join((name, *voice, *message.chat)).casefold():
                rows.append((name, voice[0], len(voice), edit is not None, is_protected(name, message)))
        return self._pages.render(request, visit_of(request), "steering_texts.html", rows=rows, q=q)

    async def show(self, request: Request, name: str, saved: str = "") -> Response:
        return await self._show(request, name, saved=saved)

    async def save(self, request: Request, name: str) -> Response:
        message = self._message_to_change(request, name)
        form = await read_form(request)
        edit = read_edit(form)
        if found := faults(name, message, edit):
            return await self._show(request, name, form, found, status=422)
        is_original = (edit.voice, edit.chat) == (message.voice, message.chat)
        return await self._commit(request, name, form, None if is_original else edit)

    async def reset(self, request: Request, name: str) -> Response:
        """Go back to the words of the city's file."""
        self._message_to_change(request, name)
        return await self._commit(request, name, await read_form(request), None)

    async def check(self, request: Request) -> Response:
        """What is hard to understand in a text, and how the chat shows it; a part of a page."""
        form = await read_form(request)
        name = form.get("name", "")
        message = self._desk.catalogue.messages.get(name)
        edit = read_edit(form)
        texts = [*edit.voice, *edit.chat] if message else [" ".join(form.get("text", "").split())]
        return self._pages.render(
            request,
            visit_of(request),
            "steering_check.html",
            faults=faults(name, message, edit) if message else (),
            breaches=self._breaches(texts),
            shown=(edit.chat or edit.voice) if message else [text for text in texts if text],
            buttons=message.buttons if message else (),
        )

    async def preview(self, request: Request) -> Response:
        """The text as callers hear it."""
        form = await read_form(request)
        text = with_examples(" ".join(form.get("text", "").split()))
        if self._desk.synthesizer is None or not text or len(text) > MAX_NOTICE_CHARACTERS * 2:
            raise HTTPException(422, "Rien à écouter.")
        try:
            pcm = b"".join([frame.pcm async for frame in self._desk.synthesizer.speak(text)])
        except SynthesisError as error:
            raise HTTPException(503, "La voix ne répond pas.") from error
        return Response(wav(pcm), media_type="audio/wav", headers={"Cache-Control": "no-store"})

    def _message(self, name: str) -> Message:
        message = self._desk.catalogue.messages.get(name)
        if message is None:
            raise HTTPException(404, "Cette phrase n'existe pas.")
        return message

    def _message_to_change(self, request: Request, name: str) -> Message:
        message = self._message(name)
        may = visit_of(request).account.role.may(Role.ADMINISTRATOR)
        if is_protected(name, message) and not may:
            raise HTTPException(403, "Seul un administrateur peut changer cette phrase.")
        return message

    async def _commit(
        self, request: Request, name: str, form: Mapping[str, str], edit: MessageEdit | None
    ) -> Response:
        def part(steering: Steering) -> object:
            return steering.texts.get(name)

        change = _rewording(name, edit)
        now = self._clock()
        conflict = await commit(self._door, self._desk, request, form, part, change, f"Phrase {name}", now)
        if conflict is not None:
            return await self._show(request, name, form, [conflict_words(conflict)], status=409)
        return RedirectResponse(f"{TEXTS}/{name}?saved=yes", 303)

    async def _show(
        self,
        request: Request,
        name: str,
        form: Mapping[str, str] | None = None,
        found: Sequence[str] = (),
        *,
        saved: str = "",
        status: int = 200,
    ) -> Response:
        message = self._message(name)
        current = await asyncio.to_thread(self._desk.store.current)
        edit = current.steering.texts.get(name) or MessageEdit(voice=message.voice, chat=message.chat)
        typed = read_edit(form) if form is not None else edit
        visit = visit_of(request)
        protected = is_protected(name, message)
        return self._pages.render(
            request,
            visit,
            "steering_text.html",
            status=status,
            name=name,
            message=message,
            edit=edit,
            typed=typed,
            version=current,
            faults=found,
            saved=saved,
            is_protected=protected,
            may_change=not protected or visit.account.role.may(Role.ADMINISTRATOR),
            is_edited=name in current.steering.texts,
            slots=sorted(frozenset().union(*map(placeholders, (*message.voice, *message.chat)))),
            breaches=self._breaches([*typed.voice, *typed.chat]),
            shown=typed.chat or typed.voice,
            buttons=message.buttons,
            has_voice=self._desk.synthesizer is not None,
        )

    def _breaches(self, texts: Sequence[str]) -> list[Breach]:
        found = (breach for text in texts for breach in find_breaches(text, self._hard_words))
        return list(dict.fromkeys(found))


def with_examples(text: str) -> str:
    """A text to be heard though nobody has filled it in: placeholders are read by their names."""
    for field in placeholders(text) if text.count("{") == text.count("}") else ():
        text = text.replace(f"{{{field}}}", "112" if field == "number" else field.replace("_", " "))
    return text


def _rewording(name: str, edit: MessageEdit | None) -> Change:
    def change(steering: Steering) -> Steering:
        others = {each: words for each, words in steering.texts.items() if each != name}
        return steering.but(texts=others if edit is None else {**others, name: edit})

    return change
