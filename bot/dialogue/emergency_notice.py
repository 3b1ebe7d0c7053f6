"""What is said at once to somebody who speaks of a danger."""

from __future__ import annotations

from bot.call.events import EmergencyHeard
from bot.dialogue.emergency import EmergencyDetector
from integrations.messages import Channel, MessageCatalogue


class EmergencyNotices:
    """Finds danger in what was heard or written and words the notice from the city's catalogue."""

    def __init__(self, catalogue: MessageCatalogue, channel: Channel = "voice") -> None:
        self._catalogue = catalogue
        self._channel: Channel = channel
        self._detector = EmergencyDetector()

    def find(self, text: str, is_final: bool) -> EmergencyHeard | None:
        """See `bot.call.runner.Equipment.find_emergency`."""
        emergency = self._detector.detect(text, is_final=is_final)
        if emergency is None:
            return None
        special = f"call_emergency_{emergency.kind}"
        name = special if special in self._catalogue.messages else "call_emergency"
        notice = self._catalogue.render(name, self._channel, {"number": emergency.number}, previous_uses=0)
        return EmergencyHeard(str(emergency.kind), notice.text)
