"""What an error of Meta's Graph API asks of the caller, on every host that speaks it: codes, subcodes, messages.

Put here: that table. Keep out: requests and paging (`graph_api.py`), the life of a token (`graph_tokens.py`).
Source: developers.facebook.com/docs/graph-api/guides/error-handling and .../overview/rate-limiting, and the error codes of
the Instagram platform (of 2 June 2026), read in November 2026. Codes of hashtags and of names that are not there are
documented nowhere: they are as public programs meet them, and a message's words count, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from microinf_pipeline.errors import (
    BudgetSpentError,
    FixConfigurationError,
    GiveUpError,
    ItemGoneError,
    MicroinfError,
    RetryLaterError,
)

#: An hour is the window of every limit of the platform; those of a business tell the wait in a header.
_THROTTLED: Final = frozenset({4, 17, 32, 341, 368, 613, *range(80000, 80015)})
_PASSING: Final = frozenset({-1, 1, 2})
_TOKEN: Final = frozenset({102, 190})
_PERMISSION: Final = frozenset({3, 10, *range(200, 300)})
_BAD_PARAMETER: Final = 100
_NO_SUCH_OBJECT: Final = 33  # subcode of 100: absent, or not for this token; Meta does not tell which
_NO_SUCH_ALIAS: Final = 803
#: Codes of Instagram. 110 stands for a name that is not there and for a personal account alike.
_NO_SUCH_USER: Final = 110
_NO_SUCH_HASHTAG: Final = 24
_HASHTAGS_SPENT: Final = 18
_ABSENT: Final = frozenset({_NO_SUCH_ALIAS, _NO_SUCH_USER, _NO_SUCH_HASHTAG})
#: subcode → what became of the token, and the way out.
_TOKEN_FATES: Final = {
    458: ("the app was removed by the user", "let the user log in to the app again, and give the new token"),
    459: ("the user has to confirm something at facebook.com", "let the user log in at facebook.com, then make a new token"),
    460: ("the user changed the password", "let the user log in again, and give the new token"),
    463: ("the token has expired", "make a new long-lived token"),
    464: ("the user's account is not confirmed", "let the user confirm the account at facebook.com"),
    467: ("the token was revoked or is invalid", "make a new long-lived token"),
    492: ("the user has no task on the page any more", "give the user a task on the page, or use another user's token"),
}


class TokenRefusedError(FixConfigurationError):
    """The token is worth nothing any more: every further request of the source would be refused, too."""


class HashtagsSpentError(BudgetSpentError):
    """The unique hashtags of Instagram's seven days are used up; other questions may be answered."""


class PermissionMissingError(GiveUpError):
    """This question needs a permission, feature or scope that the token lacks; others may be answered."""


class TooMuchDataError(GiveUpError):
    """The page asked for is too large for the server: ask for fewer items."""


class CursorExpiredError(GiveUpError):
    """A page cannot be turned any more: the cursor, kept in a stored page, is not taken again. The rest is a gap."""


class GraphRefusedError(GiveUpError):
    """Any other refusal. `code` is Meta's; 0 where the answer gave none."""

    def __init__(self, what: str, *, where: str, fix: str, code: int) -> None:
        super().__init__(what, where=where, fix=fix)
        self.code = code


@dataclass(frozen=True)
class GraphError:
    """The `error` object of an answer."""

    code: int
    subcode: int
    message: str
    is_transient: bool


def graph_error(body: Any) -> GraphError | None:
    """The error of a decoded answer (whatever its status), or None."""
    said = body.get("error") if isinstance(body, dict) else None
    if not isinstance(said, dict):
        return None
    message = said.get("message") or said.get("error_user_msg") or said.get("error_user_title") or "no message"
    return GraphError(
        _number(said.get("code")), _number(said.get("error_subcode")), str(message), said.get("is_transient") is True
    )


def is_throttled(error: GraphError) -> bool:
    """Too many calls for now: asking on makes the block longer."""
    return error.code in _THROTTLED


def is_passing(error: GraphError) -> bool:
    """Worth another attempt as it is. A page that is too large is not, though its code is that of an outage."""
    if is_throttled(error) or _is_too_much(error):
        return False
    return error.is_transient or error.code in _PASSING


def raised(error: GraphError, where: str) -> MicroinfError:
    """The exception that tells the caller what to do. The message must be free of secrets."""
    what = f"{error.message} (code {error.code}{f', subcode {error.subcode}' if error.subcode else ''})"
    if error.code in _TOKEN or _is_proof(error):
        fate, fix = _token_fate(error)
        return TokenRefusedError(f"{fate}: {what}", where=where, fix=fix)
    if is_throttled(error):
        return BudgetSpentError(f"Meta throttles these calls for now: {what}", where=where)
    if error.code == _HASHTAGS_SPENT or ("hashtag" in error.message.lower() and "maximum" in error.message.lower()):
        return HashtagsSpentError(f"the hashtags of these seven days are used up: {what}", where=where)
    if _is_too_much(error):
        return TooMuchDataError(what, where=where, fix="ask for fewer items a page")
    if is_passing(error):
        return RetryLaterError(what, where=where)
    if (error.code, error.subcode) == (_BAD_PARAMETER, _NO_SUCH_OBJECT) or error.code in _ABSENT:
        return ItemGoneError(what, where=where)
    if error.code in _PERMISSION or (error.code == _BAD_PARAMETER and "permission" in error.message.lower()):
        return PermissionMissingError(what, where=where, fix="give the app this permission or feature, and make a new token")
    return GraphRefusedError(what, where=where, fix="check ids, permissions and settings of this source", code=error.code)


def _token_fate(error: GraphError) -> tuple[str, str]:
    if _is_proof(error):
        return "a proof of the app's secret is wanted", "give app_secret: the secret of the app the token was made for"
    return _TOKEN_FATES.get(error.subcode, ("the token has expired, was revoked, or is invalid", "make a new long-lived token"))


def _is_proof(error: GraphError) -> bool:
    said = error.message.lower()
    return error.code == _BAD_PARAMETER and ("appsecret_proof" in said or "app secret proof" in said)


def _is_too_much(error: GraphError) -> bool:
    return error.code == 1 and "reduce the amount of data" in error.message.lower()


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
