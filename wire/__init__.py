"""The messages between telephony (or any other audio peer) and the bot; standard library only."""
