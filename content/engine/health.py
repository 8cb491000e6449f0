"""How the answering goes: which engine answers, and how often the other one had to. For doctor and metrics."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

PLAIN = "plain"
MODEL = "model"
LEARNING = "learning"


@dataclass(slots=True)
class Health:
    """Counters since the start; none of them knows a text. Threads may share it.

    state: "model" (it answers), "learning" (the phrases are learnt just now; earlier ones answer meanwhile,
    if there are any), "plain" (the model is switched off), or "no model: " and why.
    """

    state: str = "not started"
    learning_seconds: float = 0.0
    """What the last learning took."""
    lessons: int = 0
    """Phrases that the model knows."""
    _counts: dict[str, int] = field(
        default_factory=lambda: {"model": 0, "plain": 0, "none": 0, "late": 0, "failed": 0}
    )
    _lock: Lock = field(default_factory=Lock)

    def count(self, name: str) -> None:
        """One more of: answered by the "model", by the "plain" engine, by "none" (short lists only); the
        deadline missed ("late"); an engine that raised ("failed")."""
        with self._lock:
            self._counts[name] = self._counts.get(name, 0) + 1

    def counts(self) -> dict[str, int]:
        """All counters by name."""
        with self._lock:
            return dict(self._counts)
