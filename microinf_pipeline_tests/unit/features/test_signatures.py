"""What a text is found again by depends on the text alone."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.features.folding import fold
from microinf_pipeline.features.signatures import SIGNATURE, normal_form, signatures

_SENTENCE = "The small brown kettle sings again every winter morning"
TEXTS = st.lists(
    st.one_of(st.none(), st.text(max_size=60), st.just(_SENTENCE), st.just("東京の塔はとても高い建物ですねそしてきれい")),
    max_size=12,
)


def signed(*texts: str | None) -> pl.DataFrame:
    return signatures(fold(pl.Series(list(texts), dtype=pl.String)))


def one(text: str | None) -> dict[str, object]:
    return signed(text).row(0, named=True)


def keys_shared(one_text: str, other: str) -> bool:
    first, second = signed(one_text, other)["copy_words"].to_list()
    return len(set(first) & set(second) - {0}) > 1


@given(TEXTS)
@settings(deadline=None)
def test_a_signature_is_the_same_alone_in_a_batch_and_in_any_order(texts: list[str | None]) -> None:
    together = signed(*texts)
    assert together.rows() == [signed(text).row(0) for text in texts]
    assert signed(*reversed(texts)).rows() == together.reverse().rows()


def test_many_rows_are_signed_as_few_are() -> None:
    texts = [f"{_SENTENCE} number {n % 7}" for n in range(50_010)]
    many = signed(*texts)
    assert many.height == len(texts)
    assert many.tail(7).rows() == signed(*texts[-7:]).rows()


def test_the_normal_form_is_letters_and_digits_in_order() -> None:
    texts = pl.Series(["Look: https://www.shop.example/a1 @Anna_B #NewMug 🎉!!", "🎉🎉", None, ""])
    assert normal_form(fold(texts)).to_list() == ["look shop example a1 anna b newmug", "", None, ""]


def test_signs_case_and_emoji_make_no_other_text() -> None:
    assert one(_SENTENCE) == one(f"🎉 {_SENTENCE.upper()}!!! 🎉")


def test_texts_that_say_too_little_have_no_signature() -> None:
    short = [
        None,
        "",
        "😀",
        "🎉🎉🎉 ‼️",
        "hi",
        "love this song",
        "Wonderful magnificent song",
        "x" * 1_000_000,
        "❤️ @a #b",
        "olé olé olé olé olé olé",
    ]
    assert signed(*short).rows() == [(None,) * len(SIGNATURE)] * len(short)


def test_scripts_without_blanks_are_judged_by_their_letters() -> None:
    assert keys_shared("東京の塔はとても高い建物ですねそしてきれい", "昨日も東京の塔はとても高い建物ですねそしてきれい")


def test_right_to_left_text_shares_keys_with_its_edited_copy() -> None:
    assert keys_shared("اشتريت اليوم حذاء جديدا جميلا من متجر زفيرا", "اشتريت أمس حذاء جديدا جميلا من متجر زفيرا")


def test_a_megabyte_of_text_is_compared_by_its_beginning() -> None:
    long = one("kettle morning winter song " * 40_000)
    assert long["copy_letters"] == 4000
    assert long["copy_key"] != one("kettle morning winter song " * 39_999)["copy_key"]


def test_the_same_text_has_the_same_keys_on_every_machine() -> None:
    signature = signed(_SENTENCE).row(0, named=True)
    assert signature["copy_key"] == "88e5803e959bea9a2e58e039e67322d7"
    assert signature["copy_words"][:2] == [3979578613495296, 4022548343198205]
