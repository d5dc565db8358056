"""The contest of the demo: who enters, who tries what does not count, and what the brand noted and decided about it.

Put here: its posts and the rows of the brand's lists that speak of it. Keep out: who wins, which no generator may know.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Final

from microinf_pipeline.demo.brands import NIGHTS
from microinf_pipeline.demo.timeline import Post, Story
from microinf_pipeline.demo.write import table

CONTEST: Final = "wolkenwette"
_TAG: Final = f"#{CONTEST}"
#: A bet is one of each; no two people bet alike.
_WHO: Final = (
    "Meine Oma", "Unser Briefträger", "Die halbe Kletterhalle", "Mein Sohn, sechs Jahre alt,", "Der Chor aus Altona", "Unsere WG-Katze",
    "Die Nachbarin vom Lastenrad", "Mein Physiklehrer von damals", "Das Team vom Spätkauf", "Mein Zwilling",
    "Der Schiedsrichter von Sonntag", "Eine Pfadfindergruppe",
)  # fmt: skip
_DOES: Final = (
    "trinkt drei Gläser freihändig", "malt Gewitter aus Kakao", "balanciert neun Becher übers Geländer",
    "backt Zimtschnecken im Gasgrill", "singt beim Rühren Tonleitern", "errät blind jede Sorte",
    "stapelt Kartons bis unter die Lampe", "kocht Porridge mit links", "gießt Herzen in den Espresso",
    "löffelt Müsli auf dem Einrad", "schlägt Schaum von Hand", "schüttelt Cocktails für dreißig Gäste",
)  # fmt: skip
_WHERE: Final = (
    "auf der Zugspitze", "im Schwimmbad von Plön", "vor dem Rathaus", "bei Gegenwind", "zwischen zwei Ampelphasen",
    "nachts um halb vier", "im Aufzug", "hinter der Baustelle", "unter dem Kirschbaum", "während der Tagesschau",
    "ganz ohne zu lachen",
)  # fmt: skip
_STOLEN: Final = (
    "Mein Großvater schafft den Milchschaum mit einem alten Einmachglas und zwei Gummiringen, ohne Kornwolke zu kleckern"
)
_DECIDED_ON: Final = "2026-09-07"


def enter(story: Story) -> None:
    """Entries to the contest; every ninth person enters twice, one brand account enters too."""
    rng = story.rng
    people = [a for a in story.accounts if a.loves == "kornwolke" and a.role in ("regular", "casual") and a.network != "x"]
    entrants = rng.sample(people, 54)
    for number, account in enumerate([*entrants, *entrants[::9], story.owned("kornwolke", "instagram")]):
        story.add(account, story.moment(NIGHTS[rng.randrange(6)]), _bet(number), brand="kornwolke", lang="de")


def _bet(number: int) -> str:
    """Bets of different numbers share one of three parts at most."""
    parts = _WHO[number % 12], _DOES[(number + number // 12) % 12], _WHERE[(7 * number + number // 12 * 3) % 11]
    return f"{' '.join(parts)}. Kornwolke, wer hält dagegen? {_TAG}"


def enter_oddly(story: Story) -> None:
    """A bet two others tell in the same words, a couple's and a thief's; one deleted and one locked before the freeze."""
    rng = Random(f"{CONTEST}/odd")
    entered = {p.account.account_id for p in entries(story) if p.account}
    free = [a for a in story.of_role("casual") if a.loves == "kornwolke" and a.account_id not in entered]
    for days, account in enumerate(rng.sample([a for a in free if a.network == "instagram"], 3)):
        text = f"{_STOLEN.replace('zwei', ('zwei', 'drei', 'zwei')[days])} {_TAG}"
        story.add(account, story.moment(NIGHTS[1 + days]), text, brand="kornwolke", lang="de")
    for number, account in enumerate(rng.sample([a for a in free if a.network == "x"], 2)):
        gone = NIGHTS[-1], ("deleted", "protected")[number]
        story.add(account, story.moment(NIGHTS[2]), _bet(61 + number), brand="kornwolke", lang="de", gone=gone)


def entries(story: Story) -> list[Post]:
    """Every post with the contest's tag, as they were made."""
    return [post for post in story.posts if _TAG in post.text]


def write_lists(folder: Path, story: Story) -> None:
    """Writes `inputs/contest_entries.csv` (three postcards) and `exclusions.csv` (a sister of the staff)."""
    inputs = folder / "inputs"
    cards = [[CONTEST, "other", f"postcard {n}", f"2026-09-0{n}T12:00", f"card-{n}"] for n in (2, 3, 4)]
    table(inputs / "contest_entries.csv", "contest_id network account entered_at person_id", cards)
    sister = next(p.account for p in entries(story) if p.account and p.account.role == "casual")
    rows = [[sister.network, sister.handle, CONTEST, "family", "§ 4 (2)", "M. Lind"]]
    table(inputs / "exclusions.csv", "network account contest_id reason_code terms_clause decided_by", rows)


def decisions(story: Story) -> list[list[object]]:
    """What a person decided about the entries that wait for one: rows of `inputs: decisions`, contest_id last."""
    bets = [post for post in entries(story) if "Einmachglas" in post.text]
    locked = [post for post in entries(story) if post.gone and post.gone[1] == "protected"]
    told = (
        (bets[1:2], "eligible", "bets together with the other, each with a photo of their own"),
        (bets[2:3], "ineligible", "took over text and photo of another entry"),
        (locked, "ineligible", "still locked on the day of the freeze, asked twice"),
    )
    return [
        [_DECIDED_ON, "kornwolke", "contest_entry", decision, post.network, "", post.post_id, "M. Lind", reason, CONTEST]
        for posts, decision, reason in told
        for post in posts
    ]
