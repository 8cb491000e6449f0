"""Templates, static files, and the kind pages for what went wrong."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from adapters.web.marks import card_html, inline_html, iso, size_text, text_html
from bot.errors import NotNow
from bot.text import Text, flat

_OURS = ("app.css", "app.js", "icon.svg", "words.css", "words.js")
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file, all of it, and the path that changes when it does."""

    path: str
    media_type: str
    data: bytes


@functools.cache
def assets() -> dict[str, Asset]:
    """Our static files and htmx's one, by name; read once."""
    ours = files("adapters.web") / "static"
    found = {name: (ours / name).read_bytes() for name in _OURS}
    htmx = files("js_lib_htmx") / "static" / "htmx" / "htmx.min.js"
    found["htmx.js"] = htmx.read_bytes()
    return {
        name: Asset(
            f"/static/{hashlib.sha256(data).hexdigest()[:16]}/{name}",
            _TYPES[name.rpartition(".")[2]],
            data,
        )
        for name, data in found.items()
    }


@functools.cache
def templates() -> Environment:
    """The templates, everything escaped."""
    environment = Environment(
        loader=PackageLoader("adapters.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = lambda name: assets()[name].path
    environment.filters |= {
        "text_html": text_html,
        "card_html": card_html,
        "inline_html": inline_html,
        "iso": iso,
        "size_text": size_text,
        "mend_data": lambda mend: json.dumps(dict(mend.values), ensure_ascii=False),
    }
    return environment


async def static_file(request: Request) -> Response:
    """A static file under its present path; anything else is not there."""
    asset = assets().get(request.path_params["name"])
    if asset is None or asset.path != request.url.path:
        return problem_page(request, 404)
    return Response(
        asset.data,
        media_type=asset.media_type,
        headers={"cache-control": "public, max-age=31536000, immutable"},
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person reads instead of a stack trace."""

    title: str
    words: str
    command: str = ""


PROBLEMS = {
    "401": Problem(
        "Please sign in",
        "Staff: send /signin to the bot on Telegram or Slack; it answers with a link that works once, "
        "for ten minutes. On this computer, make a link in the terminal where Frontdesk runs:",
        "frontdesk link",
    ),
    "403": Problem(
        "That was not accepted",
        "The form did not come from this page, or the page is older than your sign-in. "
        "Load the page again and repeat what you did.",
    ),
    "not-yours": Problem(
        "This is not yours to open",
        "Your role on the staff list does not include it. An admin can change the staff list.",
    ),
    "not-local": Problem(
        "Only on this computer",
        "This page answers only on the computer where Frontdesk runs, at its own address "
        "(localhost or 127.0.0.1). To open desk and Words from elsewhere, put a proxy with TLS in front "
        "and set its address:",
        "FRONTDESK_PUBLIC_URL=https://desk.example.org",
    ),
    "not-https": Problem(
        "Only on this computer",
        "FRONTDESK_PUBLIC_URL is set, but not to an https address, so desk and Words stay on this "
        "computer. Put a proxy with TLS in front and set its address:",
        "FRONTDESK_PUBLIC_URL=https://desk.example.org",
    ),
    "not-public": Problem(
        "Another address",
        "This page answers at the address in FRONTDESK_PUBLIC_URL, and on the computer where Frontdesk "
        "runs. If this is the right address, the setting or the proxy's Host header is wrong.",
    ),
    "not-tls": Problem(
        "Only over https",
        "The proxy says that this request came without TLS. Open the same address with https://.",
    ),
    "link": Problem(
        "This link no longer works",
        "A sign-in link works once, and only for a short time. "
        "Make a new one in the terminal where Frontdesk runs:",
        "frontdesk link",
    ),
    "signin": Problem(
        "This link no longer works",
        "A sign-in link works once, in the browser that used it first, for ten minutes. Send /signin to "
        "the bot again. If you did not use this link yourself, somebody else did: sign in and end the "
        "sessions that are not yours.",
    ),
    "signin-cookie": Problem(
        "Open the link again",
        "The button belongs to the browser that opened the link, and this one did not, or it keeps no "
        "cookies. Open the link again and press the button there.",
    ),
    "oidc": Problem(
        "Signing in did not work",
        "The sign-in service did not confirm who you are, or it took too long. Try again; if it goes on, "
        "send /signin to the bot instead.",
    ),
    "oidc-stranger": Problem(
        "You are not on the staff list",
        "The sign-in service knows you, Frontdesk does not. An admin adds the account that it names to "
        "your entry on the staff list.",
    ),
    "words": Problem(
        "There is no content yet",
        "Nothing has been published. Publish the files first:",
        "frontdesk content publish",
    ),
    "404": Problem("There is nothing here", "The address may be old, or a letter in it wrong."),
    "405": Problem("That does not work here", "Go back and use the buttons on the page."),
    "413": Problem(
        "That is too large", "A file may have at most {megabytes} MB. Nothing was sent."
    ),
    "422": Problem(
        "That could not be read", "Something in the form is missing or broken. Nothing was sent."
    ),
    "429": Problem(
        "Too many tries",
        "Wait a minute, then open a fresh link: send /signin to the bot, or on this computer:",
        "frontdesk link",
    ),
    "500": Problem(
        "Something failed on our side",
        "It was noted, without your words. Load the page again; if it happens again, look at "
        "Frontdesk's log.",
    ),
    "503": Problem(
        "Not now",
        "The database does not answer at this moment. Nothing was lost and nothing was sent: "
        "try again in a few seconds.",
    ),
}


class SaidDirectly(NotNow):
    """The database is away, but this safety text has to be read now."""

    def __init__(self, text: Text) -> None:
        super().__init__("a safety text was shown directly")
        self.text = text


def direct_page(request: Request, text: Text) -> Response:
    """A safety text alone, with what became of the message."""
    problem = PROBLEMS["503"]
    headers = {"retry-after": "3"}
    if "hx-request" in request.headers:
        line = f"{flat(text)}\n\n{problem.words}"
        return PlainTextResponse(line, 503, headers=headers)
    page = templates().get_template("problem.html")
    html = page.render(title=problem.title, safety=text, words=problem.words, command="", ways=())
    return HTMLResponse(html, 503, headers=headers)


SIGNED_OUT = frozenset({"401", "signin", "signin-cookie", "oidc", "link"})
"""Problems of whoever is not signed in."""


def ways_in(request: Request) -> tuple[tuple[str, str], ...]:
    """The pages that sign somebody in, with what their buttons say."""
    oidc = getattr(request.app.state, "oidc", None) is not None
    organisation = (("/signin/oidc", "Sign in with your organisation"),) if oidc else ()
    return (*organisation, ("/signin", "How staff sign in"))


def problem_page(request: Request, status: int, *, key: str = "", megabytes: int = 20) -> Response:
    """A kind page for a failure; for htmx one line of plain text that the page shows as a notice."""
    problem = PROBLEMS.get(key or str(status), PROBLEMS["500"])
    words = problem.words.format(megabytes=megabytes)
    headers = {"retry-after": "3"} if status == 503 else {}
    if "hx-request" in request.headers:
        line = f"{problem.title}. {words} {problem.command}".strip()
        return PlainTextResponse(line, status, headers=headers)
    page = templates().get_template("problem.html")
    ways = ways_in(request) if (key or str(status)) in SIGNED_OUT else ()
    html = page.render(
        title=problem.title, safety=(), words=words, command=problem.command, ways=ways
    )
    return HTMLResponse(html, status, headers=headers)
