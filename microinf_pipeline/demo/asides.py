"""What else happened to the people of the demo: sentences no two posts share, so that only those are copies that are meant to be.

Put here: who, what and where, and putting them together. Keep out: what posts are about (texts.py, prose.py).
"""

from __future__ import annotations

from random import Random
from typing import Final

_WHO: Final = {
    "de": (
        "meine Schwester", "Opa Henning", "der Postbote", "das Nachbarskind", "unsere Vermieterin", "der Lehrling", "Tante Gesa",
        "mein Chor", "der Hausmeister", "die Zahnärztin", "ein Taxifahrer", "der Gemüsemann", "mein Bruder", "die Hebamme",
        "Cousine Wiebke", "der Orgelbauer", "die Imkerin", "unser Kater", "die halbe Klasse", "ein Fremder mit Hut",
    ),
    "en": (
        "my sister", "grandpa Alf", "the postman", "next door's toddler", "our landlady", "the apprentice", "aunt Maud",
        "my choir", "the caretaker", "the dentist", "a cab driver", "the greengrocer", "my brother", "the midwife",
        "cousin Odell", "the organ builder", "the beekeeper", "our cat", "half the class", "a stranger in a hat",
    ),
}  # fmt: skip
_DID: Final = {
    "de": (
        "hat den Schlüssel verlegt", "pfeift ein Seemannslied", "isst kalte Klöße", "zählt Schwalben", "repariert ein Akkordeon",
        "verliert beim Schach", "malt die Garage gelb", "sucht einen Gummistiefel", "schreibt Postkarten", "übt Handstand",
        "verschenkt Quitten", "hört Jazz auf Kassette", "baut ein Vogelhaus", "schläft im Stehen", "sammelt Briefmarken",
        "poliert Trompeten", "streitet über Fußnoten", "züchtet Axolotl", "träumt von Island", "strickt ohne Brille",
    ),
    "en": (
        "lost the spare key", "whistles a sea shanty", "eats cold dumplings", "counts swallows", "mends an accordion",
        "loses at chess", "paints the shed yellow", "hunts for one boot", "writes postcards", "practises handstands",
        "gives away quinces", "plays jazz on tape", "builds a bird box", "sleeps standing up", "sorts old stamps",
        "polishes trumpets", "argues over footnotes", "breeds axolotls", "dreams of Iceland", "knits without glasses",
    ),
}  # fmt: skip
_WHERE: Final = {
    "de": (
        "hinter dem Bahnhof", "auf dem Dachboden", "unter der Kastanie", "im Wartezimmer", "neben dem Briefkasten",
        "zwischen zwei Gewittern", "bei Vollmond", "mit nassen Socken", "trotz Muskelkater", "gegen jeden Rat", "für einen Euro",
        "vor laufendem Radio", "aus reiner Neugier", "seit Pfingsten", "ohne ein Wort", "wegen einer Wette", "am Küchenfenster",
        "im dritten Anlauf", "nach dem Zapfenstreich", "mitten im Umzug",
    ),
    "en": (
        "behind the station", "up in the attic", "under the chestnut", "in the waiting room", "beside the letterbox",
        "between two storms", "at full moon", "in wet socks", "despite sore knees", "against all advice", "for a single coin",
        "with the radio on", "out of pure nosiness", "since Whitsun", "without a word", "because of a bet", "by the kitchen window",
        "at the third try", "after lights out", "halfway through moving",
    ),
}  # fmt: skip


def aside(rng: Random, lang: str) -> str:
    """Three sentences that have nothing to do with the post."""
    said = [f"{rng.choice(_WHO[lang])} {rng.choice(_DID[lang])} {rng.choice(_WHERE[lang])}." for _ in range(3)]
    return " ".join(sentence[0].upper() + sentence[1:] for sentence in said)
