"""The command ``frontdesk``. Every command is a module in ``adapters.commands``, named by its noun."""

from __future__ import annotations

import sys

import typer

from adapters import logs
from adapters.commands import (
    ask,
    chat,
    content,
    db,
    doctor,
    enquiries,
    link,
    parked,
    run,
    undelivered,
    version,
)
from adapters.commands.frame import sentence_of

app = typer.Typer(
    name="frontdesk",
    help="A patient-enquiry desk in chat: an approved guide, and a person when it matters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
run.add_to(app)
chat.add_to(app)
ask.add_to(app)
link.add_to(app)
doctor.add_to(app)
version.add_to(app)
app.add_typer(content.app, name="content")
app.add_typer(enquiries.app, name="enquiries")
app.add_typer(parked.app, name="parked")
app.add_typer(undelivered.app, name="undelivered")
app.add_typer(db.app, name="db")


def main() -> None:
    """Run a command. What goes wrong is one clear sentence and exit code 1; wrong usage is 2."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; nothing is left to say
        raise SystemExit(0) from None
    except Exception as problem:
        known = sentence_of(problem)
        print(
            known
            or f"Something went wrong inside Frontdesk ({logs.place(problem)}). "
            "This is a fault of the program; please report this line.",
            file=sys.stderr,
        )
        raise SystemExit(1 if known else 70) from None


if __name__ == "__main__":
    main()
