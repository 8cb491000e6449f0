"""One-click mends: what an editor would do about a finding, ready to take over.

Each is a proposal; the editor sees the new text before anything is kept. They are found by the linter's own
words, so a message that changes there only loses its mend (and a test says so).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.words import clean
from content import style, yamltree
from content.check_links import ONE_PAGE
from content.editing import screens, typed
from content.editing.fields import Field, Fields
from content.editing.places import Source
from content.findings import Findings, quoted
from content.pages import LONGEST_LABEL


@dataclass(frozen=True, slots=True)
class Mend:
    """A proposal. values: what to put into the fields; label: what the button says."""

    label: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a mend is made from: the message, the field it is about, the form now and before, the source."""

    message: str
    field: Field
    form: Fields
    before: Mapping[str, str]
    source: Source


Maker = Callable[[re.Match[str], Trouble], Iterator[Mend]]


def mends(trouble: Trouble) -> tuple[Mend, ...]:
    """The proposals for a finding; each changes something."""
    found: list[Mend] = []
    for pattern, make in _MAKERS:
        if match := pattern.search(trouble.message):
            found += make(match, trouble)
    now = trouble.form.values
    useful = [one for one in found if any(now.get(k) != v for k, v in one.values.items())]
    first: dict[str, Mend] = {}
    for one in useful:
        first.setdefault(str(sorted(one.values.items())), one)
    return tuple(first.values())


def _set(trouble: Trouble, label: str, value: str) -> Mend:
    return Mend(label, {trouble.field.name: value})


