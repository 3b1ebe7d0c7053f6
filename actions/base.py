"""What all actions share: they are found by their name and read the turn once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.offers import Offer, standing_offer
from actions.prompt import Prompt
from actions.turn import Turn, turn_of

Event = dict[str, Any]
REQUESTED = "requested_slot"


class Conversation:
    """The conversation at one turn: what the caller said, what is remembered, and a mouth.

    offer: what the bot offered in its last turn, if the caller may be answering that.
    """

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self._dispatcher = dispatcher
        self.tracker = tracker
        self.turn: Turn = turn_of(tracker)
        self.offer: Offer | None = standing_offer(tracker, self.turn)

    def say(self, name: str, *, ahead: Sequence[Prompt] = (), **values: object) -> None:
        """Say a sentence of messages.yml. values: its placeholders; `card` and `procedure` are told with it.

        ahead: what is likely to be said soon, which a voice may render meanwhile.
        """
        coming = {"ahead": [asdict(each) for each in ahead]} if ahead else {}
        self._dispatcher.utter_message(response=name, **coming, **values)

    def prompt(self, prompt: Prompt, *, ahead: Sequence[Prompt] = (), **values: object) -> None:
        """Say a sentence that was chosen before; see `say`."""
        self.say(prompt.name, ahead=ahead, **prompt.values, **values)

    def say_again(
        self,
        name: str,
        said: str,
        custom: Mapping[str, Any],
        buttons: Sequence[Any],
        voice: Mapping[str, str] | None = None,
    ) -> None:
        """Say words that were said before inside a sentence, expecting what was expected then.

        voice: how the caller wants to be spoken to from now on, `{"rate": "slower"}`, `{"gain": "louder"}`.
        """
        expected = {key: custom[key] for key in ("expect", "barge_in") if key in custom}
        understood = {"intent": {"name": self.turn.intent, "confidence": self.turn.confidence}}
        self._dispatcher.utter_message(
            response=name,
            said=said,
            json_message={**expected, "understood": understood, **({"voice": voice} if voice else {})},
            buttons=list(buttons),
        )

    @property
    def form(self) -> str:
        """The name of the form that is being filled in, "" outside of any."""
        return str(self.tracker.active_loop_name or "")

    @property
    def asked(self) -> str:
        """The question of the form that the caller is answering, "" when none was asked."""
        return str(self.tracker.get_slot(REQUESTED) or "")

    def slot(self, name: str) -> Any:
        return self.tracker.get_slot(name)

    def is_back_from_aside(self) -> bool:
        """Whether another action has already dealt with this turn: the form has nothing to read in it."""
        for event in reversed(self.tracker.events):
            if event["event"] == "user":
                return False
            if event["event"] == "action" and event["name"] not in ("action_listen", self.form):
                return True
        return False


class CallbotAction(Action, ABC):  # type: ignore[misc]  # rasa_sdk has no types
    """An action of the dialogue. action_name: as in the domain."""

    action_name: ClassVar[str]

    def name(self) -> str:
        return self.action_name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[Event]:
        return await self.respond(Conversation(dispatcher, tracker))

    @abstractmethod
    async def respond(self, conversation: Conversation) -> list[Event]:
        """Say what is to be said and return what is to be remembered."""


def remember(slot: str, value: object) -> Event:
    event: Event = SlotSet(slot, value)
    return event


def ask_next(question: str | None) -> Event:
    """Have the form ask a question; None ends the form."""
    return remember(REQUESTED, question)


def not_an_answer(form: str) -> Event:
    """Have the rules deal with the turn; the form asks its question again afterwards."""
    event: Event = ActionExecutionRejected(form)
    return event


def wait_for_caller(conversation: Conversation) -> list[Event]:
    """End the turn here: an active form does not ask its question again.

    The form is activated anew because Rasa keeps a rejected form out of the next turn.
    """
    stay: list[Event] = [ActiveLoop(conversation.form)] if conversation.form else []
    return [*stay, go_to("action_listen")]


def leave_form() -> list[Event]:
    """Leave the active form, whichever it is."""
    return [ActiveLoop(None), ask_next(None)]


def go_to(action: str) -> Event:
    """Have an action follow this one in the same turn."""
    event: Event = FollowupAction(action)
    return event


def end_turn(events: list[Event]) -> list[Event]:
    """Wait for the caller after this action, unless the events already lead elsewhere.

    For actions that others lead to: no rule says what follows them, and Rasa would take that for a failure.
    """
    leads_on = any(event["event"] == "followup" for event in events)
    return events if leads_on else [*events, go_to("action_listen")]


def go_to_form(form: str) -> list[Event]:
    """Leave the active form for another one, or start one."""
    return [*leave_form(), go_to(form)]
