"""What codes of the record are called in the console."""

from __future__ import annotations

from collections.abc import Mapping

CHANNELS: Mapping[str, str] = {"phone": "Téléphone", "chat": "Chat", "browser": "Micro du navigateur"}
OUTCOMES: Mapping[str, str] = {
    "goodbye": "Terminée",
    "caller_hung_up": "Raccroché par l'appelant",
    "transferred": "Transférée",
    "passed_on": "Passée à la ligne de secours",
    "callback_requested": "Rappel promis",
    "voice_lost": "Panne de la voix",
    "left": "Visiteur parti",
}
INTENTS: Mapping[str, str] = {
    "report_problem": "Signaler un problème",
    "report_status": "Suivre un signalement",
    "ask_procedure": "Démarche",
    "ask_procedure_detail": "Détail d'une démarche",
    "ask_opening_hours": "Horaires",
    "ask_contact": "Coordonnées",
    "ask_events": "Agenda",
    "ask_participation": "Participation",
    "other_authority": "Autre administration",
    "request_callback": "Être rappelé",
    "talk_to_agent": "Parler à une personne",
    "change_language": "Autre langue",
    "emergency": "Urgence",
    "out_of_scope": "Hors sujet",
    "nlu_fallback": "Pas compris",
    "affirm": "Oui",
    "deny": "Non",
    "inform": "Donne une information",
    "correct_that": "Corrige",
    "greet": "Salue",
    "thank": "Remercie",
    "goodbye": "Prend congé",
    "cancel": "Annule",
    "repeat": "Fait répéter",
    "help": "Demande de l'aide",
    "insult": "Insulte",
    "bot_challenge": "Demande qui parle",
    "dont_know": "Ne sait pas",
    "wait": "Fait attendre",
    "start_over": "Recommence",
    "speak_louder": "Plus fort",
    "speak_slower": "Plus lentement",
}
DANGERS: Mapping[str, str] = {
    "fire": "Incendie",
    "gas": "Gaz",
    "medical": "Malaise",
    "poison": "Intoxication",
    "violence": "Violence",
    "suspicious_object": "Objet suspect",
    "suicide": "Détresse",
    "drowning": "Noyade",
    "flood": "Inondation",
    "missing_person": "Disparition",
    "accident": "Accident",
    "collapse": "Effondrement",
    "trapped": "Personne bloquée",
    "electrocution": "Électrocution",
    "help": "Appel à l'aide",
}
SPEAKERS: Mapping[str, str] = {"caller": "Appelant", "bot": "Assistant", "agent": "Agent"}


def named(names: Mapping[str, str], code: str) -> str:
    """What a code is called; itself when it has no name."""
    return names.get(code, code)


ENTITIES: Mapping[str, str] = {
    "problem_type": "Problème",
    "street": "Rue",
    "house_number": "Numéro de rue",
    "landmark": "Lieu connu",
    "district": "Quartier",
    "procedure": "Démarche",
    "procedure_aspect": "Aspect de démarche",
    "service": "Service",
    "reference": "Référence",
    "phone_number": "Téléphone",
    "person_name": "Nom de personne",
    "email": "E-mail",
    "date": "Date",
    "time": "Heure",
}
ASPECTS: Mapping[str, str] = {
    "documents": "papiers",
    "price": "prix",
    "delay": "délai",
    "where": "lieu",
    "online": "en ligne",
    "who": "pour qui",
}
REVIEW_STATES: Mapping[str, str] = {
    "proposed": "Proposée",
    "approved": "Approuvée",
    "refused": "Refusée",
    "learned": "Apprise",
}
LEARNING_OUTCOMES: Mapping[str, str] = {
    "running": "En cours",
    "ready": "Prêt, servira au prochain démarrage",
    "active": "En service",
    "worse": "Refusé : moins bon",
    "failed": "Échoué",
    "rolled_back": "Retiré",
}
