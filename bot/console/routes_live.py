"""Conversations in progress: the page, what is taken over from it, what is written to visitors.

What is being said there is personal data: opening the page and taking a conversation are written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel

from bot.chat.handover import Agent, ChatDesk, HandOverError
from bot.chat.protocol import ClientId, Words
from bot.console.door import Door, visit_of
from bot.console.masking import Masking
from bot.console.pages import Pages
from bot.console.roles import Account, Role
from bot.console.stream_live import LiveStream
from bot.live.types import LiveConversations, Refusal, Standing

REFUSALS = {
    Refusal.GONE: (404, "Cet appel est terminé."),
    Refusal.TAKEN: (409, "Cet appel est déjà pris, ou en cours de transfert."),
    Refusal.NO_DESK: (
        409,
        "Votre compte n'a pas de numéro de poste autorisé : un administrateur peut l'ajouter.",
    ),
}
CHAT_REFUSALS = {
    404: "Cette conversation est terminée.",
    409: "Un autre agent a cette conversation.",
    503: "La conversation ne répond pas. Réessayez.",
}


class Writing(BaseModel):
    """What an agent writes to a visitor. id: chosen by the page; the same one is said once."""

    text: Words
    id: ClientId


@dataclass(frozen=True, slots=True)
class Following:
    """What the console needs to follow conversations and to take them over."""

    conversations: LiveConversations
    hand_over: ChatDesk


class LiveRoutes:
    """The page of conversations in progress, for agents."""

    def __init__(self, door: Door, pages: Pages, following: Following, masking: Masking, own: str) -> None:
        self._door = door
        self._pages = pages
        self._live = following.conversations
        self._hand_over = following.hand_over
        stream = LiveStream(door, following.conversations, masking, following.hand_over.is_here, own)
        self.router = APIRouter(prefix="/console/live", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("/", self.show, methods=["GET"])
        self.router.add_api_route("/stream", stream.serve, methods=["GET"])
        self.router.add_api_route("/count", self.count, methods=["GET"])
        for path, does in (
            ("/calls/{conversation_id}/take", self.take_call),
            ("/chats/{conversation_id}/take", self.take_chat),
            ("/chats/{conversation_id}/messages", self.write),
            ("/chats/{conversation_id}/end", self.end),
        ):
            self.router.add_api_route(path, does, methods=["POST"], status_code=204)

    async def show(self, request: Request) -> Response:
        visit = visit_of(request)
        await self._door.record(visit, "view_live")
        return self._pages.render(request, visit, "live.html")

    async def count(self, request: Request) -> Response:
        """For the menu: how many need somebody now."""
        current = self._live.current()
        n_needing = sum(
            live.standing is Standing.WAITING or (bool(live.emergency) and live.standing is Standing.BOT)
            for live in current
        )
        return self._pages.render(
            request, visit_of(request), "menu_count.html", n=n_needing, what="conversations à prendre"
        )

    async def take_call(self, request: Request, conversation_id: str) -> None:
        """Have a call put through to the agent's desk."""
        account = visit_of(request).account
        await self._door.record(visit_of(request), "take_call", conversation_id, account.extension)
        take = self._live.take_call
        refusal = await take(conversation_id, account.login, account.name, account.extension)
        if refusal is not None:
            status, detail = REFUSALS[refusal]
            raise HTTPException(status, detail)

    async def take_chat(self, request: Request, conversation_id: str) -> None:
        """Answer a chat under the account's name, which the visitor sees."""
        await self._door.record(visit_of(request), "take_chat", conversation_id)
        await _or_refuse(self._hand_over.take(conversation_id, _agent(visit_of(request).account)))

    async def write(self, request: Request, conversation_id: str, body: Writing) -> None:
        """Say something to the visitor."""
        agent = _agent(visit_of(request).account)
        await _or_refuse(self._hand_over.write(conversation_id, agent, body.text, body.id))

    async def end(self, request: Request, conversation_id: str) -> None:
        """Give the chat back to the machine."""
        await self._door.record(visit_of(request), "end_chat", conversation_id)
        await _or_refuse(self._hand_over.end(conversation_id, _agent(visit_of(request).account)))


def _agent(account: Account) -> Agent:
    return Agent(account.login, account.name)


async def _or_refuse(work: Any) -> None:
    try:
        await work
    except HandOverError as error:
        raise HTTPException(error.status, CHAT_REFUSALS[error.status]) from error
