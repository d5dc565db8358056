"""An honest demo: made-up people and brands whose files the ordinary file source reads through an ordinary `microinf.yaml`.

Put here: making the files of the demo. Keep out: running nights (that is what the product does with any files).

What `generate` guarantees (unit tests check each on the files):

- History: an archive of 184 days (2026-03-01 … 2026-08-31, `covers_from:`), counted as captured in night 2026-08-31, then
  six nights 2026-09-01 … 2026-09-06. Around 20,000 posts, German and English, on Instagram, TikTok, X and Mastodon; some
  Bluesky, news, blog and forum posts by the listening export. Same seed, same bytes, on every run.
- Metrics: every feed delivers posts again at ages 1, 2, 3, 7 and 8 days, counts never fall; archived posts carry a look at
  age ≥ 7 days unless they are younger than the archive. At least 30 creators with five mature posts in more than two groups
  of tier × network. Engagement is log-normal around a rate that falls with the audience (nano 4 %, micro 2.8 %, macro 2.4 %).
- Accounts: new in the nights, returning, reactivated (silent about the brand for over 90 days); second accounts of one
  person with links one way and both ways; handles renamed; accounts known by handle first and by platform id days later.
- Audience: tier crossings up and down, a dip that keeps the tier, a dip of more than 7 days that does not, counts shown as
  10K across a cut, hidden followers; accounts that post in nights 1 and 2 and get their first profile in night 4.
- Posts: the same row twice in a file, the same post by two roads (feed; listening export without id, with tracking
  parameters), edits told (Mastodon) and silent (Instagram), reposts with and without the original's id, quotes, replies
  with only leading @handles and with own words, brand answers within and after a day, hidden like counts, posts ten
  days late, posts that are deleted or whose author locks the account weeks later, authorless pages, homonyms of the
  brands, misspelt campaign tags, ads told and untold, posts at the very bound of a campaign, cross-posts, one script by
  many accounts, a copied text with changed words, twelve Bluesky posts whose bridged copy is in the Mastodon feed,
  right-to-left text, joined emoji, decomposed umlauts, no-break spaces.
- Feelings: praise and complaints in both languages, some of them abusive; the brand answers most within hours, some after
  days, some never, and those of the last night still wait. The listening export says the mood of what has one.
- Timelines: every night the last 30 posts of some creators who came, or came back, lately. They name no brand; what these
  creators usually reach rests on them.
- Near-copies are a story (scripts, a copied recipe, a contest's form, stock answers): two of five posts share words with others.
- The brand's own dealings: contacts in every state, rights given, asked for, denied and run out, a price that ran out; a contest
  with three postcards, a sister of the staff left out, and lookalike bets a person has decided about, one for and one against; a second contest that a jury decides.
- Trouble: unreadable rows (cut JSON lines in the archive, no time, the year 2099) under 5 % of every file, except the X file
  of the failing night: two in five rows lost their time there. `repair` puts the sound file in its place and the night can
  be run again.
- Formats: ndjson.gz, ndjson.zst, JSON array, CSV (UTF-8 with commas; cp1252 with semicolons and a preamble), Parquet.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Final

from microinf_pipeline.demo import (
    config,
    contest,
    dealings,
    feelings,
    jury,
    ledgers,
    relations,
    staff,
    staged,
    timeline,
    timelines,
    write,
)
from microinf_pipeline.demo.brands import FAILING_NIGHT, IMPORT_NIGHT, NIGHTS
from microinf_pipeline.demo.people import everybody
from microinf_pipeline.errors import FixConfigurationError

SEED: Final = "microinf demo 1"


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What was made and how to run it.

    `nights` are ascending and begin with the import of the history. `failing_night` stays red by the rejects of
    `failing_source` until `repair(folder)` has replaced `broken_file` with `sound_file`; then the same night is run again.
    """

    folder: Path
    config: Path
    nights: tuple[date, ...]
    failing_night: date
    failing_source: str
    broken_file: Path
    sound_file: Path


def plan(folder: Path) -> DemoPlan:
    """The plan of a demo in that folder, made or not."""
    return DemoPlan(
        folder=folder,
        config=folder / config.FILE_NAME,
        nights=(IMPORT_NIGHT, *NIGHTS),
        failing_night=FAILING_NIGHT,
        failing_source="x_feed",
        broken_file=write.broken_file(folder),
        sound_file=write.sound_file(folder),
    )


def generate(folder: Path) -> DemoPlan:
    """Writes the configuration, the input lists and all source files to a folder (created if need be; same bytes each time).

    Raises FixConfigurationError if the folder holds another `microinf.yaml` than the demo's.
    """
    made = plan(folder)
    if made.config.exists() and made.config.read_text(encoding="utf-8") != config.TEXT:
        raise FixConfigurationError(
            "the folder already holds another configuration",
            where=str(made.config),
            fix="name an empty or a new folder for the demo",
        )
    accounts = everybody(SEED)
    story = timeline.Story(SEED, accounts)
    timeline.everyday(story)
    staged.stage(story)
    relations.relate(story)
    staff.talk_of_work(story, SEED)
    feelings.feel(story, SEED)
    dealings.amplify(story)
    contest.enter_oddly(story)
    jury.enter(story)
    timelines.live_on(story, SEED)
    folder.mkdir(parents=True, exist_ok=True)
    made.config.write_text(config.TEXT, encoding="utf-8")
    write.archive_files(folder, story.posts, Random(f"{SEED}/archive"))
    write.feed_files(folder, story.posts, Random(f"{SEED}/feeds"))
    write.listening_files(folder, story.posts)
    write.profile_files(folder, accounts, story.posts, Random(f"{SEED}/profiles"))
    ledgers.write_inputs(folder, accounts, Random(f"{SEED}/inputs"))
    dealings.write_dealings(folder, story)
    contest.write_lists(folder, story)
    jury.write_points(folder, story)
    timelines.write_files(folder, story)
    return made


def repair(folder: Path) -> Path:
    """Replaces the failing night's broken file with the sound one; returns the file. Repeating it changes nothing.

    Raises FixConfigurationError if there is no demo in the folder.
    """
    made = plan(folder)
    if not made.sound_file.exists():
        raise FixConfigurationError("there is no demo in this folder", where=str(folder), fix="generate it first")
    shutil.copyfile(made.sound_file, made.broken_file)
    return made.broken_file
