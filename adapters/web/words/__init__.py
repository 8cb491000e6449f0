"""The Words page: editors find any sentence that patients read, change it, see it and publish it."""

from adapters.web.words.routes import routes

__all__ = ["routes"]
