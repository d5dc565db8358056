"""The kinds of value a configuration may hold: base model, secrets, paths, ids, shorthands.

Put here: a field type that several sections share. Keep out: the sections themselves (`model`, `sources`) and rules
that need more than one field's value (`checks`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

#: As in `catalog.observed`, which lies above this package; a test holds the two together.
NETWORKS: Final = (
    "bluesky", "mastodon", "reddit", "threads", "youtube", "x", "instagram", "facebook", "tiktok", "linkedin",
    "web", "blog", "news", "forum", "review", "other",
)  # fmt: skip
T = TypeVar("T")

ENV_REFERENCE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass
class Surroundings:
    """What the validators may see besides the file: its folder, the environment, which texts may use `${…}`."""

    folder: Path
    environ: Mapping[str, str]
    variable_texts: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class SecretFile:
    """The value of a `<secret>_file:` key: where the secret is to be read."""

    path: str


def problem(kind: str, what: str, fix: str = "") -> PydanticCustomError:
    """A validation error whose message is `what`, with the fix carried beside it."""
    return PydanticCustomError(kind, "{what}", {"what": what, "fix": fix})


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one probably meant."""
    by_fold = {k.casefold(): k for k in known}
    close = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def unknown(kind: str, name: str, known: Iterable[str], *, fix: str = "") -> PydanticCustomError:
    """'unknown key 'timzone' — did you mean 'timezone'?', or what there is to choose from."""
    known = sorted(known)
    close = nearest(name, known)
    if close:
        return problem(f"unknown_{kind}", f"unknown {kind} '{name}' — did you mean '{close}'?", fix or f"write '{close}'")
    return problem(f"unknown_{kind}", f"unknown {kind} '{name}'", fix or f"known here: {', '.join(known)}")


def at(loc: tuple[str | int, ...], error: PydanticCustomError) -> InitErrorDetails:
    """The error, placed at a key below the value being validated."""
    return InitErrorDetails(type=error, loc=loc, input=None)


def raise_together(title: str, errors: list[InitErrorDetails]) -> None:
    """Raise all of them as one ValidationError; nothing if there is none."""
    if errors:
        raise ValidationError.from_exception_data(title, errors)


def _again(error: ValidationError) -> list[InitErrorDetails]:
    """A caught ValidationError as details that can be raised again, without any input value."""
    found = error.errors(include_input=False, include_url=False)
    return [at(e["loc"], problem(e["type"], e["msg"], e.get("ctx", {}).get("fix", ""))) for e in found]


def gather(title: str, errors: list[InitErrorDetails], handler: Callable[[Any], T], data: Any) -> T:
    """`handler(data)`; whatever it finds wrong is raised together with the errors already found."""
    try:
        result = handler(data)
    except ValidationError as error:
        raise ValidationError.from_exception_data(title, [*errors, *_again(error)]) from None
    raise_together(title, errors)
    return result


class Section(BaseModel):
    """A mapping of the file: frozen, unknown keys are errors that name the nearest key, empty values are absent."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The keys as they are written in the file."""
        return tuple(f.alias or name for name, f in cls.model_fields.items())

    @classmethod
    def _with_secret_files(cls, given: dict[Any, Any]) -> dict[Any, Any]:
        """`token_file: path` as the value of the secret `token`."""
        secrets = [n for n, f in cls.model_fields.items() if "SecretStr" in repr(f.annotation)]
        files = {f"{name}_file": name for name in secrets if name not in given}
        return {files.get(k, k): SecretFile(str(v)) if k in files else v for k, v in given.items()}

    @model_validator(mode="wrap")
    @classmethod
    def _every_problem_at_once(cls, data: Any, handler: Callable[[Any], Self]) -> Self:
        if not isinstance(data, Mapping):
            return handler(data)
        given = cls._with_secret_files({k: v for k, v in data.items() if v is not None})
        errors = [at((k,), unknown("key", str(k), cls.key_names())) for k in given if k not in cls.key_names()]
        return gather(cls.__name__, errors, handler, {k: v for k, v in given.items() if k in cls.key_names()})


