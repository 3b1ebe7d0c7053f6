"""How long each kind of data is kept, and why so long: settings, defaults, and what the register says."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from runtime.settings import EnvironmentSettings


class Keeping(EnvironmentSettings):
    """Days that each kind of data is kept, from CALLBOT_KEEP_*_DAYS.

    audio: sound of calls, learned samples included. transcripts: words, numbers of callers, chats, photos,
    corrections, trackers. statistics: what is left without anything personal. notifications: messages to
    callers. callbacks: after somebody closed them. report_people: who made a report, after it was closed.
    audit: what agents saw and changed.
    """

    model_config = SettingsConfigDict(env_prefix="CALLBOT_KEEP_")

    audio_days: int = Field(default=30, ge=0)
    transcripts_days: int = Field(default=180, ge=1)
    statistics_days: int = Field(default=1095, ge=1)
    notifications_days: int = Field(default=90, ge=1)
    callbacks_days: int = Field(default=180, ge=1)
    report_people_days: int = Field(default=365, ge=1)
    audit_days: int = Field(default=365, ge=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One line of what is kept. setting: what changes it. reason: in French, for the register."""

    what: str
    days: int
    setting: str
    reason: str


def periods(keeping: Keeping) -> tuple[Period, ...]:
    """Return what is kept for how long and why, in the order in which it matters to a caller."""
    return (
        Period(
            "Enregistrement sonore des appels",
            keeping.audio_days,
            "CALLBOT_KEEP_AUDIO_DAYS",
            "Réécouter un appel mal compris ; la CNIL admet six mois au plus.",
        ),
        Period(
            "Transcriptions, numéros d'appel, messages et photos de tchat, corrections, mémoire du dialogue",
            keeping.transcripts_days,
            "CALLBOT_KEEP_TRANSCRIPTS_DAYS",
            "Suivre une demande, corriger ce qui a été mal compris ; après, seules restent des statistiques.",
        ),
        Period(
            "Statistiques sans donnée personnelle (durées, intentions, issues)",
            keeping.statistics_days,
            "CALLBOT_KEEP_STATISTICS_DAYS",
            "Comparer trois années ; ni parole, ni numéro, ni nom n'y figurent.",
        ),
        Period(
            "Messages envoyés aux appelants (SMS, courriels)",
            keeping.notifications_days,
            "CALLBOT_KEEP_NOTIFICATIONS_DAYS",
            "Prouver l'envoi demandé par l'appelant et régler une contestation.",
        ),
        Period(
            "Demandes de rappel, après leur clôture",
            keeping.callbacks_days,
            "CALLBOT_KEEP_CALLBACKS_DAYS",
            "Répondre à qui revient sur sa demande.",
        ),
        Period(
            "Nom et numéro de l'auteur d'un signalement, après sa clôture",
            keeping.report_people_days,
            "CALLBOT_KEEP_REPORT_PEOPLE_DAYS",
            "Informer l'auteur des suites ; le signalement lui-même reste, sans personne.",
        ),
        Period(
            "Journal des consultations et modifications par les agents",
            keeping.audit_days,
            "CALLBOT_KEEP_AUDIT_DAYS",
            "Contrôler les accès ; la CNIL recommande de six mois à un an.",
        ),
    )
