"""What fields of forms are called, where a form is shown again outside its page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.console.labels import REVIEW_STATES
from bot.console.labels_accounts import ROLE_NAMES
from bot.console.labels_reports import PRIORITIES, state_name

# Marks of the machine, of no meaning to who typed: sent again, not shown.
HIDDEN = ("version", "base", "last_event", "review", "marks", "shown", "next")
SECRET = ("password", "current", "new_password", "again")
_NAMES = {
    "action": "Action",
    "active": "Actif",
    "agency": "Service",
    "again": "Mot de passe, encore",
    "as_conversation": "Test de conversation",
    "as_example": "Exemple à apprendre",
    "as_recognition": "Test d'écoute",
    "asks": "Demander une note",
    "backend_id": "Numéro dans le système de la ville",
    "chat": "Texte du chat",
    "closure": "Fermeture",
    "current": "Mot de passe actuel",
    "duplicate_of": "Regrouper avec le signalement",
    "end": "Fin",
    "ends_at": "Fin",
    "extension": "Poste",
    "hours": "Heures",
    "intent": "Intention",
    "login": "Identifiant",
    "name": "Nom",
    "new_password": "Nouveau mot de passe",
    "note": "Note",
    "password": "Mot de passe",
    "priority": "Priorité",
    "query": "Filtre",
    "reason": "Motif",
    "role": "Rôle",
    "service": "Service",
    "share_percent": "Part des appels",
    "start": "Début",
    "starts_at": "Début",
    "state": "État",
    "subject": "Recherche par",
    "sure": "Confirmation",
    "text": "Texte",
    "value": "Valeur",
    "verdict": "Décision",
    "voice": "Texte dit au téléphone",
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "priority": {str(code): name for code, name in PRIORITIES.items()},
    "role": {str(role): name for role, name in ROLE_NAMES.items()},
    "subject": {"number": "numéro de téléphone", "conversation": "conversation"},
    "verdict": {"approve": REVIEW_STATES["approved"], "refuse": REVIEW_STATES["refused"]},
    "action": {
        "flag": "signaler",
        "unflag": "ne plus signaler",
        "assign": "confier",
        "review": "marquer comme relue",
        "reopen": "rouvrir",
        "note": "noter",
    },
}
_NUMBERED = re.compile(r"(?P<name>\w+)_(?P<number>\d+)")


def field_name(name: str) -> str:
    """What a field is called; numbered ones, such as "start_0", count from 1. Others keep their name."""
    numbered = _NUMBERED.fullmatch(name)
    if numbered and numbered["name"] in _NAMES:
        return f"{_NAMES[numbered['name']]} {int(numbered['number']) + 1}"
    return _NAMES.get(name, name)


def field_value(name: str, value: str) -> str:
    """What was filled in, codes by their names."""
    if name in SECRET:
        return "••••••"
    if name == "state":
        return state_name(value)
    return _VALUES.get(name, {}).get(value, value)


def shown_fields(fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Names and values of a form as people read them, without what they left empty."""
    shown = [(name, value) for name, value in fields if value and name not in HIDDEN]
    return [(field_name(name), field_value(name, value)) for name, value in shown]
