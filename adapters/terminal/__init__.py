"""The terminal chat: the bot on the in-memory store, without network or database."""
