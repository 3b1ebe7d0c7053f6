"""The dialogue engine as the bot sees it."""
