"""SIP messages written to break what reads them, from the folder's YAML files."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
FILES = ("rfc4475_valid.yml", "rfc4475_broken.yml", "rfc5118.yml")
SILENCE = 0


@dataclass(frozen=True)
class TortureMessage:
    """template: see rfc4475_valid.yml. answers: final statuses that are right, SILENCE among them."""

    name: str
    template: str
    answers: frozenset[int]

    def bytes(self, us: str, me: str, sdp: str, call_id: str = "") -> bytes:
        """The message as it goes out. us, me: host:port of who receives and of who sends it."""
        call_id = call_id or uuid.uuid4().hex[:12]
        head, _, body = self.template.partition("\n\n")
        body = _filled(body.rstrip("\n").replace("@sdp@", sdp.rstrip("\r\n")), us, me, call_id)
        body_bytes = _octets(body + "\n") if body else b""
        head = _filled(head.rstrip("\n"), us, me, call_id)
        return _octets(head.replace("@len@", str(len(body_bytes))) + "\n\n") + body_bytes


def messages(file: str) -> list[TortureMessage]:
    """All of one of FILES."""
    entries: list[dict[str, Any]] = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    return [
        TortureMessage(f"{entry['section']} {entry['about']}", entry["message"], frozenset(entry["answers"]))
        for entry in entries
    ]


def offer(host: str, rtp_port: int) -> str:
    """A plain A-law offer."""
    family = "IP6" if ":" in host else "IP4"
    lines = ["v=0", f"o=- 1 1 IN {family} {host}", "s=-", f"c=IN {family} {host}", "t=0 0"]
    return "\r\n".join([*lines, f"m=audio {rtp_port} RTP/AVP 8", ""])


def _filled(text: str, us: str, me: str, call_id: str) -> str:
    text = re.sub("@long:([0-9]+)@", lambda found: "z" * int(found[1]), text)
    return text.replace("@us@", us).replace("@me@", me).replace("@id@", call_id)


def _octets(text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), lines)
