"""One chat: takes the visitor's messages in order and sees that each is answered once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.call.errors import DialogueError
from bot.call.journal import Speaker, TurnRecord
from bot.call.shown import Button
from bot.call.types import ActionType, Expect, Reply
from bot.chat import turns
from bot.chat.log import SharedLog
from bot.chat.services import ChatServices
from bot.chat.session import Attachments, Author, Content, Mode, Tone, content_of, shown_reply, view
from bot.live.chats import LiveChat
from bot.store.chats import ASKED, NEW, Changes, SavedChat, SavedEntry

log = structlog.get_logger()

Job = Callable[[], Awaitable[None]]
_IN_THE_RECORD: Mapping[str, Speaker] = {
    Author.VISITOR: "caller",
    Author.BOT: "bot",
    Author.AGENT: "agent",
}


class Room:
    """A chat with somebody in it. `run` must be running for anything to be answered."""

    def __init__(self, saved: SavedChat, services: ChatServices) -> None:
        self.live = LiveChat(services.live, saved.id, saved.created_at)
        self.log = SharedLog(saved, services.store, services.clock, self.live.told)
        self.services = services
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._dialogue_turn = asyncio.Lock()
        self._expect = Expect.OPEN
        self._n_failures = 0
        self._dangers: set[str] = set()
        self._reply_aloud: Reply | None = None
        self.is_voice_open = False
        self.end_voice: Callable[[], None] = _nothing

    @property
    def id(self) -> str:
        """The conversation's."""
        return self.log.saved.id

    @property
    def mode(self) -> Mode:
        return Mode(self.log.saved.mode)

    @property
    def is_idle(self) -> bool:
        """Whether nobody looks and nothing is being done, so that it can be let go of."""
        return not self.log.is_watched and self._jobs.empty() and not self._dialogue_turn.locked()

    async def run(self) -> None:
        """Do one thing after the other until cancelled.

        Raises SQLAlchemyError: what could not be written is taken up by `resume` when the visitor comes back.
        """
        while True:
            job = await self._jobs.get()
            await job()

    def do(self, job: Job) -> None:
        """Queue something to be done."""
        self._jobs.put_nowait(job)

    async def begin(self) -> None:
        """Say who answers, and what can be asked."""
        sentences = self.services.wording.sentences
        edition = self.services.editions.current
        announcement = edition.announcement(self.services.clock())
        await self.say(
            Content(edition.opening("chat")),
            *((Content(announcement),) if announcement else ()),
            Content(sentences.privacy, tone=Tone.NOTICE),
            Content(sentences.how_can_i_help, expect=Expect.OPEN, buttons=self.suggestions()),
        )

    async def resume(self) -> None:
        """Take up what a stopped process left; called once, before anybody joins."""
        entries = await asyncio.to_thread(self.services.store.entries_after, self.id, 0)
        for entry in entries:
            content = content_of(entry)
            if entry.author == Author.BOT and content.tone is Tone.PLAIN:
                self._expect = content.expect
        self.live.take_up([view(entry) for entry in entries], asdict(self.log.saved))
        for entry in await asyncio.to_thread(self.services.store.unanswered, self.id):
            # What the dialogue engine was given may have been acted upon: it is not given twice.
            act = self._apologise if entry.state == ASKED else self._answer
            self.do(partial(act, entry))

    async def take(self, client_id: str, content: Content) -> None:
        """Keep what the visitor sent, show it to all tabs, and have it answered. Raises SQLAlchemyError."""
        if self.mode is Mode.LEFT:
            await self.log.change(mode=Mode.BOT.value, **self.next_sender())
        for entry in await self.log.append([content.entry(Author.VISITOR, client_id, NEW)]):
            self.do(partial(self._answer, entry))

    async def say(
        self, *contents: Content, author: Author = Author.BOT, changes: Changes | None = None
    ) -> None:
        """Add messages to the log and to the record. Raises SQLAlchemyError."""
        for entry in await self.log.append([content.entry(author) for content in contents], changes):
            self.record(author, content_of(entry).text, entry.at)
        for content in contents:
            if author is Author.BOT and content.tone is Tone.PLAIN:
                self._expect = content.expect

    def record(
        self, author: Author, text: str, at: datetime, reply: Reply | None = None, ms: int = 0
    ) -> None:
        """Keep a turn in the conversation's record. ms: how long the dialogue engine took."""
        start_ms = max(0, round((at - self.log.saved.created_at).total_seconds() * 1000))
        turn = TurnRecord(_IN_THE_RECORD[author], text, start_ms, start_ms)
        if reply is not None:
            turn = replace(turn, understood=reply.understood, procedure=reply.procedure, dialogue_ms=ms)
        self.services.records.add_turn(self.id, turn)
        if reply is not None and reply.service:
            self.services.records.note_service(self.id, reply.service)

    def suggestions(self) -> tuple[Button, ...]:
        return tuple(Button(each.title, each.payload) for each in self.services.wording.suggestions)

    async def ask(
        self, text: str, attachments: Attachments | None = None, *, is_aloud: bool = False
    ) -> Reply:
        """Give the dialogue engine a turn, one at a time. Raises DialogueError."""
        held = attachments or Attachments()
        metadata = held.metadata(self.services.photo_url(held.photo) if held.photo else "")
        async with self._dialogue_turn:
            dialogue = self.services.spoken_dialogue if is_aloud else self.services.dialogue
            return await dialogue.ask(self.log.saved.sender, text, "", metadata=metadata)

    async def ask_aloud(self, text: str) -> Reply:
        """Give the dialogue engine a spoken turn; `spoken` shows the reply. Raises DialogueError."""
        held = Attachments.load(self.log.saved.attachments)
        self._reply_aloud = await self.ask(text, held, is_aloud=True)
        return self._reply_aloud

    def spoken(self, text: str, *, is_alert: bool) -> Content:
        """What is being said aloud, as a message; with buttons and cards if it is the dialogue's reply."""
        reply, picture_text = self._reply_aloud, self.services.wording.sentences.picture_text
        if reply is not None and reply.text == text:
            self._reply_aloud = None
            return shown_reply(reply, picture_text)
        return Content(text, tone=Tone.ALERT if is_alert else Tone.PLAIN, expect=self._expect)

    async def show(self, author: Author, content: Content) -> None:
        """Add a message to the log only: the record of a spoken turn has its own times."""
        await self.log.append([content.entry(author)])
        if author is Author.BOT and content.tone is Tone.PLAIN:
            self._expect = content.expect

    async def tell_dialogue(self, text: str) -> None:
        """Let the dialogue engine know of something that needs no answer."""
        try:
            async with self._dialogue_turn:
                await self.services.dialogue.tell(self.log.saved.sender, text, "")
        except DialogueError as error:
            log.warning("dialogue_failed", call_id=self.id, error=str(error))

    async def warn(self, text: str) -> None:
        """Say at once whom to call when the visitor speaks of a danger; once per kind of danger."""
        emergency = self.services.editions.current.chat_notices.find(text, True)
        if emergency is None:
            return
        log.warning("emergency_written", call_id=self.id, kind=emergency.kind)
        self.services.records.flag_emergency(self.id, emergency.kind)
        self.live.warned(emergency.kind)
        if emergency.kind not in self._dangers:
            self._dangers.add(emergency.kind)
            await self.say(Content(emergency.notice, tone=Tone.ALERT))

    async def _answer(self, entry: SavedEntry) -> None:
        content = content_of(entry)
        if not content.payload.startswith("/"):
            await self.warn(content.text)
        if self.mode is not Mode.BOT:
            self.record(Author.VISITOR, content.text, entry.at)
            await self.log.append([], Changes(answered=entry.seq))
            return
        held = Attachments.load(self.log.saved.attachments)
        todo = turns.plan(content, self._expect, held, self.services.wording.sentences)
        if isinstance(todo, turns.Tell):
            self.record(Author.VISITOR, content.text, entry.at)
            await self._close_turn(entry, todo.attachments, todo.content)
        else:
            await self._ask_for(entry, content, todo)

    async def _ask_for(self, entry: SavedEntry, content: Content, todo: turns.Ask) -> None:
        await asyncio.to_thread(self.services.store.mark_asked, self.id, entry.seq)
        self.log.tell({"event": "typing", "on": True})
        started_s = asyncio.get_running_loop().time()
        try:
            reply = await self.ask(todo.text, todo.attachments)
        except DialogueError as error:
            log.warning("dialogue_failed", call_id=self.id, error=str(error))
            self.record(Author.VISITOR, content.text, entry.at)
            await self._close_turn(entry, todo.attachments, self._apology())
            return
        took_ms = round((asyncio.get_running_loop().time() - started_s) * 1000)
        self._n_failures = 0
        self.record(Author.VISITOR, content.text, entry.at, reply, took_ms)
        if reply.action is ActionType.TRANSFER:
            await self._put_through(entry)
            return
        after = turns.attachments_after(reply, todo.attachments)
        if turns.is_filed(reply) and todo.attachments.photo:
            await asyncio.to_thread(self.services.store.keep_photo, todo.attachments.photo)
        await self._close_turn(entry, after, shown_reply(reply, self.services.wording.sentences.picture_text))
        if reply.action is ActionType.HANGUP:
            self._note_outcome("goodbye")

    async def _close_turn(self, entry: SavedEntry, held: Attachments, answer: Content) -> None:
        changes = Changes(answered=entry.seq, fields={"attachments": held.store()})
        await self.say(answer, changes=changes)

    async def _put_through(self, entry: SavedEntry) -> None:
        """The dialogue engine would put the visitor through: to a person if one is there, or a call-back."""
        if self.services.is_staffed(self.services.clock()):
            await self.call_person(answered=entry.seq)
        else:
            await self.offer_callback(Changes(entry.seq))

    async def offer_callback(self, changes: Changes) -> None:
        """Nobody can answer now: the dialogue engine takes a call-back."""
        sentences = self.services.wording.sentences
        await self.say(Content(sentences.nobody_came, tone=Tone.NOTICE), changes=changes)
        try:
            reply = await self.ask("/request_callback")
        except DialogueError as error:
            log.warning("dialogue_failed", call_id=self.id, error=str(error))
            number = self.services.switchboard
            await self.say(Content(sentences.failed_again.format(switchboard=number), expect=Expect.OPEN))
        else:
            await self.say(shown_reply(reply, sentences.picture_text))

    async def call_person(self, answered: int | None = None) -> None:
        """Put the chat before the people of the city. The report under way is filed as far as it is known."""
        await self.tell_dialogue("/hang_up")
        waiting = {
            "mode": Mode.WAITING.value,
            "waiting_since": self.services.clock(),
            **self.next_sender(),
        }
        await self.say(
            Content(self.services.wording.sentences.waiting, tone=Tone.NOTICE),
            changes=Changes(answered, waiting),
        )
        self.tell_mode()

    def next_sender(self) -> dict[str, Any]:
        """The dialogue engine begins anew afterwards: what it was doing when it was left is over."""
        base, _, number = self.log.saved.sender.partition(".")
        return {"sender": f"{base}.{int(number or 1) + 1}", "attachments": {}}

    def tell_mode(self) -> None:
        self.log.tell({"event": "mode", "mode": self.mode, "agent": self.log.saved.agent})
        self.live.held(asdict(self.log.saved))

    def _note_outcome(self, outcome: str) -> None:
        ended = self.services.clock() - self.log.saved.created_at
        self.services.records.close(self.id, outcome, round(ended.total_seconds() * 1000))

    def _apology(self) -> Content:
        self._n_failures += 1
        sentences = self.services.wording.sentences
        if self._n_failures == 1:
            return Content(sentences.failed, expect=self._expect)
        number = self.services.switchboard
        return Content(sentences.failed_again.format(switchboard=number), expect=Expect.OPEN)

    async def _apologise(self, entry: SavedEntry) -> None:
        sentences = self.services.wording.sentences
        held = Attachments.load(self.log.saved.attachments)
        await self._close_turn(entry, held, Content(sentences.interrupted, expect=self._expect))

    async def leave(self) -> None:
        """Nobody came back: what is known of a report is filed, as when somebody hangs up."""
        await self.tell_dialogue("/hang_up")
        await self.log.change(mode=Mode.LEFT.value)
        self.live.over()
        self._note_outcome("left")


def _nothing() -> None:
    """Nobody speaks in this chat."""
