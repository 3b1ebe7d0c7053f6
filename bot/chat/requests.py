"""Does what one browser asks for, within the limits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from bot.chat import protocol
from bot.chat.handover import HandOver
from bot.chat.log import Peer
from bot.chat.places import coordinates, near
from bot.chat.room import Room
from bot.chat.services import ChatServices
from bot.chat.session import Author, Content, Image, Mode, content_of

PERSON_TEXT = "Je voudrais parler à une personne."


class Requests:
    """new_voice: gives a one-use token for a chat's microphone, "" when too many speak; None: no voice."""

    def __init__(
        self,
        services: ChatServices,
        hand_over: HandOver,
        new_voice: Callable[[Room], str] | None = None,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services = services
        self._hand_over = hand_over
        self._new_voice = new_voice
        self._clock_s = clock_s

    def may_open(self, address: str) -> bool:
        """Whether an address may begin one more chat now."""
        return self._services.limits.sessions_of_address.allows(address, self._clock_s())

    async def handle(self, request: protocol.Request, room: Room, peer: Peer, address: str) -> None:
        """Do what is asked. Raises SQLAlchemyError."""
        if not self._may_send(request, room, address):
            code = "voice_busy" if isinstance(request, protocol.Microphone) else "too_fast"
            peer.send({"event": "refused", "code": code, "id": getattr(request, "id", "")})
            return
        match request:
            case protocol.Say():
                await room.take(request.id, Content(request.text))
            case protocol.Choose():
                await self._choose(request, room, peer)
            case protocol.Photo():
                await self._photo(request, room, peer)
            case protocol.Locate():
                peer.send(self._near(request.latitude, request.longitude))
            case protocol.Place():
                await self._place(request, room, peer)
            case protocol.Person():
                await self._person(request, room)
            case protocol.Machine():
                await self._machine(room)
            case protocol.Microphone():
                self._microphone(room, peer)

    def _may_send(self, request: protocol.Request, room: Room, address: str) -> bool:
        now_s, limits = self._clock_s(), self._services.limits
        if isinstance(request, protocol.Locate):
            return limits.looks_of_session.allows(room.id, now_s)
        is_allowed = limits.messages_of_session.allows(room.id, now_s)
        return is_allowed and limits.messages_of_address.allows(address, now_s)

    async def _choose(self, request: protocol.Choose, room: Room, peer: Peer) -> None:
        entry = await asyncio.to_thread(self._services.store.entry, room.id, request.seq)
        buttons = content_of(entry).buttons if entry is not None and entry.author == Author.BOT else ()
        if request.button >= len(buttons):
            peer.send({"event": "refused", "code": "unknown", "id": request.id})
            return
        button = buttons[request.button]
        await room.take(request.id, Content(button.title, payload=button.payload))

    async def _photo(self, request: protocol.Photo, room: Room, peer: Peer) -> None:
        if not await asyncio.to_thread(self._services.store.owns_photo, room.id, request.photo):
            peer.send({"event": "refused", "code": "unknown", "id": request.id})
            return
        described = self._services.wording.sentences.photo_text
        content = Content(
            request.text or described,
            images=(Image(f"/chat/photos/{request.photo}", request.text or described),),
            payload=request.text.lstrip("/ "),
            photo=request.photo,
        )
        await room.take(request.id, content)

    def _near(self, latitude: float, longitude: float) -> dict[str, Any]:
        places = self._services.places
        return {
            "event": "places",
            "latitude": latitude,
            "longitude": longitude,
            "in_city": places.is_in_city(latitude, longitude),
            "places": [
                {"label": place.label, "distance_m": place.distance_m}
                for place in places.nearest(latitude, longitude)
            ],
        }

    async def _place(self, request: protocol.Place, room: Room, peer: Peer) -> None:
        places = self._services.places
        if not places.is_in_city(request.latitude, request.longitude):
            peer.send({"event": "refused", "code": "outside", "id": request.id})
            return
        # Only names that the city's data holds: the label comes from the browser.
        names = [place.label for place in places.nearest(request.latitude, request.longitude)]
        chosen = request.label if request.label in names else next(iter(names), "")
        text = near(chosen) if chosen else coordinates(request.latitude, request.longitude)
        await room.take(request.id, Content(text, position=(request.latitude, request.longitude)))

    async def _person(self, request: protocol.Person, room: Room) -> None:
        if room.mode in (Mode.WAITING, Mode.AGENT) or not self._services.is_staffed(self._services.clock()):
            # The dialogue engine knows the hours, and takes a call-back.
            await room.take(request.id, Content(PERSON_TEXT, payload="/talk_to_agent"))
            return
        for entry in await room.log.append([Content(PERSON_TEXT).entry(Author.VISITOR, request.id)]):
            room.record(Author.VISITOR, PERSON_TEXT, entry.at)
            room.do(room.call_person)

    async def _machine(self, room: Room) -> None:
        if room.mode in (Mode.WAITING, Mode.AGENT):
            await self._hand_over.back_to_machine(room, self._services.wording.sentences.back_to_machine)

    def _microphone(self, room: Room, peer: Peer) -> None:
        if self._new_voice is None or room.mode is not Mode.BOT:
            peer.send({"event": "refused", "code": "no_voice", "id": ""})
            return
        token = self._new_voice(room)
        if not token:
            peer.send({"event": "refused", "code": "voice_busy", "id": ""})
        else:
            peer.send({"event": "microphone", "token": token})
