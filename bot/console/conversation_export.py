"""The list of conversations as rows of a table. What is personal stays masked for everybody: files travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.console import labels
from bot.console.csv_export import Cell
from bot.console.shown_text import masked_number
from bot.store.conversation_list import Summary

EXPORT_HEADER = (
    "Identifiant",
    "Début",
    "Canal",
    "Appelant",
    "Durée (s)",
    "Issue",
    "Demande",
    "Service",
    "Urgence",
    "Mal comprise",
    "Transférée",
    "Signalée",
    "Confiée à",
    "Relue le",
    "Relue par",
    "Tours de parole",
    "Premiers mots",
)


def export_row(
    row: Summary, services: Mapping[str, str], names: Mapping[str, str], masked: Callable[[str], str]
) -> Sequence[Cell]:
    """services: names by code. names: of accounts by login. masked: a text without what is
    personal; blocks.
    """
    return (
        row.id,
        row.started_at,
        labels.named(labels.CHANNELS, row.channel),
        masked_number(row.caller),
        round(row.duration_ms / 1000) if row.duration_ms is not None else None,
        labels.named(labels.OUTCOMES, row.outcome),
        labels.named(labels.INTENTS, row.intent),
        labels.named(services, row.service),
        labels.named(labels.DANGERS, row.emergency),
        row.is_unsure,
        row.was_transferred,
        row.is_flagged,
        labels.named(names, row.assignee),
        row.reviewed_at,
        labels.named(names, row.reviewed_by),
        row.n_turns,
        masked(row.words),
    )
