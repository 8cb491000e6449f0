"""Slack: patients in direct messages and App Home, facilitators in one private channel."""