def _surroundings(info: ValidationInfo) -> Surroundings:
    return info.context if isinstance(info.context, Surroundings) else Surroundings(Path.cwd(), {})


def _expand(text: str, around: Surroundings) -> str:
    around.variable_texts.add(text)
    missing = [name for name in ENV_REFERENCE.findall(text) if name not in around.environ]
    if missing:
        names = ", ".join(missing)
        raise problem("missing_variable", f"environment variable {names} is not set", f"set {names} where microinf runs")
    return ENV_REFERENCE.sub(lambda m: around.environ[m[1]], text)


def _read_path(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, str):
        return value
    around = _surroundings(info)
    return around.folder / Path(_expand(value, around)).expanduser()


def _read_secret(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, SecretFile):
        around = _surroundings(info)
        return _secret_in(around.folder / Path(_expand(value.path, around)).expanduser(), "the secret's file")
    if not isinstance(value, str):
        return value
    reference = ENV_REFERENCE.fullmatch(value.strip())
    if reference is None:
        raise problem("literal_secret", "a secret must not stand in the file", "write ${NAME} and set NAME or NAME_FILE")
    around, name = _surroundings(info), reference[1]
    around.variable_texts.add(value)
    file_variable = name if name.endswith("_FILE") else f"{name}_FILE"
    if name in around.environ and name != file_variable:
        return around.environ[name]
    if file_variable in around.environ:
        path = around.folder / Path(around.environ[file_variable]).expanduser()
        return _secret_in(path, f"the file named by {file_variable}")
    raise problem("missing_variable", f"environment variable {name} is not set", f"set {name}, or {file_variable} to a file")


def _secret_in(path: Path, named: str) -> str:
    if not path.is_file():
        raise problem("missing_file", f"{named} does not exist", "name a readable file that holds the secret alone")
    return path.read_text(encoding="utf-8").strip()


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _without_mark(mark: str) -> Callable[[str], str]:
    def strip(value: str) -> str:
        name = value.strip().removeprefix(mark)
        if not name or any(c.isspace() for c in name):
            raise problem("not_a_name", f"'{value}' is not one word", f"write it as one word, with or without {mark}")
        return name

    return strip


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise problem("timezone", f"unknown time zone '{value}'", "use an IANA name such as Europe/Berlin") from None
    return value


def _bare_domain(value: str) -> str:
    domain = re.sub(r"^[a-z]+://", "", value.strip().lower()).removeprefix("www.").rstrip("/")
    if not re.fullmatch(r"[^\s/@]+\.[^\s/@.]+(/\S*)?", domain):
        raise problem("domain", f"'{value}' is not a domain", "write it like shop.example or shop.example/path")
    return domain


def shaped(pattern: str, words: str) -> AfterValidator:
    """A text that matches the whole pattern; one that does not is told in words what it must be."""
    shape = re.compile(pattern)

    def check(value: str) -> str:
        if shape.fullmatch(value) is None:
            raise problem("shape", f"is not written as it must be: {words}", "see docs/configuration.md")
        return value

    return AfterValidator(check)


Identifier = Annotated[str, shaped(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", "letters, digits, _ and -, at most 64")]
Secret = Annotated[SecretStr, BeforeValidator(_read_secret)]
FilePath = Annotated[Path, BeforeValidator(_read_path)]
TimeZone = Annotated[str, AfterValidator(_known_zone)]
Hashtag = Annotated[str, AfterValidator(_without_mark("#"))]
Handle = Annotated[str, AfterValidator(_without_mark("@"))]
Domain = Annotated[str, AfterValidator(_bare_domain)]
Days = Annotated[tuple[Annotated[int, Field(ge=0, le=365)], ...], BeforeValidator(_as_list)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Hashtags = Annotated[tuple[Hashtag, ...], BeforeValidator(_as_list)]
Handles = Annotated[tuple[Handle, ...], BeforeValidator(_as_list)]
Domains = Annotated[tuple[Domain, ...], BeforeValidator(_as_list)]
Identifiers = Annotated[tuple[Identifier, ...], BeforeValidator(_as_list)]
