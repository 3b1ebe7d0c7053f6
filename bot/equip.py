"""Loads the speech engines and joins them with the city and the dialogue engine."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial

import httpx

from bot.call.end_of_turn import EndOfTurn
from bot.call.equipment import Equipment
from bot.call.settings import EndOfTurnSettings, Patience, TurnTakingSettings
from bot.callbacks import DeskCallbacks
from bot.dialogue.answers import Answers
from bot.dialogue.rasa_rest import RasaRest
from bot.dialogue.router import Router
from bot.observe.engines import WatchedDialogue
from bot.observe.watch import Watch
from bot.settings import Settings
from bot.speech.clause_synthesizer import ClauseSynthesizer
from bot.speech.factory import build_recognizer, build_synthesizer
from bot.speech.inference import InferenceQueue
from bot.speech.vad_silero import SileroDetector
from bot.steering.editions import Editions
from bot.transfer_targets import agent_targets, transfer_targets
from integrations.addresses_gazetteer import Gazetteer
from integrations.desk_spool import CallbackSpool
from integrations.settings import Settings as IntegrationsSettings
from integrations.spoken_french import normalise
from integrations.wiring import open_city_now, open_desk
from tts_voices.installed import resolve_models

RASA_TIMEOUT_S = 12.0


async def equip(
    settings: Settings, editions: Editions, router: Router, watch: Watch, stack: contextlib.AsyncExitStack
) -> tuple[Equipment, ClauseSynthesizer]:
    """Load the engines and join them with the city; what must be closed is left on `stack`."""
    city = editions.city
    models = await asyncio.to_thread(resolve_models, settings.models_path)
    queue = InferenceQueue(settings.inference_threads)
    stack.callback(queue.close)
    watch.look_at(queue)
    synthesizer = build_synthesizer(models.synthesizer, queue, settings.phrases_path)
    rasa = await rasa_client(stack)
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


async def rasa_client(stack: contextlib.AsyncExitStack) -> httpx.AsyncClient:
    """Calls and chats have connections of their own: many chats must not keep a call waiting for one."""
    return await stack.enter_async_context(httpx.AsyncClient(timeout=RASA_TIMEOUT_S))
