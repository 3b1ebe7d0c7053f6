"""What roles and audited actions are called on pages."""

from __future__ import annotations

from bot.console.roles import Role

ROLE_NAMES = {
    Role.AGENT: "Agent",
    Role.SUPERVISOR: "Superviseur",
    Role.ADMINISTRATOR: "Administrateur",
}
# By the code that `Door.record` writes; one that is not here is shown as it is.
ACTION_NAMES = {
    "sign_in": "connexion",
    "change_password": "changement de son mot de passe",
    "set_password": "remplacement d'un mot de passe",
    "add_account": "ajout d'un compte",
    "change_account": "changement d'un compte",
    "unlock_account": "levée d'un blocage",
    "export_audit": "export du journal",
    "view_recording": "écoute d'un enregistrement",
    "view_number": "consultation d'un numéro",
    "view_words": "consultation de mots masqués",
    "view_caller": "consultation d'une personne",
    "view_live": "suivi en direct",
    "take_chat": "prise d'un chat",
    "end_chat": "fin d'un chat",
    "take_call": "prise d'un appel",
    "export_conversations": "export des conversations",
    "export_reports": "export des signalements",
    "view_callbacks": "consultation des rappels",
    "claim_callback": "prise d'un rappel",
    "release_callback": "rappel rendu",
    "try_callback": "rappel sans réponse",
    "finish_callback": "rappel fait",
    "view_incomplete": "consultation des signalements incomplets",
    "claim_letter": "prise d'un envoi en échec",
    "release_letter": "envoi en échec rendu",
    "send_letter": "nouvel envoi",
    "settle_letter": "envoi réglé autrement",
    "claim_report": "prise d'un signalement incomplet",
    "release_report": "signalement incomplet rendu",
    "finish_report": "signalement incomplet traité",
    "change_report": "changement d'un signalement",
    "change_review": "changement d'une relecture",
    "correct_turn": "correction d'un tour",
    "take_learning_back": "retour sur un apprentissage",
    "change_steering": "changement du pilotage",
}


def action_name(code: str) -> str:
    return ACTION_NAMES.get(code, code)
