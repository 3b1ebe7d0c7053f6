"""What the dashboard's figures are called, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping

from bot.figures.measures import Fate, Measure

FATES: Mapping[Fate, str] = {
    Fate.HANDLED: "Traitées sans personne",
    Fate.TRANSFERRED: "Transférées",
    Fate.CALLBACK: "Rappel promis",
    Fate.ABANDONED: "Abandonnées",
    Fate.PASSED_ON: "Ligne de secours",
    Fate.BROKEN: "Panne de la voix",
    Fate.OPEN: "En cours ou interrompues",
}
FATES_TOLD: Mapping[Fate, str] = {
    Fate.HANDLED: "terminées par l'assistant seul : une demande comprise, ni transfert ni rappel.",
    Fate.TRANSFERRED: "une personne a pris la conversation : un service, un agent du chat ou de la console.",
    Fate.CALLBACK: "l'appelant a été mis dans la file des rappels.",
    Fate.ABANDONED: "aucune demande n'a été comprise, ou l'appelant est parti juste après une phrase non"
    " comprise ou au milieu d'un signalement. Jamais quand un danger a été reconnu.",
    Fate.PASSED_ON: "passées à la ligne de secours sans que l'assistant réponde (part réglée dans Pilotage).",
    Fate.BROKEN: "la voix de l'assistant s'est arrêtée.",
    Fate.OPEN: "encore en cours, ou coupées par un arrêt : elles n'entrent dans aucun pourcentage.",
}
STAGES: Mapping[Measure, str] = {
    Measure.SILENCE: "Silence avant la réponse",
    Measure.RECOGNITION: "Reconnaissance de la parole",
    Measure.DIALOGUE: "Décision de la réponse",
    Measure.SYNTHESIS: "Début de la voix",
}
STAGES_TOLD: Mapping[Measure, str] = {
    Measure.SILENCE: "de la fin de la phrase de l'appelant au premier son de l'assistant.",
    Measure.RECOGNITION: "de la fin de la phrase à son texte, attente de fin de phrase comprise.",
    Measure.DIALOGUE: "du texte à la réponse du moteur de dialogue (téléphone et chat).",
    Measure.SYNTHESIS: "de la réponse à son premier son.",
}
NO_INTENT = "Rien de reconnu"
CONFIDENCES: Mapping[Measure, str] = {
    Measure.WORDS: "Mots (reconnaissance de la parole)",
    Measure.MEANING: "Sens (moteur de dialogue)",
}
