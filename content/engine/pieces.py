"""Text into pieces: the unigram tokeniser of the model, and the cleaning before it."""

from __future__ import annotations

import unicodedata

import numpy as np

from content.engine.weights import Vocabulary

MOST = 500
"""Characters that the model reads of a text; a question says what it is about well before."""

SPACE = "▁"
"""Stands for a space inside pieces, and before the first word."""

NEVER = -1e30
UNKNOWN_COST = 10.0
"""How much worse an unknown character is than the rarest piece (as SentencePiece has it)."""


def readable(text: str) -> str:
    """A text as the model gets it: one form per letter, no control characters, not too long."""
    if len(text) > 4 * MOST:
        text = f"{text[: 2 * MOST]} {text[-2 * MOST :]}"
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(
        " " if char in "\t\n\r" or unicodedata.category(char)[0] == "Z" else char
        for char in folded
        if char in "\t\n\r" or unicodedata.category(char)[0] != "C"
    )
    line = " ".join(kept.split())
    return line if len(line) <= MOST else f"{line[: MOST * 2 // 3]} {line[-(MOST // 3) + 1 :]}"


class Pieces:
    """Cuts a text into the pieces whose scores add up to the most. Read only: threads may share it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        # 250,000 pieces as a Python dict take 50 MB; their hashes, sorted, take 4. Two of 250,000
        # hashes of 64 bits are the same about once in a thousand million starts.
        hashes = np.zeros(len(vocabulary.scores), np.int64)
        self._longest = 1
        for number, piece in enumerate(vocabulary.pieces):
            if piece and number != vocabulary.unknown:
                hashes[number] = _hash(piece)
                self._longest = max(self._longest, len(piece))
        order = np.argsort(hashes)
        self._hashes, self._numbers = hashes[order], order.astype(np.int32)
        self._scores = np.array(vocabulary.scores, np.float32)
        self._begin, self._end = vocabulary.begin, vocabulary.end
        self._unknown = vocabulary.unknown
        self._cost = float(self._scores.min()) - UNKNOWN_COST
        self._foldings = vocabulary.foldings

    def numbers(self, text: str, longest: int) -> list[int]:
        """The piece numbers of a text between the marks for begin and end, at most ``longest`` in all: of
        a longer text its beginning and its end, where people say what they want."""
        found = self._best(self._folded(text))
        room = longest - 2
        if len(found) > room:
            head = room * 2 // 3
            found = [*found[:head], *found[head - room :]]
        return [self._begin, *found, self._end]

    def _folded(self, text: str) -> str:
        folded = "".join(self._foldings.get(ord(char), char) for char in text)
        return SPACE + SPACE.join(part for part in folded.split(" ") if part)

    def _best(self, text: str) -> list[int]:
        """The best way through the text, found from left to right (Viterbi)."""
        size = len(text)
        score = [NEVER] * (size + 1)
        score[0] = 0.0
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for at, steps in enumerate(self._steps(text)):
            here = score[at]
            for end, piece, gain in steps:
                if here + gain > score[end]:
                    score[end] = here + gain
                    came[end] = (at, piece)
            if here + self._cost > score[at + 1]:
                score[at + 1] = here + self._cost
                came[at + 1] = (at, self._unknown)
        out: list[int] = []
        while size > 0:
            size, piece = came[size]
            out.append(piece)
        return out[::-1]

    def _steps(self, text: str) -> list[list[tuple[int, int, float]]]:
        """For each place of a text the pieces that begin there: where each ends, its number, its score. No
        piece of the vocabulary goes on beyond a space."""
        size = len(text)
        stops = [at for at, char in enumerate(text) if char == SPACE and at] + [size]
        spans = [
            (at, end)
            for start, stop in zip([0, *stops], stops, strict=False)
            for at in range(start, stop)
            for end in range(at + 1, min(stop, at + self._longest) + 1)
        ]
        wanted = np.array([_hash(text[at:end]) for at, end in spans], np.int64)
        order = np.argsort(wanted)  # in order they are looked up in half the time
        wanted = wanted[order]
        places = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        out: list[list[tuple[int, int, float]]] = [[] for _ in range(size)]
        for one in np.flatnonzero(self._hashes[places] == wanted).tolist():
            at, end = spans[order[one]]
            piece = int(self._numbers[places[one]])
            out[at].append((end, piece, float(self._scores[piece])))
        return out


def _hash(piece: str) -> int:
    """Of the bytes: Python's hash of a text looks at its memory, where "cs" and "獣" are the same."""
    return hash(piece.encode("utf-8", "surrogatepass"))
