"""Nothing secret is written down."""

from __future__ import annotations

from datetime import UTC, datetime

from microinf_pipeline.sources.answers import HttpResponse
from microinf_pipeline.sources.redaction import blanked, safe_text, safe_url, secrets_of, without_secrets


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


def test_every_secret_of_a_request_is_known_and_nothing_else() -> None:
    headers = {"Authorization": "Basic YXBwOnBhc3MtOWY=", "x-restli-protocol-version": "2.0.0"}
    params = [("q", "acmecola"), ("access_token", "token-9f"), ("key", "short")]
    found = secrets_of(params, headers, {"refresh_token": "refresh-9f", "client_id": "client"}, None)
    assert found == {"YXBwOnBhc3MtOWY=", "pass-9f", "token-9f", "refresh-9f"}


def test_a_secret_is_blanked_however_it_is_written() -> None:
    written = 'ab/c"d9', "ab%2Fc%22d9", r"ab/c\"d9", r"ab\/c\"d9"
    assert blanked(" ".join(written), ['ab/c"d9']) == "REDACTED REDACTED REDACTED REDACTED"


def test_an_answer_repeats_no_secret_but_a_log_in_may_give_it_again() -> None:
    body = b'{"access_token": "token-9f"}'
    answer = HttpResponse(200, {}, body, datetime(2026, 11, 19, tzinfo=UTC), {}, frozenset({"token-9f"}))
    assert answer.page("p", "k").body == '{"access_token": "REDACTED"}'
    assert answer.json() == {"access_token": "REDACTED"}
    assert answer.granted() == {"access_token": "token-9f"}
    assert "token-9f" not in repr(answer)
