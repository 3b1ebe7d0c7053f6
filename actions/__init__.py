"""Rasa custom actions; thin: they call integrations."""
