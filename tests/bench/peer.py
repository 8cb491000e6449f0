"""The whole program as a peer of the other bots: for a bench that plays a Telegram server.

It is started as ``python -m tests.bench.peer`` with API (address of the Bot API stub), PORT (where to
listen for its webhook) and a fresh working folder. Everything is what ``frontdesk run`` starts; only the
pace at which Telegram allows a bot to send (30 messages a second) is not kept, for it would be all that
is measured. A stub must carry out the method in a webhook's response, as Telegram does: that is how taps
are answered.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from adapters import worker
from adapters.pace import Pace


class NoPace(Pace):
    """Sends at once."""

    def take(self, destination: str, *, urgent: bool = False) -> float:
        return 0.0


def main() -> None:
    """Serve until SIGTERM."""
    here = Path.cwd()
    os.environ |= {
        "DATABASE_URL": os.environ.get("BENCH_DATABASE", f"sqlite:///{here}/frontdesk.db"),
        "FRONTDESK_KEY_FILE": str(here / "bench.key"),
        "FRONTDESK_HOST": "127.0.0.1",
        "FRONTDESK_PORT": os.environ["PORT"],
        "FRONTDESK_ANSWERS": os.environ.get("BENCH_ANSWERS", "plain"),
        "TELEGRAM_BOT_TOKEN": "4242:bench",
        "TELEGRAM_API_URL": os.environ["API"],
        "TELEGRAM_WEBHOOK_URL": "https://bench.example.org/hook",
        "TELEGRAM_WEBHOOK_SECRET": "bench-bench-bench-bench",
    }
    worker.Pace = NoPace  # type: ignore[misc]
    from adapters.cli import main as run

    sys.argv = ["frontdesk", "run"]
    run()


if __name__ == "__main__":
    main()
