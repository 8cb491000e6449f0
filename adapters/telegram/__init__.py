"""Telegram: patients by polling or webhook, and a desk in a forum group (a topic per enquiry)."""
