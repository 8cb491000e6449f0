"""How little a command loads: an operator waits for every import, and so does every test that runs one."""

import subprocess
import sys
from pathlib import Path

HEAVY = {
    "adapters.web.app",
    "aiohttp",
    "authlib",
    "uvicorn",
    "content.loader",
    "markdown_it",
    "numpy",
}
"""The pages with their libraries, the content's loader, the answer engine."""


def test_a_command_that_reads_rows_starts_without_pages_loader_and_engine(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from adapters.cli import main\n"
        "sys.argv = ['frontdesk', 'link']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "assert 'storage.store' in sys.modules\n"
        f"print('loaded', *({HEAVY!r} & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "loaded", done.stdout
