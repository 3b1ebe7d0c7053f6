"""Who may be written to, how often, and in what words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from integrations.notifications import Medium, Notice, NoticeKind, Reason

REGION = "FR"
# Mobile numbers of metropolitan France; a city overseas adds its own.
FRENCH_MOBILES = ("+336", "+337")
# Three parts of a concatenated SMS.
MAX_SMS_CHARACTERS = 459
MAX_EMAIL_CHARACTERS = 10_000
_ADDRESS = re.compile(
    r"[^\s@<>()\[\]\\,;:\"]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.I
)


@dataclass(frozen=True, slots=True)
class Limits:
    """mobile_prefixes: international prefixes that SMS may go to; an empty one allows every number.

    per_recipient_a_day, all_an_hour: messages of one medium, refused ones not counted.
    """

    mobile_prefixes: tuple[str, ...] = FRENCH_MOBILES
    per_recipient_a_day: int = 5
    all_an_hour: int = 300


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message goes to. address: "+33612345678" or an e-mail address; as given when it is neither.

    reason: why nothing may be sent there, NONE when it may.
    """

    address: str
    medium: Medium | None
    reason: Reason = Reason.NONE


def recipient(to: str, limits: Limits) -> Recipient:
    """Read a phone number or an e-mail address."""
    to = to.strip()
    if "@" in to:
        is_address = len(to) <= 254 and to.isascii() and _ADDRESS.fullmatch(to) is not None
        return Recipient(to, Medium.EMAIL, Reason.NONE if is_address else Reason.NOT_AN_ADDRESS)
    try:
        number = phonenumbers.parse(to, REGION)
    except phonenumbers.NumberParseException:
        return Recipient(to, None, Reason.NOT_AN_ADDRESS)
    # Not `is_valid_number`: it refuses the numbers kept for fiction and lags behind new ranges.
    if not phonenumbers.is_possible_number(number):
        return Recipient(to, None, Reason.NOT_AN_ADDRESS)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if written.startswith(limits.mobile_prefixes):
        return Recipient(written, Medium.SMS)
    is_french = number.country_code == phonenumbers.country_code_for_region(REGION)
    return Recipient(written, Medium.SMS, Reason.NOT_A_MOBILE if is_french else Reason.FOREIGN)


def refusal(notice: Notice, who: Recipient, limits: Limits, n_recipient: int, n_all: int) -> Reason:
    """Why a message must not go out; NONE when it may.

    n_recipient: messages to this recipient in the last 24 h. n_all: messages by this medium in the last hour.
    """
    if not notice.agreed:
        return Reason.NO_CONSENT
    if who.reason is not Reason.NONE:
        return who.reason
    longest = MAX_SMS_CHARACTERS if who.medium is Medium.SMS else MAX_EMAIL_CHARACTERS
    if not 0 < len(notice.text.strip()) <= longest:
        return Reason.TOO_LONG
    if n_recipient >= limits.per_recipient_a_day or n_all >= limits.all_an_hour:
        return Reason.TOO_MANY
    return Reason.NONE


def reference_notice(
    conversation_id: str, to: str, reference: str, city_name: str, *, agreed: bool
) -> Notice:
    """The message that carries the reference of a report or a call-back."""
    text = f"Mairie de {city_name}. Votre numéro de dossier : {reference}. Gardez ce message."
    subject = f"Votre numéro de dossier : {reference}"
    return Notice(conversation_id, NoticeKind.REFERENCE, to, text, agreed, subject)


def link_notice(
    conversation_id: str, to: str, title: str, link: str, city_name: str, *, agreed: bool
) -> Notice:
    """The message that carries a link of the city's data. title: what is behind it, "Passeport d'un adulte".

    Raises ValueError for anything but an https address: links come from the city's data, never from a caller.
    """
    if not re.fullmatch(r"https://\S+", link):
        raise ValueError("expected an https address")
    text = f"Mairie de {city_name}. {title} : {link}"
    return Notice(conversation_id, NoticeKind.LINK, to, text, agreed, title)
