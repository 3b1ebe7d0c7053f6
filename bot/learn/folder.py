"""The private folder of what was learned: one folder per run, and which of them are in effect.

    var/learned/in_effect.json          {"runs": [3, 5]}
    var/learned/5/nlu/17.yml            one example, Rasa's training format
    var/learned/5/recognition/17.wav    what was heard, and 17.txt: what was said
    var/learned/5/conversations/17.yml  a conversation, Rasa's test format

Never part of the checkout. Numbers are those of runs and corrections in SQL.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.learn.known import Example

IN_EFFECT = "in_effect.json"


class LearnedFolder:
    """`var/learned`; made when something is first written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def in_effect(self) -> tuple[int, ...]:
        """Runs that the model is trained with, in order."""
        try:
            read = json.loads((self.folder / IN_EFFECT).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        return tuple(int(run) for run in read["runs"])

    def put_in_effect(self, runs: Sequence[int]) -> None:
        """A reader sees the old list or the whole new one."""
        self._make(self.folder)
        partial = self.folder / f"{IN_EFFECT}.part"
        partial.write_text(json.dumps({"runs": list(runs)}), encoding="utf-8")
        partial.replace(self.folder / IN_EFFECT)

    def examples(self, runs: Iterable[int]) -> list[Path]:
        """Files of examples, in a fixed order."""
        return [path for run in runs for path in sorted((self.folder / str(run) / "nlu").glob("*.yml"))]

    def conversations(self, runs: Iterable[int]) -> list[Path]:
        found = (self.folder / str(run) / "conversations" for run in runs)
        return [path for folder in found for path in sorted(folder.glob("*.yml"))]

    def transcripts(self, runs: Iterable[int]) -> list[Path]:
        """Of tests of hearing; the sound lies beside each, unless it was lost."""
        found = (self.folder / str(run) / "recognition" for run in runs)
        return [path for folder in found for path in sorted(folder.glob("*.txt"))]

    def write_example(self, run: int, review_id: int, example: Example) -> str:
        """Returns the path below the folder, as all that write do."""
        text = (
            f'version: "3.1"\nnlu:\n  - intent: {example.intent}\n    examples: |\n      - {example.line}\n'
        )
        return self._write(run, "nlu", f"{review_id}.yml", text.encode())

    def write_conversation(self, run: int, review_id: int, steps: Sequence[Example], channel: str) -> str:
        """What the caller says, turn by turn, and the intent that must be understood."""
        lines = ['version: "3.1"', "stories:", f"  - story: correction {review_id}"]
        lines += ["    metadata:", f"      channel: {channel or 'phone'}", "    steps:"]
        for step in steps:
            lines += ["      - user: |", f"          {step.line}", f"        intent: {step.intent}"]
        return self._write(run, "conversations", f"{review_id}.yml", ("\n".join(lines) + "\n").encode())

    def write_recognition(self, run: int, review_id: int, wav: bytes, transcript: str) -> tuple[str, str]:
        return (
            self._write(run, "recognition", f"{review_id}.wav", wav),
            self._write(run, "recognition", f"{review_id}.txt", f"{transcript}\n".encode()),
        )

    def remove(self, paths: Iterable[str]) -> None:
        """paths: as the writing methods returned them."""
        for path in paths:
            found = (self.folder / path).resolve()
            if found.is_relative_to(self.folder.resolve()):
                found.unlink(missing_ok=True)

    def remove_run(self, run: int) -> None:
        shutil.rmtree(self.folder / str(run), ignore_errors=True)

    def _write(self, run: int, kind: str, name: str, content: bytes) -> str:
        folder = self._make(self.folder / str(run) / kind)
        (folder / name).write_bytes(content)
        return f"{run}/{kind}/{name}"

    def _make(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        # Words of callers, pseudonymised or not, are nobody else's on this machine.
        self.folder.chmod(0o700)
        return folder
