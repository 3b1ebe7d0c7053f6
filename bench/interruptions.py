"""How soon the bot lowers its voice and stops when somebody speaks over it, and for whom it goes on.

`.venv/bin/python -m bench.interruptions`. Sentences of three speakers, through a band like the telephone's,
are heard in real time by the ears of a call that is saying a long sentence. What is real is the voice
detector, the recogniser and the call's machine. Times are from the first sound of the voice to
the command; the line adds its own. Takes two minutes.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import numpy as np

from bot.call.commands import Duck, StopSaying, Unduck
from bot.call.ear import Ear
from bot.call.end_of_turn import EndOfTurn
from bot.call.events import Event
from bot.call.machine import step
from bot.call.protocols import Recognizer
from bot.call.settings import EndOfTurnSettings, TurnTakingSettings
from bot.call.state import Call
from bot.call.types import SAMPLE_RATE_HZ, Expect, Hints, Phase
from bot.settings import Settings
from bot.speech.factory import build_recognizer
from bot.speech.inference import InferenceQueue
from bot.speech.resample import resample, to_float, to_pcm
from bot.speech.speakers import Studio
from bot.speech.vad_silero import SileroDetector
from bot.wording import call_script
from integrations.messages import load_messages
from tts_voices.installed import resolve_model

SPEAKERS = ("Karim", "Claire", "Manon")
SAID = (
    "C'est noté, votre signalement est enregistré. La voirie s'en occupe, en général sous 48 heures. "
    "Avez-vous besoin d'autre chose ?"
)
MEANT = (
    *("Non attendez.", "Non, au quatorze rue de la République.", "Et pour le samedi ?", "Stop."),
    *("Je veux parler à un agent.", "Attendez, je prends un papier.", "Mais ce n'est pas ça."),
)
NODS = ("D'accord.", "Oui oui.", "Hum hum.", "Oui, d'accord, très bien.")
BEFORE = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
AFTER = np.zeros(3 * SAMPLE_RATE_HZ // 2, dtype=np.float32)
SOUND_LEVEL = 0.01
FRAME_BYTES = 640


@dataclass
class Outcome:
    """When what was done, in s after the first sound; None if never."""

    duck_s: float | None = None
    stop_s: float | None = None
    unduck_s: float | None = None


@dataclass
class Listening:
    """A call that is saying something, and its clock."""

    call: Call
    onset_s: float
    started_s: float
    outcome: Outcome = field(default_factory=Outcome)

    def take(self, event: Event) -> None:
        self.call, commands = step(self.call, event)
        now_s = asyncio.get_running_loop().time() - self.started_s - self.onset_s
        for command in commands:
            match command:
                case Duck():
                    self.outcome.duck_s = now_s
                case StopSaying():
                    self.outcome.stop_s = now_s
                case Unduck():
                    self.outcome.unduck_s = now_s


async def listen(pcm: bytes, recognizer: Recognizer, call: Call) -> Outcome:
    """Have a call hear these samples as fast as they would come."""
    loop = asyncio.get_running_loop()
    listening = Listening(call, first_sound_s(pcm), loop.time())
    judge = EndOfTurn(EndOfTurnSettings(), lambda expect, text: False)
    ear = Ear(SileroDetector(), recognizer, TurnTakingSettings(), listening.take, judge)
    ear.hints = Hints(Expect.OPEN, is_urgent=True)
    hearing = asyncio.create_task(ear.run())
    for start in range(0, len(pcm), FRAME_BYTES):
        ear.hear(pcm[start : start + FRAME_BYTES])
        due_s = listening.started_s + (start + FRAME_BYTES) / 2 / SAMPLE_RATE_HZ
        await asyncio.sleep(max(0.0, due_s - loop.time()))
    hearing.cancel()
    return listening.outcome


def first_sound_s(pcm: bytes) -> float:
    blocks = to_float(pcm)[: len(pcm) // 320 * 160].reshape(-1, 160)
    return float(np.flatnonzero(np.sqrt(np.mean(blocks**2, axis=1)) > SOUND_LEVEL)[0]) / 100


async def main() -> None:
    settings = Settings()
    studio = Studio(settings.models_path, settings.var_dir / "speakers")
    script = call_script(load_messages(settings.city_dir))
    speaking = Call(script=script, phase=Phase.SPEAKING, last_text=SAID, say_id=1)
    sounds = {}
    for text in (*MEANT, *NODS):
        for speaker in SPEAKERS:
            samples = np.concatenate([BEFORE, to_float(studio.render(text, speaker).pcm), AFTER])
            sounds[text, speaker] = to_pcm(resample(resample(samples, SAMPLE_RATE_HZ, 8_000), 8_000))
    queue = InferenceQueue(settings.inference_threads)
    recognizer = build_recognizer(resolve_model(settings.models_path, "whisper-base"), queue)
    outcomes = {}
    for (text, speaker), pcm in sounds.items():
        outcomes[text, speaker] = found = await listen(pcm, recognizer, speaking)
        print(f"{speaker:8} {text:42} {found}")
    queue.close()
    report(outcomes)


def report(outcomes: dict[tuple[str, str], Outcome]) -> None:
    ducks = [one.duck_s for one in outcomes.values() if one.duck_s is not None]
    stops = [one.stop_s for (text, _), one in outcomes.items() if text in MEANT and one.stop_s is not None]
    false = [one for (text, _), one in outcomes.items() if text in NODS and one.stop_s is not None]
    for name, times_s in (("lower", ducks), ("stop", stops)):
        print(f"{name}: {np.median(times_s):.2f} s, 95 % {np.percentile(times_s, 95):.2f} s ({len(times_s)})")
    n_meant, n_nods = len(MEANT) * len(SPEAKERS), len(NODS) * len(SPEAKERS)
    print(f"stopped for {len(stops)} of {n_meant} interruptions and {len(false)} of {n_nods} nods")


if __name__ == "__main__":
    asyncio.run(main())
