"""One token: kept between runs, asked for when it has run out, renewed once when it is refused, by one of many."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from microinf_pipeline import clock
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.token_session import StaleTokenError, Token, TokenSession, lifetime, marked
from microinf_pipeline_tests.unit.sources.fake_tiktok_research import MemorySessions

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


class Network:
    """Hands out numbered tokens, and accepts the newest alone."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.number, self.asked_with, self.refuses = 0, list[str | None](), refuses

    async def log_in(self, refresh: str | None) -> Token:
        self.asked_with.append(refresh)
        await asyncio.sleep(0)
        if self.refuses:
            raise FixConfigurationError("the access has ended")
        self.number += 1
        return Token(f"access.{self.number}", clock.now() + timedelta(hours=2), f"refresh.{self.number}")

    async def answer(self, token: str) -> str:
        await asyncio.sleep(0)
        if token != f"access.{self.number}":
            raise StaleTokenError("not accepted")
        return token


def ask(network: Network, store: MemorySessions, *, times: int = 1, mark: str = "m", at: datetime = NOW) -> list[str]:
    async def run() -> list[str]:
        session = TokenSession(network.log_in, store, mark)
        return await asyncio.gather(*(session.ask(network.answer) for _ in range(times)))

    with clock.frozen(at):
        return asyncio.run(run())


def test_a_token_is_asked_for_once_and_kept_for_the_next_run() -> None:
    network, store = Network(), MemorySessions()
    assert ask(network, store, times=5) == ["access.1"] * 5
    assert ask(network, store) == ["access.1"]
    assert network.asked_with == [None]


def test_a_token_that_runs_out_within_a_minute_is_replaced_with_its_refresh_token() -> None:
    network, store = Network(), MemorySessions()
    ask(network, store)
    assert ask(network, store, at=NOW + timedelta(minutes=118)) == ["access.1"]
    assert ask(network, store, at=NOW + timedelta(minutes=119, seconds=30)) == ["access.2"]
    assert network.asked_with == [None, "refresh.1"]


def test_of_many_that_find_it_stale_one_asks_for_another() -> None:
    network, store = Network(), MemorySessions()
    ask(network, store)
    network.number = 7
    assert ask(network, store, times=6) == ["access.8"] * 6
    assert network.asked_with == [None, "refresh.1"]


def test_a_new_token_that_is_refused_as_well_is_not_tried_again() -> None:
    network, store = Network(), MemorySessions()

    async def never(token: str) -> str:
        raise StaleTokenError(f"not {token}")

    async def run() -> None:
        await TokenSession(network.log_in, store, "m").ask(never)

    with clock.frozen(NOW), pytest.raises(StaleTokenError, match=r"not access\.2"):
        asyncio.run(run())


def test_tokens_of_other_credentials_are_not_used() -> None:
    network, store = Network(), MemorySessions()
    ask(network, store, mark=marked("app", "one"))
    assert ask(network, store, mark=marked("app", "two")) == ["access.2"]
    assert network.asked_with == [None, None]


def test_a_log_in_that_is_refused_is_raised_as_it_is() -> None:
    with pytest.raises(FixConfigurationError, match="the access has ended"):
        ask(Network(refuses=True), MemorySessions())


def test_the_day_a_consent_ends_outlives_the_run_and_is_told_when_it_is_near() -> None:
    store, until = MemorySessions(), NOW + timedelta(days=30)

    async def log_in(_: str | None) -> Token:
        return Token("access.1", NOW + timedelta(days=60), "refresh.1", until)

    async def told() -> list[str | None]:
        session = TokenSession(log_in, store, "m")
        await session.open()
        return [one.gap_reason for one in session.outcomes()]

    with clock.frozen(NOW):
        assert asyncio.run(told()) == []
    with clock.frozen(NOW + timedelta(days=20)):
        (reason,) = asyncio.run(told())
        assert "ends on 2026-12-20" in (reason or "")


def test_credentials_cannot_be_read_from_their_mark() -> None:
    assert "secret" not in marked("app", "secret")
    assert marked("a", "bc") != marked("ab", "c")


@pytest.mark.parametrize(
    ("told", "seconds"),
    [(7200, 7200), ("7200", 7200), (0.5, 0.5), (-1, 0), (2**70, 366 * 86400), (None, 3600), ("soon", 3600), (True, 3600)],
)
def test_a_lifetime_is_read_from_whatever_an_answer_says(told: object, seconds: float) -> None:
    assert lifetime(told).total_seconds() == seconds


def test_a_token_is_not_shown_by_its_repr() -> None:
    assert "access.1" not in repr(Token("access.1", NOW, "refresh.1"))
    assert "refresh.1" not in repr(Token("access.1", NOW, "refresh.1"))
