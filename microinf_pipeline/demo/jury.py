"""The demo's second contest, decided by a jury: eight tales, a shortlist of five, three jurors.

Put here: its posts and the jury's points. Keep out: places, which the points decide.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Final

from microinf_pipeline.demo.brands import NIGHTS
from microinf_pipeline.demo.timeline import Post, Story
from microinf_pipeline.demo.write import table

CONTEST: Final = "hedgetales"
_TAG: Final = f"#{CONTEST}"
_TALES: Final = (
    "A pheasant paced me for two miles along the canal, then overtook with visible contempt",
    "Carried my brother's wedding cake up Winnats Pass in a front basket. Three tiers left home, three arrived",
    "The vicar lent us his bell as a spare part and we rang our way to Shrewsbury",
    "Got lost in fog above Hawes, followed what I took for a rear light, met a very patient sheep with a reflector collar",
    "My daughter named every hill after a teacher. Mister Pemberton was the steepest and nobody was surprised",
    "Puncture outside a bakery, puncture outside the next bakery, I am beginning to suspect my own hands",
    "Rode home from the night shift through a hailstorm singing the whole of side two so the badgers would hear me coming",
    "Grandad's 1958 club cap went round the reservoir one last time, on his birthday, with eleven of us behind it",
)
#: Points of three jurors, 0 to 10, for the tales they put on the shortlist.
_POINTS: Final = {1: (9, 8, 9), 3: (8, 9, 7), 4: (7, 7, 8), 6: (6, 9, 8), 7: (10, 9, 9)}
_JURORS: Final = ("F. Okafor", "R. Thwaite", "guest: a reader of the parish news")


def enter(story: Story) -> None:
    """One tale each by eight people who like the brand, on networks whose files of these days are sound."""
    rng = Random(f"{CONTEST}/entries")
    people = [a for a in story.of_role("casual") if a.loves == "bramblespoke" and a.network in ("instagram", "mastodon")]
    for number, account in enumerate(rng.sample(people, len(_TALES))):
        day = NIGHTS[number % 3]
        story.add(
            account,
            story.moment(day),
            f"{_TALES[number]}. On a Bramblespoke, of course. {_TAG}",
            brand="bramblespoke",
            lang="en",
        )


def write_points(folder: Path, story: Story) -> None:
    """Writes `inputs/jury.csv`."""
    by_tale = {number: _entry(story, tale) for number, tale in enumerate(_TALES)}
    rows = [
        [CONTEST, by_tale[number].network, by_tale[number].post_id, juror, given]
        for number, points in _POINTS.items()
        for juror, given in zip(_JURORS, points, strict=True)
    ]
    table(folder / "inputs" / "jury.csv", "contest_id network post_id juror points", rows)


def _entry(story: Story, tale: str) -> Post:
    (found,) = [post for post in story.posts if post.text.startswith(tale)]
    return found
