"""Puts engines, city and listeners of the bot together. `bot/main.py` runs it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Coroutine, Iterable
from functools import partial
from typing import Any

import httpx
import structlog
from fastapi import FastAPI

from bot import listeners
from bot.call.equipment import Equipment
from bot.call.errors import ModelError, SynthesisError
from bot.chat.wiring import Chat, ChatRasa, build_chat
from bot.console.routes_live import Following
from bot.console.steering_desk import SteeringDesk
from bot.console.wiring import Console, build_console
from bot.dialogue.nlg import nlg_router
from bot.dialogue.rasa_rest import RasaRest
from bot.dialogue.rehearsal import Rehearsal
from bot.equip import equip, rasa_client
from bot.ground import Ground, now, open_ground
from bot.health import Peers, check, would_answer
from bot.live.board import LiveBoard
from bot.media.gateway import MediaGateway
from bot.observe.state import Standing
from bot.observe.watch import Watch
from bot.safeguards import Safeguards
from bot.settings import Settings
from bot.speech.clause_synthesizer import ClauseSynthesizer
from bot.speech.recording import write_wav
from bot.steering.feed import SteeringFeed
from bot.store.recordings import Recordings
from bot.supervise.control import Supervisor
from bot.supervise.place import Place
from bot.wording import known_sentences
from integrations.city_yaml import CityDataError
from integrations.personal_data_people import people_model
from integrations.settings import Settings as IntegrationsSettings
from integrations.steering_store import SteeringStore
from integrations.wiring import open_report_desk
from runtime import garbage
from runtime.metrics import HttpMetrics
from runtime.secrets import SecretError
from wire.prepared import Prepared

log = structlog.get_logger()

# Faults of models, city data and settings, which the message is enough for.
START_ERRORS = (ModelError, CityDataError, SecretError)
# How often a bot that was called to serve beside another looks whether the place is free.
PLACE_EVERY_S = 0.2


def prepare() -> None:
    """Load what takes long and needs neither engines nor databases.

    One that waits does it beforehand. It cannot be done later: calls would hear nothing meanwhile.
    """
    people_model()


async def run(settings: Settings, place: Place) -> None:
    """Serve calls until SIGTERM, or until another bot takes over. Raises one of START_ERRORS.

    place: held by this process, or soon to be, when the bot beside it leaves it.
    """
    async with contextlib.AsyncExitStack() as stack:
        ground = open_ground(settings)
        stack.push_async_callback(asyncio.to_thread, ground.watch.tracer.close)
        equipment, synthesizer = await equip(settings, ground.editions, ground.router, ground.watch, stack)
        feed = await _steered(ground, synthesizer)
        # Not the one that is timed: the engine is asked until it has started.
        rehearsal = Rehearsal(RasaRest(await rasa_client(stack), "voice", ground.router.url_for))
        ahead = _known(ground) if settings.render_ahead else ()
        await _begin(stack, ground.store.run(), rehearsal.run(), ground.drain.run(), feed.run())
        await _begin(stack, _warm(synthesizer, ahead), _hold(place))
        live = LiveBoard(equipment.agent_targets)
        gateway = _gateway(ground, equipment, live)
        await ground.fleet.membership.renew()
        rasa = ChatRasa(await rasa_client(stack), ground.router.url_for)
        chat = _chat(ground, rasa, equipment, live)
        feed.listeners.append(lambda edition: chat.rooms.show_banner())
        console = _console(ground, stack, equipment, feed, Following(*ground.fleet.everyones(live, chat)))
        await _begin(stack, *ground.fleet.work(), *chat.work(), *console.work(), console.retention.run())
        client = await stack.enter_async_context(httpx.AsyncClient())
        health = partial(_health, ground, client, equipment, rehearsal, gateway)
        await _serve(
            settings,
            _public_app(settings, ground.watch, health, chat, console),
            _internal_app(ground, gateway, chat),
            gateway,
            place,
        )
        await ground.store.drain()


async def _steered(ground: Ground, synthesizer: ClauseSynthesizer) -> SteeringFeed:
    """Put what the city steers into force, and have at hand what every call begins with."""
    feed = SteeringFeed(ground.editions, SteeringStore(ground.desk_database), synthesizer)
    await feed.refresh()
    first = ground.editions.current.script_at(now())
    catalogue = ground.editions.current.catalogue
    prepared = {name: catalogue.variants(f"call_machine_{name}")[0] for name in Prepared}
    # Fillers too: one that had to be rendered would keep the answer waiting.
    await synthesizer.warm((first.greeting, first.first_question, *prepared.values(), *first.fillers))
    for name, sentence in prepared.items():
        await write_wav(name.path(ground.settings.prepared_path), synthesizer.speak(sentence))
    return feed


def _known(ground: Ground) -> Iterable[str]:
    return known_sentences(ground.editions.catalogue, ground.editions.city)


async def _warm(synthesizer: ClauseSynthesizer, sentences: Iterable[str]) -> None:
    """Render, while nobody calls, what is known in advance."""
    with contextlib.suppress(SynthesisError):
        await synthesizer.warm(sentences)


async def _hold(place: Place) -> None:
    """Take the place once it is free."""
    while not place.take():  # noqa: ASYNC110 - what another process does sets no event
        await asyncio.sleep(PLACE_EVERY_S)


def _gateway(ground: Ground, equipment: Equipment, live: LiveBoard) -> MediaGateway:
    settings = ground.settings
    recordings = Recordings(settings.recordings_path) if settings.record_calls else None
    token = settings.internal_token.get_secret_value()
    return MediaGateway(equipment, ground.editions, ground.store, token, live, recordings, ground.watch)


def _chat(ground: Ground, rasa: ChatRasa, equipment: Equipment, live: LiveBoard) -> Chat:
    return build_chat(
        ground.settings,
        ground.editions,
        ground.database,
        ground.store,
        rasa,
        equipment,
        live,
        ground.watch,
        ground.fleet.among,
    )


def _console(
    ground: Ground,
    stack: contextlib.AsyncExitStack,
    equipment: Equipment,
    feed: SteeringFeed,
    following: Following,
) -> Console:
    settings = ground.settings
    reports = open_report_desk(IntegrationsSettings(), settings.backend_url)
    stack.push_async_callback(reports.aclose)
    steering = SteeringDesk(
        SteeringStore(ground.desk_database),
        ground.editions.catalogue,
        feed.wake,
        equipment.synthesizer,
        "" in equipment.transfer_targets,
    )
    return build_console(
        settings,
        ground.editions.city,
        ground.database,
        ground.desk_database,
        reports,
        recordings=Recordings(settings.recordings_path),
        steering=steering,
        following=following,
        is_ours=ground.fleet.does,
    )


def _public_app(
    settings: Settings, watch: Watch, health: listeners.Health, chat: Chat, console: Console
) -> FastAPI:
    app = listeners.public_app(health, *chat.routers, *console.routers)
    console.install(app)
    # Around the console's own, which say more.
    app.add_middleware(Safeguards, is_secure=settings.is_secure)
    app.add_middleware(HttpMetrics, registry=watch.registry, listener="public")
    return app


def _internal_app(ground: Ground, gateway: MediaGateway, chat: Chat) -> FastAPI:
    settings = ground.settings
    standing = Standing(
        ground.database,
        settings.var_dir,
        Supervisor(settings.supervisor_socket),
        now,
        chat.is_open_at,
        lambda: ground.store.n_waiting,
        lambda: chat.rooms.n_open,
    )
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(gateway.router)
    app.include_router(nlg_router(lambda sender_id: ground.editions.of(sender_id).catalogue))
    app.add_api_route("/process", partial(_process, gateway))
    app.include_router(ground.watch.router(standing, partial(_peers, ground)))
    return app


async def _process(gateway: MediaGateway) -> dict[str, Any]:
    """Which of the processes at this port answers, and whether it takes calls."""
    return {"pid": os.getpid(), "takes_calls": not gateway.is_closed}


async def _health(
    ground: Ground,
    client: httpx.AsyncClient,
    equipment: Equipment,
    rehearsal: Rehearsal,
    gateway: MediaGateway,
) -> dict[str, Any]:
    states = await check(_peers(ground), client)
    if states["rasa"] == "ok" and not rehearsal.is_over:
        states["rasa"] = "not ready"
    return {
        "status": "ok" if would_answer(states) and not gateway.is_closed else "unavailable",
        "recognizer": equipment.recognizer.name,
        "synthesizer": equipment.synthesizer.name,
        "processes": states,
    }


def _peers(ground: Ground) -> Peers:
    settings, rasa_url = ground.settings, ground.router.serving.active.url
    return Peers(
        *(rasa_url, settings.actions_url, settings.backend_url),
        *(settings.sip_here, settings.sip_port, settings.sip_transport),
    )


async def _serve(
    settings: Settings, public: FastAPI, internal: FastAPI, gateway: MediaGateway, place: Place
) -> None:
    """Listen until SIGTERM and the last call."""
    garbage.set_aside()
    async with contextlib.AsyncExitStack() as stack:
        await _begin(stack, garbage.collect())
        await listeners.serve(
            (public, settings.bind, settings.public_port),
            (internal, "127.0.0.1", settings.internal_port),
            drain=partial(_drain, gateway, settings.drain_s),
            on_hand_over=place.leave,
        )


async def _drain(gateway: MediaGateway, within_s: float) -> None:
    """Let the calls in progress end, but not for ever."""
    log.info("stopping")
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(gateway.drain(), within_s)


async def _begin(stack: contextlib.AsyncExitStack, *work: Coroutine[Any, Any, None]) -> None:
    """Have this done until `stack` is closed."""
    tasks = [asyncio.create_task(each) for each in work]

    async def end() -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    stack.push_async_callback(end)
