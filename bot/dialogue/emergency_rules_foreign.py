"""The few words of English and Spanish that must be understood on a French line."""

from __future__ import annotations

from bot.dialogue.emergency_rules import EmergencyKind, Rule, certain

FOREIGN_RULES: tuple[Rule, ...] = (
    certain(
        EmergencyKind.HELP,
        """
        ^ [please|hello] help [me|please|us] $
        (help me please|please help|call an ambulance|need an ambulance|call the police|i need help now|
            its an emergency|it s an emergency|socorro|ayudame|una ambulancia|es una emergencia)
        """,
    ),
    certain(
        EmergencyKind.FIRE,
        """
        (there is a fire|there s a fire|house is on fire|is on fire|hay fuego|hay un incendio|hay un fuego)
        """,
    ),
    certain(EmergencyKind.GAS, "(gas leak|smell gas|smells of gas|huele a gas|olor a gas|fuga de gas)"),
    certain(
        EmergencyKind.MEDICAL,
        """
        (not breathing|can t breathe|cannot breathe|heart attack|unconscious|is bleeding|no respira|
            esta inconsciente|un infarto)
        """,
    ),
    certain(EmergencyKind.SUICIDE, "(kill myself|want to die|quiero morir|voy a matarme|suicidarme)"),
    certain(
        EmergencyKind.VIOLENCE,
        """
        (he is hitting me|being attacked|has a knife|has a gun|he wants to kill me|me esta pegando|
            tiene un cuchillo)
        """,
    ),
)
