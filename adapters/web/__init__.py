"""The web face: a local page for patient and desk, `/desk` alone, health checks, webhooks' host.

`create_app` makes the ASGI app; `Live` is shared with the deliverers, which need to know whether
anybody looks at a desk page. In this round the pages answer on loopback only, after the one-time link.
"""

from adapters.web.app import create_app
from adapters.web.deliverers import WebDesk, WebPatients
from adapters.web.files import WebFiles
from adapters.web.live import Live
from adapters.web.parts import DESK, LINK_KIND, LOCAL_SUBJECT, WEB_CHANNEL, WebSettings

__all__ = [
    "DESK",
    "LINK_KIND",
    "LOCAL_SUBJECT",
    "WEB_CHANNEL",
    "Live",
    "WebDesk",
    "WebFiles",
    "WebPatients",
    "WebSettings",
    "create_app",
]
