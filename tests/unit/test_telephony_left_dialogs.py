"""What is sent for a dialog that a killed worker left, and when; and what is kept of one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from telephony.dialog import Dialog, dialog_of
from telephony.dialog_files import DialogFiles
from telephony.left_dialogs import LeftDialogs

FALLBACK = "sip:0466760000@pbx.example"
CALLER = Dialog(
    "a84b4c76e66710@pbx.example",
    "<sip:3000@192.0.2.1>;tag=ours",
    "<sip:0612345678@pbx.example>;tag=theirs",
    "sip:0612345678@192.0.2.7:5062",
    ("<sip:192.0.2.9:5060;lr;ftag=theirs>",),
    "<sip:callbot@192.0.2.1:5070>",
    is_caller=True,
)
ANSWER = """SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1
Record-Route: <sip:192.0.2.9:5060;lr;ftag=theirs>, <sip:192.0.2.8;lr>
Record-Route: <sip:192.0.2.7;lr>
i: a84b4c76e66710@pbx.example
f: <sip:0612345678@pbx.example>;tag=theirs
t: <sip:3000@192.0.2.1>;tag=ours
CSeq: 7 INVITE
Contact: <sip:callbot@192.0.2.1:5070>

v=0
"""


class Sent:
    """What one successor sends."""

    def __init__(self, folder: Path, *left: Dialog, transport: str = "udp", refer_to: str = FALLBACK) -> None:
        self.files = DialogFiles(folder)
        for number, dialog in enumerate(left):
            self.files.keep(str(number), dialog)
        self.log: list[tuple[float, str, str]] = []
        self._now_s = 0.0
        found = self.files.left(3600)
        self.left = LeftDialogs(self.files, found, lambda _: refer_to, self._send, transport)

    def _send(self, uri: str, request: bytes) -> None:
        self.log.append((self._now_s, uri, request.decode()))

    def turn(self, until_s: float) -> list[tuple[float, str]]:
        """Let time pass; returns when each request so far was sent."""
        while self._now_s < until_s:
            self.left.turn(self._now_s)
            self._now_s = round(self._now_s + 0.1, 1)
        return [(at_s, request.partition(" ")[0]) for at_s, _, request in self.log]

    def answer(self, status: int) -> bool:
        """Answer the last request."""
        lines = self.log[-1][2].splitlines()
        cseq, method = next(line for line in lines if line.startswith("CSeq")).split(" ")[1:]
        return self.left.answered(method, int(cseq), status, self._now_s)


def test_a_caller_is_referred_and_then_hung_up(tmp_path: Path) -> None:
    sent = Sent(tmp_path, CALLER)
    assert sent.turn(0.1) == [(0, "REFER")]
    assert sent.answer(202)
    assert sent.turn(0.7) == [(0, "REFER"), (0.6, "BYE")]
    assert sent.answer(200)
    assert sent.turn(60) == [(0, "REFER"), (0.6, "BYE")]
    assert sent.files.left(3600) == {}


def test_what_is_sent_stands_inside_the_dialog(tmp_path: Path) -> None:
    sent = Sent(tmp_path, CALLER)
    sent.turn(0.1)
    _, hop, request = sent.log[0]
    assert hop == "sip:192.0.2.9:5060;lr;ftag=theirs"
    assert request.startswith(
        "REFER sip:0612345678@192.0.2.7:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;"
    )
    assert request.endswith("\r\n\r\n")
    for line in (
        "From: <sip:3000@192.0.2.1>;tag=ours",
        "To: <sip:0612345678@pbx.example>;tag=theirs",
        "Call-ID: a84b4c76e66710@pbx.example",
        "Route: <sip:192.0.2.9:5060;lr;ftag=theirs>",
        f"Refer-To: <{FALLBACK}>",
    ):
        assert f"\r\n{line}\r\n" in request


def test_who_does_not_answer_is_asked_again_and_then_hung_up(tmp_path: Path) -> None:
    sent = Sent(tmp_path, CALLER)
    sent.turn(2)
    sent.answer(100)
    assert sent.turn(4) == [
        (0, "REFER"),
        (0.5, "REFER"),
        (1.5, "REFER"),
        (2, "BYE"),
        (2.5, "BYE"),
        (3.5, "BYE"),
    ]
    assert sent.turn(100)[-1][0] < 34
    assert sent.files.left(3600) == {}


def test_nothing_is_sent_twice_over_tcp(tmp_path: Path) -> None:
    assert Sent(tmp_path, CALLER, transport="tcp").turn(10) == [(0, "REFER"), (2, "BYE")]


def test_who_refuses_is_hung_up_at_once_and_who_is_gone_is_left_alone(tmp_path: Path) -> None:
    refusing, gone = Sent(tmp_path / "a", CALLER), Sent(tmp_path / "b", CALLER)
    for sent, status in ((refusing, 603), (gone, 481)):
        sent.turn(0.1)
        sent.answer(status)
        sent.turn(0.3)
    assert [method for _, method in refusing.turn(0.3)] == ["REFER", "BYE"]
    assert [method for _, method in gone.turn(60)] == ["REFER"]


def test_agents_and_callers_without_a_fallback_line_are_hung_up(tmp_path: Path) -> None:
    agent = replace(CALLER, is_caller=False)
    assert Sent(tmp_path / "a", agent).turn(0.1) == [(0, "BYE")]
    assert Sent(tmp_path / "b", CALLER, refer_to="").turn(0.1) == [(0, "BYE")]


def test_each_answer_is_for_one_dialog_and_those_of_others_are_for_nobody(tmp_path: Path) -> None:
    sent = Sent(tmp_path, CALLER, replace(CALLER, call_id="another"))
    sent.turn(0.1)
    assert sent.answer(481)
    sent.turn(60)
    gone = sent.log[1][2].partition("Call-ID: ")[2].partition("\r\n")[0]
    byes = [request for _, _, request in sent.log if request.startswith("BYE")]
    assert byes
    assert all(f"Call-ID: {gone}\r\n" not in bye for bye in byes)
    assert not sent.left.answered("BYE", 1, 200, 60)


def test_a_successor_that_is_killed_too_leaves_higher_numbers(tmp_path: Path) -> None:
    first = Sent(tmp_path, CALLER)
    first.turn(5)
    first.files.settle()
    second = Sent(tmp_path)
    second.turn(5)
    numbers = [int(text.partition("CSeq: ")[2].partition(" ")[0]) for _, _, text in first.log + second.log]
    assert numbers == sorted(numbers)
    assert numbers[len(first.log)] > numbers[len(first.log) - 1]


def test_a_dialog_is_read_from_the_answer_to_its_invite() -> None:
    ours = dialog_of(ANSWER, CALLER.contact, f"<{CALLER.target}>", is_caller=True)
    routes = ("<sip:192.0.2.9:5060;lr;ftag=theirs>", "<sip:192.0.2.8;lr>", "<sip:192.0.2.7;lr>")
    assert ours == replace(CALLER, routes=routes)
    theirs = dialog_of(ANSWER, CALLER.contact, CALLER.target, is_caller=False)
    assert (theirs.local, theirs.remote) == (CALLER.remote, CALLER.local)
    assert theirs.routes == routes[::-1]


def test_files_that_are_old_or_broken_are_dropped(tmp_path: Path) -> None:
    files = DialogFiles(tmp_path)
    files.keep("a", CALLER)
    files.settle()
    (tmp_path / "b.json").write_text('{"call_id": 1')
    (tmp_path / "c.json").write_text("[]")
    (tmp_path / "d.part").write_text("{")
    assert list(files.left(3600)) == ["a"]
    files.settle()
    assert list(tmp_path.iterdir()) == [tmp_path / "a.json"]
    assert files.left(-1) == {}
    files.settle()
    assert list(tmp_path.iterdir()) == []
