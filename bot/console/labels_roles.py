"""What roles and audited actions are called on pages."""

from __future__ import annotations

from bot.console.roles import Role

ROLE_NAMES = {
    Role.AGENT: "Agent",
    Role.SUPERVISOR: "Superviseur",
    Role.ADMINISTRATOR: "Administrateur",
}
