"""Where and how to reach a service or an authority, in French, for the ear or for the screen."""

from __future__ import annotations

import re
from enum import StrEnum

from integrations.city_models import Authority, Service
from integrations.directory_index import Entry
from integrations.directory_words import plain
from integrations.opening_hours_words import Medium

_POSTCODE_AND_TOWN = re.compile(r",? \d{5} .*$")


class Contact(StrEnum):
    """What a caller wants to know."""

    PHONE = "phone"
    ADDRESS = "address"
    EMAIL = "email"
    WEB = "web"


_ASKED = (
    (Contact.EMAIL, re.compile(r"\bmails?\b|\be ?mails?\b|\bcourriels?\b|\badresse electronique\b")),
    (Contact.WEB, re.compile(r"\bsite\b|\binternet\b|\ben ligne\b|\blien\b")),
    (
        Contact.ADDRESS,
        re.compile(r"\badresse\b|\bou (?:est|sont|se|c est|ca|je|il|elle)\b|\best ou\b|\bc est ou\b|\bsitue"),
    ),
    (Contact.PHONE, re.compile(r"\bnumero\b|\btelephone\b|\bappeler\b|\bjoindre\b|\bcontacter\b|\btel\b")),
)
_SAID = {
    Contact.PHONE: "Le numéro est le {value}.",
    Contact.ADDRESS: "L'adresse est : {value}.",
    Contact.EMAIL: "L'adresse électronique est : {value}.",
    Contact.WEB: "Le site est : {value}.",
}
_TO_CONFIRM = "Cette information est à confirmer."


def asked_contact(text: str) -> Contact:
    """What a question asks for; the telephone number when it does not say."""
    said = plain(text)
    return next((contact for contact, pattern in _ASKED if pattern.search(said)), Contact.PHONE)


def contact_sentence(entry: Entry, asked: Contact, medium: Medium = Medium.VOICE) -> str:
    """What to say: what was asked, else what is known; for an authority, first whose matter it is.

    "" when nothing at all is known of a service. Phone numbers stay in pairs, as they are read aloud.
    """
    known = {contact: value for contact in _order(asked) if (value := _value(entry, contact, medium))}
    lead = [entry.say] if isinstance(entry, Authority) else []
    if not known:
        return " ".join(lead)
    contact, value = next(iter(known.items()))
    doubt = [_TO_CONFIRM] if entry.a_verifier else []
    return " ".join([*lead, _SAID[contact].format(value=value), *doubt])


def _order(asked: Contact) -> list[Contact]:
    return [asked, *(contact for contact in Contact if contact is not asked)]


def _value(entry: Entry, contact: Contact, medium: Medium) -> str:
    match contact:
        case Contact.PHONE:
            return entry.phone or ""
        case Contact.WEB:
            return entry.url or ""
        case Contact.EMAIL:
            return (entry.email or "") if isinstance(entry, Service) else ""
        case Contact.ADDRESS:
            address = (entry.address or "") if isinstance(entry, Service) else ""
            # Nobody needs to hear the postcode of the town that they call.
            return _POSTCODE_AND_TOWN.sub("", address) if medium is Medium.VOICE else address
