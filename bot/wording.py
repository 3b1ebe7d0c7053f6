"""Takes the sentences that a call says by itself out of the city's catalogue."""

from __future__ import annotations

from bot.call.state import Script
from integrations.messages import MessageCatalogue


def call_script(catalogue: MessageCatalogue) -> Script:
    """Raises MessageError naming the sentence that is missing."""

    def one(name: str) -> str:
        return catalogue.variants(name)[0]

    return Script(
        opening=one("call_opening"),
        how_can_i_help=one("call_how_can_i_help"),
        no_input=(one("call_no_input_1"), one("call_no_input_2")),
        no_input_goodbye=one("call_no_input_goodbye"),
        not_heard=catalogue.variants("call_not_heard"),
        fillers=catalogue.variants("call_filler"),
        apology=one("call_apology_engine"),
        apology_goodbye=one("call_apology_goodbye"),
        callback_goodbye=one("call_callback_goodbye"),
        transfer_failed=one("call_transfer_failed"),
        no_media_goodbye=one("call_no_media_goodbye"),
        too_long_goodbye=one("call_too_long_goodbye"),
    )
