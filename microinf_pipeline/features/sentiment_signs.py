"""Signs of feeling beside words: emoji, emoticons, marks, shouting, drawn-out letters.

Put here: counting them. Keep out: what they weigh (`rules/sentiment.npz`) and which languages count them (`sentiment`); links
and handles, as how many there are tells of a network more than of a feeling.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

GLAD: Final = "😀😃😄😁😆😂🤣😊😍🥰😘🤗🤩😎🥳👍👏🙌💪❤💕💖💗💙💚💛🧡💜🖤♥☺✨🎉🔥😋😻"
CROSS: Final = "😠😡🤬😢😭😞😟😔😣😖😩😫🙁☹👎💔🤮🤢😒🙄😤😱😰😥"

_GLAD_FACES: Final = r"[:;=8]-?[\)\]dDpP\*]|<3|\^\^|[:;]-?o\)|xD|XD"
_CROSS_FACES: Final = r"[:;=]'?-?[\(\[\\|]|-\.-|-_-|>\.<"
#: Exclamation and question marks, dots, shouted words, letters drawn out, numbers.
_COUNTED: Final = ("!", r"\?", r"\.\.|…", r"\b\p{Lu}{3,}\b", r"(?i)aaa|eee|iii|ooo|uuu|hhh|mmm|sss|ööö|üüü|äää", r"\d+")
_COUNTED_AT_MOST: Final = 3
_USUAL_LENGTH: Final = 140  # characters

Array = npt.NDArray[np.float32]


def signs(texts: pl.Series) -> Array:
    """n × 9 of texts as written: balance of glad and cross faces (-1 … 1) and how many there are (0 … 1), each of _COUNTED
    (0 … 1: three and more), length (1: 140 characters). NULL as an empty text."""
    said = texts.fill_null("")
    glad = _count(said, f"[{GLAD}]") + _count(said, _GLAD_FACES)
    cross = _count(said, f"[{CROSS}]") + _count(said, _CROSS_FACES)
    faces = glad + cross
    counted = [np.minimum(_count(said, pattern), _COUNTED_AT_MOST) / _COUNTED_AT_MOST for pattern in _COUNTED]
    length = said.str.len_chars().to_numpy() / _USUAL_LENGTH
    return np.stack([(glad - cross) / (faces + 1), faces / (faces + 1), *counted, length], axis=1).astype(np.float32)


def _count(texts: pl.Series, pattern: str) -> Array:
    return texts.str.count_matches(pattern).to_numpy().astype(np.float32)
