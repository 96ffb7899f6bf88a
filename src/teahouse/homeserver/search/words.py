"""What a text is found by: folded words; of scripts without spaces, characters and pairs. Pure.

Neither SQLite's tokenizers nor PostgreSQL's find a Chinese word of two characters inside a
sentence, and no two databases split texts alike. So the terms are made here, for both.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

MAX_TERMS = 1_000
"""Of one text; what comes after is not found."""

MAX_TERM_CHARS = 64

DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30fa\u30fc-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Scripts in which a word does not stand between spaces, or carries its grammar with it."""

_RUN = re.compile(rf"[{DENSE}]+|[^\W_{DENSE}]+")
_IS_DENSE = re.compile(f"[{DENSE}]")
_ACCENTS = re.compile("[\u0300-\u036f]+")
"""Only these: the marks of other scripts tell words apart."""


def fold(text: str) -> str:
    """Without case, accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFKC", bare)


def terms_of(text: str) -> list[str]:
    """Everything that the text is found by, each once."""
    found: dict[str, None] = {}
    for run in _RUN.findall(fold(text)):
        if _IS_DENSE.match(run):
            found.update(dict.fromkeys(run))
            found.update(dict.fromkeys(_pairs(run)))
        else:
            found[run[:MAX_TERM_CHARS]] = None
        if len(found) >= MAX_TERMS:
            break
    return list(found)[:MAX_TERMS]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody searches for. A text matches that has all of the words."""

    words: tuple[str, ...]
    phrase: str

    @classmethod
    def of(cls, search_term: str) -> Wanted:
        folded = fold(search_term)
        return cls(tuple(dict.fromkeys(_RUN.findall(folded))), folded.strip())

    @property
    def terms(self) -> list[str]:
        found: dict[str, None] = {}
        for word in self.words:
            if not _IS_DENSE.match(word):
                found[word[:MAX_TERM_CHARS]] = None
            else:
                found.update(dict.fromkeys(_pairs(word) or [word]))
        return list(found)

    def rank(self, text: str) -> float | None:
        """None when it does not match. The more of the text is what was asked for, the higher."""
        folded = fold(text)
        runs = Counter(_RUN.findall(folded))
        hits = 0
        for word in self.words:
            count = folded.count(word) if _IS_DENSE.match(word) else runs[word]
            if count == 0:
                return None
            hits += count
        if hits == 0:
            return None
        in_order = len(self.words) > 1 and self.phrase in folded
        return hits / (len(runs) + hits + 8) + in_order

    def words_in(self, text: str) -> set[str]:
        """Words as the text has them, for a client to highlight."""
        spelled = {run for run in _RUN.findall(text) if fold(run) in self.words}
        folded = fold(text)
        return spelled | {w for w in self.words if _IS_DENSE.match(w) and w in folded}


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]
