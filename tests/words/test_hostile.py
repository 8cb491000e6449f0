"""Whatever is typed into the forms: no error of ours, and nothing goes live that does not lint."""

from __future__ import annotations

import os
import random
from pathlib import Path

import content
from content.editing import check, targets
from content.editing.target import Target
from tests.web.house import open_house
from tests.words.house import Tab, client, fresh, sign_in, staffed
from tests.words.test_pages import form_of

ROUNDS = int(os.environ.get("FRONTDESK_HOSTILE_ROUNDS", "120"))
"""1,000 in the long run (``make hostile``), beside 10,000 that do not go through a page (``tests/limits``)."""

PIECES = [
    "", " ", "\n", "\r\n", "\x00", "\x1b[31m", "\ud800", "\u202e", "\u2028", "\ufeff", "🙂", "ي",
    "---", "\n\n---\n\n",
    "<script>alert(1)</script>", "{alert_status}", "{nothing}", "{{ 7*7 }}", "{% raw %}", "](javascript:x)",
    "[a](page)", "![x](y)", "`code`", "# head", "> quote", "- a\n- b", "1. a", "**", "*", "_", ": ", "- {a: b}",
    "&a *a", "!!python/object:os.system", "'", '"', "\\", "%(x)s", "a" * 700, "word " * 400, "-", "#", "|",
    "2026-13-45", "99:99-00:00", "09:00-18:00", "act:write", "home", "../../etc/passwd", "act:nothing",
    'msgid "x"', "\n~\n", "*", "~", "guaranteed cure!", "KR", "yes", "0", "-1", "9" * 400, "en", "\t",
]  # fmt: skip


def typed(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 4)))


async def test_no_form_input_breaks_anything(tmp_path: Path) -> None:
    rng = random.Random(int(os.environ.get("FRONTDESK_SEED", "20261123")))
    loaded = staffed()
    everything = [one for one in targets.targets(loaded.source) if one.kind != "topic"]
    published = stopped = 0
    async with open_house(tmp_path, loaded=loaded) as house, client(house) as http:
        tab = await sign_in(house, Tab(house, http), "edi")
        for number in range(ROUNDS):
            before = await house.store.live_release()
            assert before is not None
            target = rng.choice(everything) if rng.random() < 0.5 else Target("page", "not-mean")
            path, data = await attempt(rng, tab, target)
            body = {
                k: v.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
                for k, v in data.items()
            }
            answer = await http.post(path, data=body)
            while answer.status_code == 503:  # a busy machine says "not now"; nothing was changed
                answer = await http.post(path, data=body)
            assert answer.status_code < 500, (number, path, data)
            after = await house.store.live_release()
            assert after is not None
            if after.id == before.id:
                stopped += 1
                continue
            published += 1
            source = await house.store.release_source(after.id)
            assert content.digest(source) == after.id
            assert check.lint(source) == (), (number, path, data)
            assert after.organisation.staff == before.organisation.staff
    assert stopped > published  # most of it is nonsense
    assert stopped + published == ROUNDS
    print(
        f"\n{ROUNDS:,} hostile forms sent: {published:,} published, all lint; {stopped:,} stopped"
    )


async def attempt(rng: random.Random, tab: Tab, target: Target) -> tuple[str, dict[str, str]]:
    """One form, filled with nonsense, partly or wholly."""
    csrf = {"csrf": tab.csrf, "nonce": fresh()}
    match rng.randrange(8):
        case 0:
            kind = rng.choice(["faq", "section", "term"])
            form = form_of(await tab.load(f"/words/new/{kind}"))
            path = f"/words/new/{kind}"
        case 1:
            return "/words/hours", csrf | {
                name: typed(rng) for name in ("first", "last", "why", "open", "do")
            }
        case 2:
            return "/words/danger", csrf | {
                "kind": rng.choice(["emergency", "violence", "self-harm", typed(rng)]),
                "language": rng.choice(["en", typed(rng)]),
                "word": typed(rng), "why": typed(rng), "do": rng.choice(["add", "remove"]),
            }  # fmt: skip
        case 3:
            name = rng.choice(["not-mean", "faq-guarantee", "home", "about"])
            return f"/words/remove/{name}", csrf | {
                "do": rng.choice(["rename", "remove", typed(rng)]), "new": typed(rng),
                "to": rng.choice(["", "home", typed(rng)]), "why": typed(rng),
            }  # fmt: skip
        case 4:
            do = rng.choice(["up:", "down:", "away:", "add:", typed(rng)]) + rng.choice(
                ["about", typed(rng)]
            )
            return "/words/menu/home", csrf | {"do": do, "entry": typed(rng)}
        case _:
            if target.kind == "menu":
                target = Target("page", "not-mean")
            path = f"/words/edit/{target}"
            form = form_of(await tab.load(path))
    fields = [name for name in form if name.startswith("f.")]
    for name in rng.sample(fields, rng.randint(1, min(4, len(fields)))):
        form[name] = rng.choice([typed(rng), form[name] + typed(rng), typed(rng) + form[name]])
    form["why"] = typed(rng)
    form["do"] = rng.choice(["publish", "publish", "publish", "look", typed(rng), "mend:0.0"])
    if rng.random() < 0.1:
        form["base"] = typed(rng)
    return path, form
