"""The `/media` door: calls from telephony, microphones from browsers."""