def _split(_: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    title, body = trouble.form.field("title"), trouble.form.field("body")
    if title is None or body is None or trouble.form.target.name in ONE_PAGE:
        return
    made = screens.cut(title.value, body.value, screens.facts(trouble.source))
    if made is None:
        return
    first = screens.screens(made)[0]
    number = len(screens.screens(made)) - len(screens.screens(body.value)) + 1
    where = quoted(" ".join(first.split())[-40:])
    label = f"Split it into {number} screens, the first one up to {where}"
    yield Mend(label, {"body": made})


def shortened(text: str, most: int) -> str:
    """A text cut to fit, between words."""
    if len(text) <= most:
        return text
    kept = text[: most + 1].rsplit(" ", 1)[0] if " " in text[: most + 1] else text[:most]
    words = kept.split()
    while len(words) > 1 and words[-1].casefold().strip(",:;–—-") in _LOOSE_ENDS:
        words.pop()
    return " ".join(words).rstrip(" ,:;–—-")


_LOOSE_ENDS = frozenset((
    "", "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "that",
    "the", "to", "with",
))  # fmt: skip
"""English words that a shortened label should not end in; harmless in other languages."""


def _shorten(match: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    most = int(match["most"]) if "most" in match.re.groupindex else LONGEST_LABEL
    text = shortened(trouble.field.value, most)
    if text:
        yield _set(trouble, f"Shorten it to {quoted(text)}", text)


def _forbidden(match: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    saying = match["saying"]
    found = _saying(saying).search(trouble.field.value)
    if found is None:
        return
    said = found[0]
    instead = _instead(saying, trouble.source)
    for proposal in re.findall(r'"([^"]+)"', instead):
        if said[:1].isupper():
            proposal = proposal[:1].upper() + proposal[1:]
        value = proposal.join(_saying(saying).split(trouble.field.value))
        yield _set(trouble, f"Write {quoted(proposal)} instead of {quoted(said)}", value)
    without = _saying(saying, spaces=True).sub(" ", trouble.field.value).strip()
    yield _set(trouble, f"Take {quoted(said)} away", _capital(without, trouble.field.value))


def _capital(text: str, before: str) -> str:
    return text[:1].upper() + text[1:] if before[:1].isupper() else text


def _saying(saying: str, *, spaces: bool = False) -> re.Pattern[str]:
    """Finds cleaned words in a text as it was typed: any case, any signs between."""
    pieces = (r"['’]?".join(map(re.escape, word)) for word in saying.split())
    inner = r"[^\w\n]+".join(pieces)
    around = r"[ \t]*,?[ \t]*" if spaces else ""
    return re.compile(rf"{around}(?<!\w){inner}(?!\w){around}", re.IGNORECASE)


def _instead(saying: str, source: Source) -> str:
    findings = Findings()
    tree = yamltree.parse(source.get("style.yaml", ""), "style.yaml", findings)
    rules = style.read(tree, "style.yaml", findings).forbidden
    return next((one.instead for one in rules if " ".join(one.words) == saying), "")


def _drop_line(match: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    """Take a line of a list away: the last one where it stands twice."""
    name = match["name"]
    where = (
        trouble.form.field("aliases")
        if trouble.field.name in ("title", "button")
        else trouble.field
    )
    if where is None or where.input != "list":
        return
    kept = where.value.split("\n")
    at = [n for n, one in enumerate(kept) if one == name or clean(one) == clean(name)]
    if at:
        said = kept.pop(at[-1])
        yield Mend(f"Take {quoted(said)} away here", {where.name: "\n".join(kept)})


def _hinted(match: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    """Did you mean …? Put it in place of what was typed."""
    wrong, right = match["wrong"], match["right"]
    pattern = re.compile(rf"(?<![\w-]){re.escape(wrong)}(?![\w-])")
    value = pattern.sub(lambda _: right, trouble.field.value)
    yield _set(trouble, f"Write {quoted(right)} instead of {quoted(wrong)}", value)


def _lost_link(match: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    """A link to nowhere: keep its words, or take it off the list."""
    target = re.escape(match["wrong"].rstrip("…"))
    if trouble.field.input == "list":
        yield from _drop_line(re.match(r"(?P<name>.*)", match["wrong"]) or match, trouble)
        return
    value = re.sub(rf"\[([^\]]*)\]\({target}[^)]*\)", r"\1", trouble.field.value)
    yield _set(trouble, "Keep the words, take the link away", value)


def _calm(_: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    calm = re.sub(r"[!！]+", ".", trouble.field.value).replace("¡", "").replace("..", ".")
    calm = "".join(char for char in calm if unicodedata.category(char) != "So")
    yield _set(trouble, "Take exclamation marks and emoji away", calm.replace("\ufe0f", "").strip())


def _status(_: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    body = re.sub(r"[ \t]*\{alert_status\}[ \t]*", "", trouble.field.value).rstrip("\n")
    value = re.sub(r"\n{3,}", "\n\n", body) + "\n\n{alert_status}"
    yield _set(trouble, "Put {alert_status} at the end, once", value)


def _position(match: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    body = trouble.form.field("body")
    said = re.findall(r'"([^"]+)"', match["ways"])
    if body is not None and said:
        lead = said[0][:1].upper() + said[0][1:]
        yield Mend(f'Begin with "{lead}:"', {"body": f"{lead}: {body.value}"})
    yield Mend("It states no view: take the tick away", {"position": ""})


def _markdown(_: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    """Markdown that is not taken, as what it probably meant."""
    value = trouble.field.value
    value = re.sub(r"(?m)^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*$", r"**\1**", value)
    value = re.sub(
        r"(?m)^(?P<words>[^\n>-][^\n]*)\n {0,3}(?:-+|=+)[ \t]*$", r"**\g<words>**", value
    )
    value = re.sub(r"(?m)^[ \t]*(?:```|~~~)[^\n]*\n?", "", value)
    value = re.sub(r"(?m)^(?: {4,}|\t+)", "", value)
    value = re.sub(r"`+([^`\n]+)`+", r"\1", value)
    value = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", value)
    value = re.sub(r"</?[A-Za-z][^>\n]*>|<!--.*?(?:-->|$)", "", value, flags=re.DOTALL)
    yield _set(trouble, "Write it in the Markdown that is taken", typed.block(value))


def _empty_page(_: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    kept = [one for one in screens.screens(f"\n\n{trouble.field.value}\n") if one.strip()]
    if kept:
        yield _set(trouble, "Take the empty screen away", "\n\n---\n\n".join(kept))


def _span(match: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    """ "9-18" → "09:00-18:00"."""
    found = re.fullmatch(
        r"\D*(\d{1,2})(?:[:.h](\d\d))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.h](\d\d))?\D*",
        match["wrong"],
    )
    if found is None or int(found[1]) > 24 or int(found[3]) > 24:
        return
    start, end = f"{int(found[1]):02}:{found[2] or '00'}", f"{int(found[3]):02}:{found[4] or '00'}"
    value = trouble.field.value.replace(match["wrong"], f"{start}-{end}")
    yield _set(trouble, f"Write {start}-{end}", value)


def _swap(_: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    def turned(found: re.Match[str]) -> str:
        return f"{min(found[1], found[3])}{found[2]}{max(found[1], found[3])}"

    days = r"(\d{4}-\d\d-\d\d)( ?(?:-|–|—|to|until|,) ?)(\d{4}-\d\d-\d\d)"
    yield _set(trouble, "Put the earlier day first", re.sub(days, turned, trouble.field.value))


def _as_before(_: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    before = trouble.before.get(trouble.field.name)
    if before:
        yield _set(trouble, "Put back what stood here", before)


def _fill_from_title(_: re.Match[str], trouble: Trouble) -> Iterator[Mend]:
    title = trouble.form.field("title")
    if title is not None and title.value:
        yield Mend("Take the title", {"button": shortened(title.value, LONGEST_LABEL)})


_MAKERS: tuple[tuple[re.Pattern[str], Maker], ...] = tuple(
    (re.compile(pattern), maker)
    for pattern, maker in (
        (r"characters with its title, at most", _split),
        (r"button label has \d+ characters, at most (?P<most>\d+)", _shorten),
        (r"has \d+ characters, at most (?P<most>\d+) fit", _shorten),
        (r"is longer than (?P<most>\d+) characters\. Do this: shorten", _shorten),
        (r'says "(?P<saying>[^"]+)", which style.yaml forbids', _forbidden),
        (r'^"(?P<name>[^"]+)" already leads to', _drop_line),
        (r'^"(?P<name>.+)" is answered as .* first', _drop_line),
        (r'alias "(?P<name>.+)" (?:stands here twice|holds no word)', _drop_line),
        (r'^"(?P<name>.+)" (?:stands twice in|already stands under)', _drop_line),
        (r'^"(?P<name>.+)" is no pattern', _drop_line),
        (r'Nothing fills \{(?P<wrong>\w+)\}.* Did you mean "(?P<right>[^"]+)"', _hinted),
        (r'There is no page "(?P<wrong>[^"]+)".* Did you mean "(?P<right>[^"]+)"', _hinted),
        (r'"(?P<wrong>[^"]+)" has moved to "(?P<right>[^"]+)"', _hinted),
        (r'^"(?P<wrong>[^"]+)" is no time zone.* Did you mean "(?P<right>[^"]+)"', _hinted),
        (r'There is no page "(?P<wrong>[^"]+)"', _lost_link),
        (r'^"(?P<wrong>[^"]+)" is no page id', _lost_link),
        (r"No exclamation marks or emoji", _calm),
        (r"\{alert_status\} must stand once", _status),
        (r"does not say whose view it is\. Do this: write (?P<ways>.*)", _position),
        (r"Headings are not|read as code|reads as code|Code blocks|HTML is not|`code`|Images are not", _markdown),
        (r"This page has no text", _empty_page),
        (r'^"(?P<wrong>[^"]+)" must look like "09:00', _span),
        (r"closure ends before it begins", _swap),
        (r'"button" is (?:missing|empty)', _fill_from_title),
        (r"must name |must hold |no safety text names|is empty|has no (?:words|buttons|English)", _as_before),
        (r"needs at least one language|No hours|taps from home|not reachable from home", _as_before),
    )
)  # fmt: skip
