"""One thing after the other through both renderers: texts, names, cards, relays, forms, fragments."""

from __future__ import annotations

from collections.abc import Callable

from adapters.slack import blocks, modal, outbound
from adapters.slack.home import home_view
from adapters.telegram import limits
from adapters.telegram.outbound import Mention, human, keyboard, render
from adapters.telegram.topics import name_of
from bot.effects import OpenForm, RelayToDesk, RelayToPatient, ShowPreview
from bot.screens import Card, Screen
from bot.text import Paragraph, Quote, Span, Text, flat, plain, typed
from content import markdown
from content.findings import Findings
from tests.fakes import slack_blocks
from tests.limits.platforms import Referees, Rejected
from tests.limits.texts import Maker

REFERENCE = "FD-7F3Q"


class Rendering:
    """Makes things and shows them to the referees. ``counts``: how many of each kind."""

    def __init__(self, seed: str) -> None:
        self.maker = Maker(seed)
        self.referees = Referees()
        self.counts = {"texts": 0, "names": 0, "fragments": 0, "cards": 0, "relays": 0, "forms": 0}
        self._kinds: tuple[tuple[str, Callable[[], None]], ...] = (
            ("texts", self._text),
            ("names", self._name),
            ("fragments", self._fragment),
            ("cards", self._card),
            ("relays", self._relay),
            ("forms", self._form),
        )

    def one(self) -> None:
        """Make one thing and judge it."""
        kind, work = self.maker.chance.choices(self._kinds, (30, 30, 20, 5, 10, 5))[0]
        work()
        self.counts[kind] += 1

    def _text(self) -> None:
        text, rows = self.maker.text(), self.maker.rows()
        size = limits.CAPTION_UNITS if self.maker.chance.random() < 0.1 else limits.TEXT_UNITS
        self.referees.telegram(render(text, size=size), size)
        made = keyboard(rows)
        self.referees.rules.keyboard(made)
        self.referees.world.violations.clear()  # labels are made unique by the core, not here
        self.referees.slack(outbound.screen(Screen(text, rows)))

    def _name(self) -> None:
        """A name in a sentence, in a mention, as a topic's name, on top of a card."""
        name = self.maker.name()
        line: Text = (Paragraph((Span("Answer "), typed(name), Span(" (the guide)"))),)
        self.referees.telegram(render(line, mention=(Mention(5, name),)))
        self.referees.slack(outbound.messages(line, summary=name))
        topic = name_of(self._shown_card(name, line))
        if not topic.strip() or len(topic.encode("utf-16-le")) // 2 > limits.TOPIC_NAME:
            raise Rejected("the name of a topic")

    def _fragment(self) -> None:
        """A piece of content, as far as it can be read: an editor may link, nobody may break a limit."""
        text = self.maker.fragment()
        chunks = markdown.pages(text, "en/guide/x.md", Findings())
        trees = [one.text for one in chunks]
        trees.append(markdown.phrase(text, "en/phrases.po", Findings(), 1))
        for tree in trees:
            self.referees.telegram(render(tree), own=True)
            self.referees.slack(outbound.messages(tree))

    def _shown_card(self, title: str, text: Text) -> Card:
        rows = self.maker.rows()
        return Card(REFERENCE, title, "is with our team", text, plain("less"), rows, False, "new")

    def _card(self) -> None:
        card = self._shown_card(self.maker.name(), self.maker.text())
        for full in (True, False):
            self.referees.telegram(render(card.full if full else card.minimal))
            sent = outbound.card(card, full=full)
            self.referees.slack(sent)
            if any(one.text != "is with our team" for one in sent):
                raise Rejected("a card's notification says more than its summary")

    def _relay(self) -> None:
        words, was = (
            self.maker.typed(),
            self.maker.typed() if self.maker.chance.random() < 0.3 else None,
        )
        label: Text = (Paragraph((Span("Answer from "), typed(self.maker.name()))),)
        self.referees.telegram(render((*label, *human(words))))
        mention = ("slack:U0MIN", "telegram:5", "slack:S0X", "slack:<!here>")
        relay = RelayToDesk(REFERENCE, label, words, was, mention=mention)
        self.referees.slack(outbound.relay_to_desk(relay), mentions=2)
        sent = outbound.relay_to_patient(
            RelayToPatient(1, REFERENCE, "d1", label, words, footer=plain("reply expected by"))
        )
        self.referees.slack(sent)
        whole = "".join(
            "".join(slack_blocks.words([block])) for one in sent for block in one.blocks
        )
        if blocks.sayable(words) not in whole:
            raise Rejected("words of a relay are missing")

    def _form(self) -> None:
        form = OpenForm(REFERENCE, "d1", self.maker.name(), self.maker.name(), self.maker.typed())
        view = modal.write_view(form, problem=self.maker.name())
        self.referees.view(view, "modal")
        about = modal.about(view["private_metadata"])
        if about is None or (about.reference, about.draft) != (REFERENCE, "d1"):
            raise Rejected("a form that does not know what it is about")
        words = self.maker.typed() or "x"
        label: Text = (Quote((typed(self.maker.name()),)),)
        preview = modal.preview_view(ShowPreview(REFERENCE, "d1", label, words), about)
        self.referees.view(preview, "modal")
        if slack_blocks.live(preview) or modal.exact_text(preview) != blocks.sayable(words):
            raise Rejected("a preview that does not show what is sent")
        home = home_view(Screen(self.maker.text(), self.maker.rows()), "T0", "A0")
        if home["blocks"]:
            self.referees.view(home, "home")
        if not flat(label).strip() and not words:
            raise Rejected("unreachable")
