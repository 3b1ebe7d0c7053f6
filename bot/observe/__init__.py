"""What the bot tells those who run it: figures and traces."""
