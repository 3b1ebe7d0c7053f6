"""The bot: decides when to listen and when to speak, and remembers conversations."""
