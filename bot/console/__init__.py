"""The console: agents of the city review conversations, answer chats and steer the callbot. At `/console`."""
