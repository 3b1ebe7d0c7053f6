"""The telephone: SIP calls in, their sound carried to the bot over `/media` (wire/media.py) and back."""
