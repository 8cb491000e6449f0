"""The answer engine as editors meet it on the Words pages: explained, compared, and able to object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.answering import Engine
from adapters.web.words.asking import Bench, Difference, Told
from bot.release import Release

if TYPE_CHECKING:
    from content.engine.engine import ModelEngine


class EditorsBench:
    """See ``adapters.web.words.asking.Bench``. Without the model nothing is compared and nothing objected to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def told(self, question: str, release: Release) -> Told:
        """Why a question gets what it gets."""
        from content.engine import explaining

        model = self._model()
        explained = model.explain(question, release) if model else None
        found = explained.understood if explained else self._engine.understand(question, release)
        state = self._engine.health.state
        return explaining.told(question, release, found, explained, state)

    def objections(self, old: Release, new: Release) -> tuple[str, ...]:
        """Why phrases of ``new`` cannot be published, a sentence each."""
        from content.engine.comparing import said

        model = self._model()
        return tuple(
            f'"{one.text}" stands under {said(one.label)}, but says nearly the same as '
            f'"{one.other}" ({one.cosine:.2f}), which stands for {said(one.other_label)}. '
            "Do this: put it there, or word it more clearly."
            for one in (model.clashes(old, new) if model else ())
        )

    def differences(self, old: Release, new: Release) -> tuple[Difference, ...] | None:
        """Phrases that would be answered differently; None without the model."""
        from content.engine.comparing import said

        model = self._model()
        found = model.changes(old, new) if model else None
        if found is None:
            return None
        return tuple(
            Difference(one.text, said(one.wanted), said(one.before), said(one.after))
            for one in found
        )

    def _model(self) -> ModelEngine | None:
        from content.engine.engine import ModelEngine

        return self._engine if isinstance(self._engine, ModelEngine) else None


def bench_of(engine: Engine) -> Bench:
    """The bench of an engine."""
    return EditorsBench(engine)
