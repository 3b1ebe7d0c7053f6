"""Puts the chat together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
from fastapi import APIRouter
from sqlalchemy import Engine

from bot.call.equipment import Equipment
from bot.chat.door import Origins, origin_of
from bot.chat.gateway import ChatGateway, WidgetSettings
from bot.chat.handover import HandOver, Presence
from bot.chat.limits import usual_limits
from bot.chat.photo_routes import PhotoRoutes
from bot.chat.photos import PhotoFolder
from bot.chat.place_routes import PlaceRoutes
from bot.chat.places import Places
from bot.chat.requests import Requests
from bot.chat.rooms import NOBODY_ELSE, OtherBots, Rooms
from bot.chat.services import ChatDialogue, ChatServices
from bot.chat.site import BUILT, Site
from bot.chat.voice import VoiceDoor
from bot.chat.wording import load_chat_wording
from bot.dialogue.rasa_rest import RasaRest
from bot.live.board import LiveBoard
from bot.observe.engines import WatchedDialogue
from bot.observe.watch import Watch
from bot.settings import Settings
from bot.steering.editions import Editions
from bot.store.chats import ChatStore
from bot.store.conversations import ConversationStore
from bot.store.presences import PresenceStore
from bot.store.trackers import erase_tracker
from integrations.addresses_geocoder_offline import load_house_numbers
from integrations.database import open_database
from integrations.opening_hours import is_open


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat's doors for the public listener, in order, and what must run behind them.

    is_open_at: whether the people who answer chats are at work, by the hours of their service.
    """

    routers: tuple[APIRouter, ...]
    rooms: Rooms
    hand_over: HandOver
    is_open_at: Callable[[datetime], bool]

    def work(self) -> tuple[Coroutine[Any, Any, None], ...]:
        return (self.rooms.run(), self.hand_over.run())


@dataclass(frozen=True, slots=True)
class ChatRasa:
    """Connections to Rasa, and the address of the engine that answers a conversation."""

    client: httpx.AsyncClient
    url_for: Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Engines:
    """dialogue, spoken_dialogue: see `ChatServices`. equipment: of spoken parts; None: no microphones."""

    dialogue: ChatDialogue
    spoken_dialogue: ChatDialogue
    equipment: Equipment | None


@dataclass(frozen=True, slots=True)
class Among:
    """This bot among others on one database. name: its own, unique for ever."""

    name: str
    others: OtherBots


ALONE = Among("bot", NOBODY_ELSE)


def build_chat(
    settings: Settings,
    editions: Editions,
    database: Engine,
    records: ConversationStore,
    rasa: ChatRasa,
    equipment: Equipment,
    live: LiveBoard,
    watch: Watch,
    among: Among,
) -> Chat:
    """The chat in front of Rasa. database: of the conversations. Raises CityDataError."""
    written = WatchedDialogue(RasaRest(rasa.client, "chat", rasa.url_for), "chat", watch.dialogue)
    spoken = WatchedDialogue(RasaRest(rasa.client, "voice", rasa.url_for), "voice", watch.dialogue)
    engines = Engines(written, spoken, equipment)
    return assemble(settings, editions, database, records, engines, live, watch, among)


def assemble(
    settings: Settings,
    editions: Editions,
    database: Engine,
    records: ConversationStore,
    engines: Engines,
    live: LiveBoard,
    watch: Watch | None = None,
    among: Among = ALONE,
) -> Chat:
    """The chat in front of any dialogue engine. Raises CityDataError."""
    presence = Presence(PresenceStore(database))
    store = ChatStore(database, among.name)
    services = _services(settings, editions, store, records, engines, presence, live)
    rooms = Rooms(services, among.others)
    hand_over = HandOver(rooms, presence)
    origins = _origins(settings)
    has_voice = engines.equipment is not None and settings.chat_voice_calls > 0
    voice = None
    if engines.equipment:
        voice = VoiceDoor(engines.equipment, origins, settings.chat_voice_calls, watch=watch)
    requests = Requests(services, hand_over, voice.new_token if voice else None)
    widget = WidgetSettings(settings.chat_tiles_url, settings.chat_tiles_attribution, has_voice)
    routers = (
        ChatGateway(rooms, requests, origins, widget).router,
        *((voice.router,) if voice else ()),
        PhotoRoutes(rooms, origins).router,
        PlaceRoutes(services.places).router,
        Site(BUILT, settings.chat_tiles_url).router,
    )
    return Chat(routers, rooms, hand_over, partial(_is_open_at, editions, services.wording.hand_over_service))


def _services(
    settings: Settings,
    editions: Editions,
    store: ChatStore,
    records: ConversationStore,
    engines: Engines,
    presence: Presence,
    live: LiveBoard,
) -> ChatServices:
    city = editions.city
    wording = load_chat_wording(city.folder)
    is_open_at = partial(_is_open_at, editions, wording.hand_over_service)

    return ChatServices(
        store=store,
        records=records,
        dialogue=engines.dialogue,
        spoken_dialogue=engines.spoken_dialogue,
        editions=editions,
        forget_dialogue=partial(erase_tracker, open_database(settings.trackers_url)),
        photos=PhotoFolder(settings.photos_path),
        photo_url=lambda name: f"{settings.public_address}/chat/photos/{name}",
        places=Places(city, load_house_numbers(city.folder)),
        wording=wording,
        switchboard=city.info.switchboard.number,
        is_staffed=lambda now: presence.is_somebody_there(now) and is_open_at(now),
        limits=usual_limits(),
        clock=lambda: datetime.now(UTC),
        live=live,
    )


def _is_open_at(editions: Editions, service: str, now: datetime) -> bool:
    return is_open(editions.current.city.services[service], now)


def _origins(settings: Settings) -> Origins:
    public = settings.public_address
    own = [public]
    if origin_of(public).startswith("http://127.0.0.1"):
        own.append(public.replace("127.0.0.1", "localhost", 1))
    return Origins([*own, *settings.chat_origins.split(",")])
