"""The recogniser that is installed listens to tests of hearing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.learn.ears import NO_RECOGNIZER, InstalledEars
from bot.learn.hearing import figure, read_clips
from bot.speech.corpus import load_recordings
from tts_voices.installed import InstalledModel

AUDIO_DIR = Path(__file__).parents[1] / "audio"
pytestmark = pytest.mark.speech


def test_sound_is_heard_word_by_word_and_what_is_missing_is_said(
    install_model: Callable[[str], InstalledModel], tmp_path: Path
) -> None:
    models = install_model("whisper-base").folder.parent
    recording = next(each for each in load_recordings(AUDIO_DIR) if each.name == "june-transfer")
    shutil.copy(AUDIO_DIR / "june-transfer.wav", tmp_path / "17.wav")
    (tmp_path / "18.wav").write_bytes(b"RIFF")
    for number in ("17", "18", "19"):
        (tmp_path / f"{number}.txt").write_text(f"{recording.text}\n")
    clips = read_clips(sorted(tmp_path.glob("*.txt")), {"17": ""})
    found = figure(InstalledEars(models).hear(clips), 0)
    assert found.before == 1.0
    assert found.after <= 0.25
    assert found.note == "whisper-base ; 2 sans enregistrement"
    assert [case.review for case in found.cases] == ["17", "18", "19"]


def test_a_machine_without_a_recogniser_says_so(tmp_path: Path) -> None:
    (tmp_path / "17.txt").write_text("bonjour\n")
    heard = InstalledEars(tmp_path / "nothing").hear(read_clips([tmp_path / "17.txt"], {}))
    assert figure(heard, 0).note == NO_RECOGNIZER
