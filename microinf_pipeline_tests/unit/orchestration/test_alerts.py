"""An alert says what, where and how to fix it; its address stays secret."""

from __future__ import annotations

import json
import logging
import traceback

import httpx
import pytest
import respx

from microinf_pipeline.errors import GateStoppedNightError, RetryLaterError
from microinf_pipeline.orchestration.alerts import Alert, Digest, send

WEBHOOK = "https://chat.example/hooks/T0PS3CRET?token=T0PS3CRET"
ALERT = Alert.of(
    "2026-03-30", GateStoppedNightError("1 gate(s) stopped the night", where="captures.reads_its_rows", fix="repair it")
)


@respx.mock
def test_the_payload_is_json_for_programs_and_text_for_chats() -> None:
    route = respx.post(WEBHOOK).mock(httpx.Response(200))
    send(WEBHOOK, ALERT)
    assert json.loads(route.calls.last.request.content) == {
        "night": "2026-03-30",
        "what": "1 gate(s) stopped the night",
        "where": "captures.reads_its_rows",
        "fix": "repair it",
        "text": "Night 2026-03-30 failed: 1 gate(s) stopped the night\ncaptures.reads_its_rows\nrepair it",
    }


@respx.mock
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(500), "HTTP 500"),
        (httpx.Response(404), "HTTP 404"),
        (httpx.ConnectError(f"no route to {WEBHOOK}"), "ConnectError"),
        (httpx.ReadTimeout(WEBHOOK), "ReadTimeout"),
    ],
)
def test_an_alert_that_is_not_taken_is_an_error_without_the_address(
    answer: httpx.Response | httpx.HTTPError, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    respx.post(WEBHOOK).mock(answer) if isinstance(answer, httpx.Response) else respx.post(WEBHOOK).mock(side_effect=answer)
    with caplog.at_level(logging.DEBUG), pytest.raises(RetryLaterError, match=reason) as caught:
        send(WEBHOOK, ALERT)
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "S3CRET" not in shown


def test_an_address_that_is_none_is_told_without_it() -> None:
    with pytest.raises(RetryLaterError, match="UnsupportedProtocol") as caught:
        send("S3CRET", ALERT)
    assert "S3CRET" not in str(caught.value)


@respx.mock
def test_a_digest_is_the_sentences_and_where_the_report_is() -> None:
    route = respx.post(WEBHOOK).mock(httpx.Response(200))
    send(WEBHOOK, Digest("2026-03-30", "New: nobody.\nWaiting: nobody.", "/data/published/report/index.html"))
    assert json.loads(route.calls.last.request.content) == {
        "night": "2026-03-30",
        "text": "New: nobody.\nWaiting: nobody.",
        "report": "/data/published/report/index.html",
    }


@respx.mock
def test_a_digest_that_is_not_taken_says_so_without_the_address() -> None:
    respx.post(WEBHOOK).mock(httpx.Response(500))
    with pytest.raises(RetryLaterError, match=r"the digest could not be sent: HTTP 500") as caught:
        send(WEBHOOK, Digest("2026-03-30", "New: nobody.", "report"))
    assert "S3CRET" not in str(caught.value)
