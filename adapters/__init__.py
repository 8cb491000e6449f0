"""Platforms and faces: Telegram, Slack, the web, the command line, and the wiring between them."""
