"""Our requests, and the answers of the small X the unit tests talk to, against X's own descriptions of both vocabularies.

Judged by `openapi-core`, which knows nothing of this project. The descriptions are read where they lie, never copied.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from microinf_pipeline.catalog.capture import BrandTerms
from microinf_pipeline.sources.x import Options
from microinf_pipeline.sources.x_queries import ARCHIVE
from microinf_pipeline_tests.real.recordings import RECORDINGS
from microinf_pipeline_tests.unit.sources.fake_x import FakeX, a_post, an_account
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request
from microinf_pipeline_tests.unit.sources.running_x import Run

pytestmark = [pytest.mark.real, pytest.mark.filterwarnings("ignore:Unsupported scheme type")]

SPEC = RECORDINGS / "x" / "spec"
DESCRIPTIONS = {"tweet": "openapi_2.166_tweet_names.json", "post": "openapi_2.167_post_names.json"}
BRAND = BrandTerms("acme", ("acme",), ("Acme", "acme zero"), ("acmecups",), ("acme.example",), ("AcmeCups",))
Exchange = tuple[Request, Reply]


@cache
def description(word: str) -> OpenAPI:
    """The newer one names a value twice in a list of values, so the descriptions themselves are not judged."""
    told = json.loads((SPEC / DESCRIPTIONS[word]).read_text(encoding="utf-8"))
    return OpenAPI.from_dict(told, config=Config(spec_validator_cls=None))


def a_world(word: str) -> FakeX:
    people = [an_account("50", "AcmeCups"), an_account("11", "anna"), an_account("12", "ben", protected=True)]
    own = a_post(1, "New cup", "50")
    own["public_metrics"]["quote_count"] = 1
    reply = a_post(4, "@acmecups Acme", referenced=[{"type": "replied_to", "id": own["id"]}], in_reply_to_user_id="50")
    media = {"media_key": "7_1", "type": "video", "public_metrics": {"view_count": 9}}
    note = {"text": "Acme, the whole of it", "entities": {"hashtags": [{"start": 1, "end": 4, "tag": "acme"}]}}
    place = {"id": "df51dec6f4ee2b2c", "country_code": "AT", "full_name": "Graz, Österreich"}
    full = a_post(
        5, "Acme …", note=note, media=[media], place=place, paid_partnership=True,
        withheld={"copyright": False, "country_codes": ["IN"]},
    )  # fmt: skip
    posts = [own, a_post(2, "Nice", referenced=[{"type": "quoted", "id": own["id"]}]), reply, full]
    posts += [a_post(10 + n, f"Acme {n}", hours=20 + n) for n in range(12)] + [a_post(99, "x", "12", hours=99)]
    return FakeX(people, posts, knows=(word,), page_size=5, job_looks=1)


@pytest.fixture(scope="module", params=["tweet", "post"])
def night(request: pytest.FixtureRequest) -> tuple[str, list[Exchange]]:
    """A whole night in one vocabulary, in both searches: every exchange."""
    word: Any = request.param
    exchanges: list[Exchange] = []
    for options in (Options(vocabulary=word), Options(vocabulary=word, search=ARCHIVE)):
        world = a_world(word)

        def watched(asked: Request, world: FakeX = world) -> Reply:
            reply = world(asked)
            exchanges.append((asked, reply))
            return reply

        known = (a_post(99, "x", "12", hours=99)["id"], a_post(98, "x", hours=98)["id"])
        run = Run(options=options)
        run.capture(watched, BRAND, refresh=known, refresh_accounts=("11", "77"), timelines=("11", "12"), held_posts=known)  # type: ignore[arg-type]
    return word, [(asked, reply) for asked, reply in exchanges if asked.path.startswith("/2/")]


def as_asked(asked: Request) -> MockRequest:
    body = asked.body if asked.method == "POST" else None
    return MockRequest(
        "https://api.x.com", asked.method.lower(), asked.path, args=dict(asked.query), headers=dict(asked.headers), data=body,
        content_type=asked.headers.get("content-type", ""),
    )  # fmt: skip


def test_a_night_asks_of_everything_it_knows(night: tuple[str, list[Exchange]]) -> None:
    paths = {asked.path for asked, _ in night[1]}
    assert paths == {
        "/2/users/by", "/2/tweets/search/recent", "/2/tweets/search/all", "/2/users/50/mentions", "/2/users/50/tweets",
        "/2/users/11/tweets", "/2/users/12/tweets", "/2/tweets", "/2/users", "/2/compliance/jobs", "/2/compliance/jobs/900",
    }  # fmt: skip


def test_requests_are_as_the_network_describes_them(night: tuple[str, list[Exchange]]) -> None:
    word, exchanges = night
    refused = []
    for asked, _ in exchanges:
        try:
            description(word).validate_request(as_asked(asked))
        except OpenAPIError as error:
            refused.append((asked.path, asked.query, repr(error), repr(error.__cause__)))
    assert refused == []


def test_parameters_are_among_those_described(night: tuple[str, list[Exchange]]) -> None:
    """Parameters nobody described are passed over by the judge, and refused by the network."""
    word, exchanges = night
    told = json.loads((SPEC / DESCRIPTIONS[word]).read_text(encoding="utf-8"))
    paths = {path.replace("{id}", "50"): one for path, one in told["paths"].items()}
    known = {
        path: {(p if "name" in p else told["components"]["parameters"][p["$ref"].rpartition("/")[2]])["name"] for p in listed}
        for path, one in paths.items()
        if (listed := one.get("get", {}).get("parameters"))
    }
    of = {"/2/users/11/tweets": "/2/users/50/tweets", "/2/users/12/tweets": "/2/users/50/tweets"}
    unknown = [
        (asked.path, name)
        for asked, _ in exchanges
        for name, _ in asked.query
        if name not in known[of.get(asked.path, asked.path)]
    ]
    assert unknown == []


def test_answers_of_the_small_x_are_as_the_network_describes_them(night: tuple[str, list[Exchange]]) -> None:
    word, exchanges = night
    refused = []
    for asked, reply in exchanges:
        kind = reply.headers.get("content-type", "application/json")
        try:
            description(word).validate_response(
                as_asked(asked), MockResponse(reply.body, reply.status, headers=dict(reply.headers), content_type=kind)
            )
        except OpenAPIError as error:
            refused.append((asked.path, reply.body.decode()[:600], repr(error), repr(error.__cause__)[:900]))
    assert refused == []


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ("tweet", {"id": 7}),
        ("tweet", {"created_at": 5}),
        ("post", {"public_metrics": {"like_count": 1}}),
        ("post", {"text": 5}),
    ],
)
def test_the_judge_refuses_an_answer_that_is_not_as_described(word: str, change: dict[str, Any]) -> None:
    asked = Request("GET", "/2/tweets", [("ids", "1")], {"authorization": "Bearer x"}, b"")
    body = json.dumps({"data": [{"id": "1", "text": "x"} | change]}).encode()
    with pytest.raises(OpenAPIError):
        description(word).validate_response(as_asked(asked), MockResponse(body))
