"""What states of reports are called on pages."""

from __future__ import annotations

OPEN = "open"
CLOSED = "closed"

STATES = {
    "received": "Reçu",
    "triaged": "Qualifié",
    "assigned": "Attribué",
    "in_progress": "En cours",
    "done": "Fait",
    "closed": "Clos",
    "duplicate": "Doublon",
    "reopened": "Rouvert",
}
# GeoReport knows no others.
FOREIGN_STATES = {OPEN: "Ouvert", CLOSED: "Clos"}
PRIORITIES = {1: "1 – sous 48 h", 2: "2", 3: "3"}
REFUSED = {
    "conflict": "Quelqu'un a modifié ce signalement entre-temps. Relisez-le : votre saisie est toujours là.",
    "refused": "Le bureau des signalements n'accepte pas ce changement.",
    "missing": "Ce signalement n'existe pas.",
    "unreachable": "Le bureau des signalements ne répond pas. Réessayez dans un instant.",
}


def state_name(state: str) -> str:
    """The state's French name; the state itself when it is none that we know."""
    return STATES.get(state) or FOREIGN_STATES.get(state) or state
