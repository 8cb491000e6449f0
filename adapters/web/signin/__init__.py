"""Ways in: the terminal's link, the bot's one-time link, OpenID Connect; and the list of open sessions."""

from adapters.web.signin.limits import Limiter
from adapters.web.signin.link import Tries, link
from adapters.web.signin.routes import routes

__all__ = ["Limiter", "Tries", "link", "routes"]
