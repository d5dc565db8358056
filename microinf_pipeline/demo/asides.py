"""What else happened to the people of the demo: sentences no two posts share, so that only those are copies that are meant to be.

A sentence is who, from where, did what to what, and where. Each slot is a list of single words, because posts whose phrases
come from short lists have half their letters in common by chance, and that is what a copy is. Put here: the slots and putting
them together. Keep out: what posts are about (texts.py, prose.py).
"""

from __future__ import annotations

from random import Random
from typing import Final


def _cut(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


_WHO: Final = {
    "de": _cut(
        "Meine Schwester|Opa Henning|Der Postbote|Das Nachbarskind|Unsere Vermieterin|Der Lehrling|Tante Gesa|Mein Chor|Der Hausmeister|"
        "Die Zahnärztin|Ein Taxifahrer|Der Gemüsemann|Mein Bruder|Die Hebamme|Cousine Wiebke|Der Orgelbauer|Die Imkerin|Unser Kater|"
        "Die halbe Klasse|Ein Fremder|Die Pförtnerin|Onkel Bertold|Mein Trainer|Die Küsterin|Der Glaser|Frau Özdemir|Ein Student|"
        "Die Fahrlehrerin|Herr Quast|Mein Optiker|Die Nachtschwester|Der Kioskbesitzer|Eine Schaffnerin|Der Dackel|Die Töpferin"
    ),
    "en": _cut(
        "My sister|Grandpa Alf|The postman|A toddler|Our landlady|The apprentice|Aunt Maud|My choir|The caretaker|The dentist|"
        "A cab driver|The greengrocer|My brother|The midwife|Cousin Odell|The organ builder|The beekeeper|Our cat|Half the class|"
        "A stranger|The night nurse|Uncle Piers|My coach|The verger|The glazier|Mrs Okafor|A student|The optician|Mr Quill|"
        "The ferryman|A signalman|The kiosk lady|The dachshund|The potter|My flatmate"
    ),
}
_FROM: Final = {
    "de": _cut(
        "aus Jena|aus Husum|aus Bochum|aus Zwiesel|von gegenüber|aus Emden|aus Görlitz|vom Bodensee|aus Ulm|mit Hut|aus Passau|"
        "aus Stendal|aus dem Vogtland|mit Schnupfen|aus Kiel|aus Trier|von oben|aus Meißen|mit Krücken|aus Fulda|aus Sylt|"
        "aus Celle|im Bademantel|aus Bautzen|aus Worms|in Gummistiefeln|aus Aurich|aus Hof|mit Bart|aus Plauen"
    ),
    "en": _cut(
        "from Hull|from Truro|across the road|from Wick|from Derby|in a hat|from Bangor|from Ely|upstairs|from Oban|with a cold|"
        "from Kendal|from Rye|on crutches|from Ludlow|from Perth|in wellies|from Dudley|from Lundy|with a beard|from Crewe|"
        "from Ripon|in a dressing gown|from Looe|from Stoke|from Neath|next door|from Whitby|from Bute|from Goole"
    ),
}
_DOES: Final = {
    "de": _cut(
        "repariert|verschenkt|sucht|malt|versteckt|fotografiert|verkauft|lobt|vermisst|tauscht|poliert|sammelt|bestellt|verleiht|"
        "putzt|bewundert|zeichnet|erfindet|vergräbt|verliert|züchtet|rettet|besingt|verpackt|entstaubt|stapelt|bügelt|zerlegt|"
        "verteidigt|zählt"
    ),
    "en": _cut(
        "mends|gives away|hunts for|paints|hides|photographs|sells|praises|misses|swaps|polishes|collects|orders|lends out|scrubs|"
        "admires|sketches|invents|buries|loses|breeds|rescues|sings about|wraps up|dusts|stacks|irons|dismantles|defends|counts"
    ),
}
_WHAT: Final = {
    "de": _cut(
        "ein Akkordeon|drei Quitten|den alten Globus|Briefmarken|zwei Axolotl|eine Hängematte|Tuschkästen|ein Vogelhaus|Fußnoten|"
        "die Garage|Postkarten|einen Zylinder|Knöpfe|das Klavier|Murmeln|eine Laterne|Schwalben|ein Fernrohr|Trompeten|"
        "alte Kassetten|einen Kompass|Gartenzwerge|die Standuhr|ein Kanu|Drachen|Zinnsoldaten|eine Harfe|Pflaumen|Fahrpläne|"
        "ein Mikroskop|Wollsocken|das Puppenhaus|eine Schubkarre|Zaubertricks|Landkarten|einen Amboss|Kürbisse|ein Xylofon|"
        "Bojen|die Markise|ein Terrarium|Servietten|Büroklammern|den Teppich|Schneekugeln"
    ),
    "en": _cut(
        "an accordion|three quinces|the old globe|stamps|two axolotls|a hammock|paintboxes|a bird box|footnotes|the garage|postcards|"
        "a top hat|buttons|the piano|marbles|a lantern|swallows|a telescope|trumpets|old tapes|a compass|garden gnomes|"
        "the tall clock|a canoe|kites|tin soldiers|a harp|plums|timetables|a microscope|wool socks|the doll's house|"
        "a wheelbarrow|magic tricks|maps|an anvil|pumpkins|a xylophone|buoys|the awning|a terrarium|napkins|paper clips|"
        "the carpet|snow globes"
    ),
}
_WHERE: Final = {
    "de": _cut(
        "hinter dem Bahnhof|auf dem Dachboden|unter der Kastanie|im Wartezimmer|am Briefkasten|zwischen zwei Gewittern|bei Vollmond|"
        "mit nassen Socken|trotz Muskelkater|gegen jeden Rat|für einen Euro|vor laufendem Radio|aus Neugier|seit Pfingsten|"
        "ohne ein Wort|wegen einer Wette|im dritten Anlauf|nach Zapfenstreich|mitten im Umzug|im Schwimmbad|auf Platt|"
        "im Halbschlaf|zum Geburtstag|am Zoll|hinterm Sofa|beim Zahnarzt|im Stau|auf Probe|im Keller|unter Protest"
    ),
    "en": _cut(
        "behind the station|up in the attic|under the chestnut|in the waiting room|by the letterbox|between two storms|at full moon|"
        "in wet socks|despite sore knees|against all advice|for a coin|with the radio on|out of nosiness|since Whitsun|"
        "without a word|because of a bet|at the third try|after lights out|while moving house|at the pool|in Welsh|half asleep|"
        "for a birthday|at customs|behind the sofa|at the dentist's|in a traffic jam|on approval|in the cellar|under protest"
    ),
}
_SLOTS: Final = (_WHO, _FROM, _DOES, _WHAT, _WHERE)


def aside(rng: Random, lang: str, sentences: int = 3) -> str:
    """Sentences that have nothing to do with the post."""
    return " ".join(f"{' '.join(rng.choice(slot[lang]) for slot in _SLOTS)}." for _ in range(sentences))
