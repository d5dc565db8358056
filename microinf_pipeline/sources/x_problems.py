"""What X's refusals mean. Decided by the last part of a problem's `type`: host and version before it differ.

Put here: the kinds of problems. Keep out: requests, and errors about single posts inside a 200 (`x_fields.availability`).
Source: docs.x.com, fundamentals/response-codes-and-errors (2026-08-22); OpenAPI 2.166 and 2.167. How a spent credit is told
(402, `credits`, `credits-depleted`) is in no document: seen in programs that met it.
"""

from __future__ import annotations

from typing import Any, Final

from microinf_pipeline.errors import BudgetSpentError, FixConfigurationError, MicroinfError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse, decoded_body, transient_status

_SPENT: Final = frozenset({"usage-capped", "credits", "credits-depleted"})
_OF_RESOURCE: Final = frozenset({"not-authorized-for-resource", "resource-not-found", "resource-unavailable"})
_PAYMENT_REQUIRED: Final = 402


def kind_of(body: Any) -> str:
    """The last part of a problem's type; '' for another body."""
    told = body.get("type") if isinstance(body, dict) else None
    return told.rpartition("/")[2] if isinstance(told, str) else ""


def is_spent(status: int, body: Any) -> bool:
    """Whether the account may read no more until its cap resets or credit is bought."""
    return status == _PAYMENT_REQUIRED or kind_of(body) in _SPENT


def is_passing(response: HttpResponse) -> bool:
    """Worth another attempt: rate limits and servers in trouble, but not a spent cap, which is a 429 as well."""
    return transient_status(response) and not is_spent(response.status, decoded_body(response))


def names_parameter(body: Any, parameter: str) -> bool:
    """Whether an invalid request is invalid because of this parameter."""
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list):
        return isinstance(body, dict) and parameter in str(body.get("detail", ""))
    given = (one.get("parameters") for one in errors if isinstance(one, dict))
    return any(isinstance(one, dict) and parameter in one for one in given)


def is_of_resource(body: Any) -> bool:
    """Whether one post or account is refused, not the request."""
    return kind_of(body) in _OF_RESOURCE


def explained(error: AnswerRefusedError, path: str, *, where: str) -> MicroinfError:
    """The refusal as the error that says what to do next."""
    if is_spent(error.status, error.body):
        period = str(error.body.get("period", "")).lower() if isinstance(error.body, dict) else ""
        told = f"the network's {period} cap of reads is used up" if period else "the account has no credit left"
        return BudgetSpentError(
            told, where=error.where, fix="buy credit, raise the spending limit, or wait for the next period"
        )
    if error.status == 403 and not is_of_resource(error.body):
        return FixConfigurationError(f"X refuses {path}: {_told(error.body)}", where=where, fix=_fix(path, error.body))
    return error


def _fix(path: str, body: Any) -> str:
    if path.endswith("/search/all"):
        return "set search: recent, or give the app access to the full archive (pay-per-use or Enterprise)"
    if kind_of(body) == "unsupported-authentication":
        return "this needs an app's bearer_token, or consumer_key and consumer_secret"
    return "attach the app to a project with read access in the developer console, and authorise tweet.read and users.read"


def _told(body: Any) -> str:
    if not isinstance(body, dict):
        return "without a reason"
    return str(body.get("detail") or body.get("title") or "without a reason")
