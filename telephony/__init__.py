"""The SIP telephony bridge: carries samples between SIP calls and the bot's `/media` door."""
