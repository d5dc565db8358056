"""HTML of fediverse servers to text, also held against a real parser."""

from __future__ import annotations

import html
from html.parser import HTMLParser

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.sources.html_text import _unescaped, html_links, html_text


def text_of(content: str | None) -> str | None:
    return pl.select(html_text(pl.lit(content, pl.String()))).item()  # type: ignore[no-any-return]


def links_of(content: str) -> list[str]:
    return pl.DataFrame({"c": [content]}).select(html_links(pl.col("c")))["c"].to_list()[0]  # type: ignore[no-any-return]


LINK = (
    '<a href="https://shop.example/long/path?a=1&amp;b=2" rel="nofollow"><span class="invisible">https://</span>'
    '<span class="ellipsis">shop.example/long/pa</span><span class="invisible">th?a=1&amp;b=2</span></a>'
)
MENTION = '<span class="h-card"><a href="https://town.example/@bo" class="u-url mention">@<span>bo</span></a></span>'
HASHTAG = '<a href="https://social.example/tags/tea" class="mention hashtag" rel="tag">#<span>tea</span></a>'


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>one<br>two<br />three</p><p>four</p>", "one\ntwo\nthree\n\nfour"),
        (f"<p>{MENTION} see {LINK} {HASHTAG}</p>", "@bo see https://shop.example/long/path?a=1&b=2 #tea"),
        ("<p>a &lt; b &amp;amp; c &#39;d&#39; &nbsp;e</p>", "a < b &amp; c 'd' \xa0e"),
        ("a < b and 3 > 2, I <3 it", "a < b and 3 > 2, I <3 it"),
        ('<p class="quote-inline">RE: <a href="https://x.example/1">x</a></p><p>yes</p>', "yes"),
        ('<p>yes<span class="quote-inline"><br>RE: <a href="https://x.example/1"><span class="invisible">h</span>x</a></span></p>', "yes"),
        ("<blockquote><p>said</p></blockquote><ul><li>a</li><li>b</li></ul><pre><code>x</code></pre>", "said\n\na\nb\n\nx"),
        ('<a title="a > b" href="https://x.example">x</a><!-- no -->', "x"),
        ("", ""),
        (None, None),
    ],
)  # fmt: skip
def test_html_becomes_the_text_a_reader_sees(content: str | None, text: str | None) -> None:
    assert text_of(content) == text


def test_links_are_those_that_lead_out_each_once() -> None:
    quote = '<p class="quote-inline">RE: <a href="https://x.example/1">x</a></p>'
    assert links_of(f"{quote}<p>{MENTION} {LINK} {LINK} {HASHTAG} <a href='mailto:a@b.example'>m</a></p>") == [
        "https://shop.example/long/path?a=1&b=2"
    ]


class Oracle(HTMLParser):
    """The same rules on top of the standard library's parser."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "blockquote"):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def parsed(content: str) -> list[str]:
    oracle = Oracle()
    oracle.feed(content)
    oracle.close()
    return "".join(oracle.parts).split()


words = st.text(st.characters(codec="utf-8", exclude_characters="<>&\r\x00", exclude_categories=("Cc", "Cs")), max_size=8)
pieces = st.one_of(
    words, st.sampled_from(["&amp;", "&lt;", "&gt;", "&quot;", "&#8217;", "&eacute;", "<br>", "<br/>", MENTION, LINK, HASHTAG])
)
paragraphs = st.lists(st.lists(pieces, max_size=6).map(lambda parts: f"<p>{''.join(parts)}</p>"), max_size=4).map("".join)


@settings(deadline=None)
@given(paragraphs)
def test_no_word_is_lost_against_a_real_parser(content: str) -> None:
    assert (text_of(content) or "").split() == parsed(content)


@given(st.lists(st.text(st.sampled_from("&amplt;gquo#39x7nbs <")) | st.none(), max_size=5))
def test_entities_are_read_as_the_standard_says(texts: list[str | None]) -> None:
    series = pl.Series("text", [None if text is None else f"p{text}" for text in texts], pl.String)
    assert _unescaped(series).to_list() == [None if text is None else html.unescape(text) for text in series]
