"""The bot process: puts engines, city and listeners together. `python -m bot.app`."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import structlog
from fastapi import FastAPI
from sqlalchemy import Engine

from bot import listeners
from bot.call.end_of_turn import EndOfTurn
from bot.call.errors import ModelError, SynthesisError
from bot.call.runner import Equipment
from bot.call.settings import EndOfTurnSettings, Patience, TurnTakingSettings
from bot.callbacks import DeskCallbacks
from bot.chat.wiring import ChatRasa, build_chat
from bot.console.routes_live import Following
from bot.console.steering_desk import SteeringDesk
from bot.console.wiring import build_console
from bot.dialogue.answers import Answers
from bot.dialogue.nlg import nlg_router
from bot.dialogue.rasa_rest import RasaRest
from bot.dialogue.rehearsal import Rehearsal
from bot.dialogue.router import Router
from bot.dialogue.serving import Engine as RasaEngine
from bot.dialogue.serving import Serving
from bot.health import Peers, check, would_answer
from bot.live.board import LiveBoard
from bot.media.gateway import MediaGateway
from bot.observe.engines import WatchedDialogue
from bot.observe.state import Standing
from bot.observe.watch import Watch
from bot.peers.wiring import Fleet
from bot.safeguards import Safeguards
from bot.settings import Settings
from bot.speech.clause_synthesizer import ClauseSynthesizer
from bot.speech.factory import build_recognizer, build_synthesizer
from bot.speech.inference import InferenceQueue
from bot.speech.recording import write_wav
from bot.speech.vad_silero import SileroDetector
from bot.steering.editions import Editions
from bot.steering.feed import SteeringFeed
from bot.store.beginnings import Beginnings
from bot.store.conversations import MIGRATIONS, ConversationStore
from bot.store.recordings import Recordings
from bot.supervise.control import Supervisor
from bot.supervise.drain import Drain
from bot.supervise.engines import PROCESSES, serving_file
from bot.transfer_targets import agent_targets, transfer_targets
from bot.wording import known_sentences
from integrations.addresses_gazetteer import Gazetteer
from integrations.city import load_city
from integrations.city_yaml import CityDataError
from integrations.database import migrate, open_database
from integrations.desk_spool import CallbackSpool
from integrations.messages import load_messages
from integrations.settings import Settings as IntegrationsSettings
from integrations.spoken_french import normalise
from integrations.steering_store import SteeringStore
from integrations.wiring import open_city_now, open_desk, open_desk_database, open_report_desk
from runtime import garbage
from runtime.logs import configure_logging
from runtime.metrics import HttpMetrics
from runtime.secrets import SecretError
from runtime.tracing import open_tracer
from tts_voices.installed import resolve_models

log = structlog.get_logger()

RASA_TIMEOUT_S = 12.0


async def run(settings: Settings) -> None:
    """Serve calls until SIGTERM. Raises ModelError or CityDataError if it cannot start."""
    catalogue = load_messages(settings.city_dir)
    editions = Editions(load_city(settings.city_dir), catalogue, is_recorded=settings.record_calls)
    city = editions.city
    async with contextlib.AsyncExitStack() as stack:
        engine = open_database(settings.conversations_url)
        migrate(engine, MIGRATIONS)
        router, drain = _routing(settings, engine)
        watch = Watch(tracer=open_tracer("bot"))
        stack.push_async_callback(asyncio.to_thread, watch.tracer.close)
        equipment, synthesizer = await _equip(settings, editions, router, watch, stack)
        desk_database = open_desk_database(IntegrationsSettings())
        steering = SteeringStore(desk_database)
        feed = SteeringFeed(editions, steering, synthesizer)
        await feed.refresh()
        first = editions.current.script_at(datetime.now(UTC))
        lost = editions.current.catalogue.variants("call_machine_lost")[0]
        await synthesizer.warm((first.greeting, first.first_question, lost))
        await write_wav(settings.var_dir / "apology.wav", synthesizer.speak(lost))
        store = ConversationStore(engine)
        # Not the one that is timed: the engine is asked until it has started.
        rehearsal = Rehearsal(RasaRest(await _rasa_client(stack), "voice", router.url_for))
        warming = _warm(synthesizer, known_sentences(catalogue, city))
        await stack.enter_async_context(
            _background(store.run(), rehearsal.run(), drain.run(), warming, feed.run())
        )
        recordings = Recordings(settings.recordings_path)
        recorded_in = recordings if settings.record_calls else None
        live = LiveBoard(equipment.agent_targets)
        token = settings.internal_token.get_secret_value()
        gateway = MediaGateway(equipment, editions, store, token, live, recorded_in, watch)
        internal = _internal_app(gateway, editions)
        client = await stack.enter_async_context(httpx.AsyncClient())
        rasa = ChatRasa(await _rasa_client(stack), router.url_for)
        fleet = Fleet(engine, settings.redis_url, _now)
        await fleet.membership.renew()
        chat = build_chat(settings, editions, engine, store, rasa, equipment, live, watch, fleet.among)
        following = Following(*fleet.everyones(live, chat))
        feed.listeners.append(lambda edition: chat.rooms.show_banner())
        await stack.enter_async_context(_background(*fleet.work(), *chat.work()))
        standing = Standing(
            engine,
            settings.var_dir,
            Supervisor(settings.supervisor_socket),
            _now,
            chat.is_open_at,
            lambda: store.n_waiting,
            lambda: chat.rooms.n_open,
        )
        internal.include_router(watch.router(standing, partial(_peers, settings, router)))
        health = partial(_health, settings, client, equipment, rehearsal, router, gateway)
        reports = open_report_desk(IntegrationsSettings(), settings.backend_url)
        stack.push_async_callback(reports.aclose)
        console = build_console(
            settings,
            city,
            engine,
            desk_database,
            reports,
            recordings=recordings,
            steering=SteeringDesk(
                steering, catalogue, feed.wake, synthesizer, "" in equipment.transfer_targets
            ),
            following=following,
            is_ours=fleet.does,
        )
        await stack.enter_async_context(_background(*console.work(), console.retention.run()))
        public = listeners.public_app(health, *chat.routers, *console.routers)
        console.install(public)
        # Around the console's own, which say more.
        public.add_middleware(Safeguards, is_secure=settings.is_secure)
        public.add_middleware(HttpMetrics, registry=watch.registry, listener="public")
        await _serve(settings, public, internal, gateway)
        await store.drain()


async def _serve(settings: Settings, public: FastAPI, internal: FastAPI, gateway: MediaGateway) -> None:
    """Listen until SIGTERM and the last call."""
    garbage.set_aside()
    async with _background(garbage.collect()):
        await listeners.serve(
            (public, settings.bind, settings.public_port),
            (internal, "127.0.0.1", settings.internal_port),
            drain=partial(_drain, gateway, settings.drain_s),
        )


async def _equip(
    settings: Settings, editions: Editions, router: Router, watch: Watch, stack: contextlib.AsyncExitStack
) -> tuple[Equipment, ClauseSynthesizer]:
    """Load the engines and join them with the city; what must be closed is left on `stack`."""
    city = editions.city
    models = await asyncio.to_thread(resolve_models, settings.models_path)
    queue = InferenceQueue(settings.inference_threads)
    stack.callback(queue.close)
    watch.look_at(queue)
    synthesizer = build_synthesizer(models.synthesizer, queue, settings.phrases_path)
    rasa = await _rasa_client(stack)
    desk = open_desk(IntegrationsSettings(), city.info.reference_prefix, city.info.insee)
    stack.push_async_callback(desk.aclose)
    answers = Answers(Gazetteer(city))
    city_now = open_city_now(IntegrationsSettings(), city)
    callbacks = DeskCallbacks(desk, city_now, CallbackSpool(settings.var_dir / "callbacks.jsonl"))
    await callbacks.file_kept()
    equipment = Equipment(
        recognizer=build_recognizer(models.recognizer, queue, settings.inference_threads),
        synthesizer=synthesizer,
        new_detector=SileroDetector,
        dialogue=WatchedDialogue(RasaRest(rasa, "voice", router.url_for), "voice", watch.dialogue),
        callbacks=callbacks,
        normalise=partial(normalise, city=city),
        find_emergency=editions.current.notices.find,
        script=editions.current.script,
        patience=Patience(max_duration_s=settings.call_max_s),
        turn_taking=TurnTakingSettings(),
        end_of_turn=EndOfTurn(EndOfTurnSettings(), answers.is_whole),
        names_near=answers.near,
        transfer_targets=transfer_targets(city, settings.transfer_uri, settings.fallback_target),
        agent_targets=agent_targets(settings.transfer_uri, settings.extensions),
    )
    # The first use builds the street index, which the first caller should not wait for.
    equipment.normalise("bonjour")
    return equipment, synthesizer


async def _rasa_client(stack: contextlib.AsyncExitStack) -> httpx.AsyncClient:
    """Calls and chats have connections of their own: many chats must not keep a call waiting for one."""
    return await stack.enter_async_context(httpx.AsyncClient(timeout=RASA_TIMEOUT_S))


def _routing(settings: Settings, database: Engine) -> tuple[Router, Drain]:
    """Which dialogue engine answers whom, and what stops the one that nobody needs any more."""
    file = serving_file(settings.var_dir)
    serving = file.read() or Serving(active=RasaEngine(process=PROCESSES[0], url=settings.rasa_url))
    router = Router(serving, Beginnings(database).of, _now)
    return router, Drain(file, router, Supervisor(settings.supervisor_socket), _now)


def _now() -> datetime:
    return datetime.now(UTC)


async def _health(
    settings: Settings,
    client: httpx.AsyncClient,
    equipment: Equipment,
    rehearsal: Rehearsal,
    router: Router,
    gateway: MediaGateway,
) -> dict[str, Any]:
    states = await check(_peers(settings, router), client)
    if states["rasa"] == "ok" and not rehearsal.is_over:
        states["rasa"] = "not ready"
    return {
        "status": "ok" if would_answer(states) and not gateway.is_closed else "unavailable",
        "recognizer": equipment.recognizer.name,
        "synthesizer": equipment.synthesizer.name,
        "processes": states,
    }


def _peers(settings: Settings, router: Router) -> Peers:
    rasa_url = router.serving.active.url
    return Peers(rasa_url, settings.actions_url, settings.backend_url, settings.sip_here, settings.sip_port)


def _internal_app(gateway: MediaGateway, editions: Editions) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(gateway.router)
    app.include_router(nlg_router(lambda sender_id: editions.of(sender_id).catalogue))
    app.add_api_route("/process", partial(_process, gateway))
    return app


async def _process(gateway: MediaGateway) -> dict[str, Any]:
    """Which of the processes at this port answers, and whether it takes calls."""
    return {"pid": os.getpid(), "takes_calls": not gateway.is_closed}


async def _drain(gateway: MediaGateway, within_s: float) -> None:
    """Let the calls in progress end, but not for ever."""
    log.info("stopping")
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(gateway.drain(), within_s)


async def _warm(synthesizer: ClauseSynthesizer, sentences: Iterable[str]) -> None:
    """Render, while nobody calls, what is known in advance."""
    with contextlib.suppress(SynthesisError):
        await synthesizer.warm(sentences)


@contextlib.asynccontextmanager
async def _background(*work: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    """Run the bot; a fault of models or city data is one line and exit status 1."""
    try:
        configure_logging()
        asyncio.run(run(Settings()))
    except (ModelError, CityDataError, SecretError) as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
