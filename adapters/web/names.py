"""What the web face is called in rows and by the core: a module that every command can read without the pages."""

from bot.given import Channel

DESK = "desk:web"
"""The web desk's destination in the outbox."""

LINK_KIND = "desk"
"""The kind of a one-time link that opens the pages (``Store.new_link``)."""

LOCAL_SUBJECT = "local"
"""Who the local link signs in: the staff account "web:local"."""

SIGNIN_KIND = "signin"
"""The kind of a one-time link that the bot gave to somebody on the staff list; its subject is a staff id."""

STAFF_KIND = "staff"
"""The kind of a session of somebody on the staff list, from anywhere; its subject is a staff id."""

PATIENT_KIND = "patient"
"""The kind of the session that remembers which patient conversation a browser writes in."""

WEB_CHANNEL = Channel("this web page", commands=False, reactions=True)
"""How the web face looks to the core."""
