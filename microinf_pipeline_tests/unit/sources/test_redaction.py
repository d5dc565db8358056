"""Nothing secret is written down."""

from __future__ import annotations

from microinf_pipeline.sources.redaction import safe_text, safe_url, without_secrets


def test_secret_parameters_and_user_info_leave_the_address() -> None:
    url = "https://me:pw@graph.example.test/v1/search?q=acme&access_token=TH1&Key=K&limit=5#frag"
    assert safe_url(url) == "https://graph.example.test/v1/search?q=acme&limit=5"


def test_a_repeated_parameter_stays_repeated() -> None:
    assert without_secrets([("uris", "a"), ("token", "s"), ("uris", "b")]) == [("uris", "a"), ("uris", "b")]
    assert without_secrets({"q": "acme", "password": "x"}) == [("q", "acme")]


def test_a_token_inside_a_paging_address_is_blanked_and_the_rest_kept() -> None:
    text = r'{"paging":{"next":"https:\/\/graph.example.test\/s?access_token=THAA%7Cxyz&after=QVF"},"text":"key=1"}'
    expected = r'{"paging":{"next":"https:\/\/graph.example.test\/s?access_token=REDACTED&after=QVF"},"text":"key=1"}'
    assert safe_text(text) == expected


def test_a_token_as_a_field_or_inside_an_encoded_address_is_blanked() -> None:
    assert safe_text('{"access_token": "EA\\"B", "id": "7"}') == '{"access_token": "REDACTED", "id": "7"}'
    assert safe_text("u=https%3A%2F%2Fg.test%3Faccess_token%3DEA%7CB%26after%3Dx") == (
        "u=https%3A%2F%2Fg.test%3Faccess_token%3DREDACTED%26after%3Dx"
    )
    assert safe_text(r'{"next":"https://g.test?limit=5\u0026access_token=EAB\u0026after=x"}') == (
        r'{"next":"https://g.test?limit=5\u0026access_token=REDACTED\u0026after=x"}'
    )
