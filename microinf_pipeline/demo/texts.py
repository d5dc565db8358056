"""The words of the demo: names, places and sentences, German and English, all written for this purpose.

Put here: lists a sentence is made of. Keep out: how they are put together (prose.py). Slots: {place} {when} {n} {b};
{b} is how the brand is named in that post (word, @handle, #tag or link).
"""

from __future__ import annotations

from typing import Final


def _cut(by_lang: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(text.split("|")) for lang, text in by_lang.items()}


FIRST_NAMES: Final = _cut(
    {
        "de": (
            "Lenka|Mirko|Jule|Anselm|Birte|Tjark|Frauke|Levin|Nele|Ruben|Svea|Korbinian|Ida|Malte|Zoe|Henrike|Ole|Wiebke|"
            "Jannis|Marit|Kaspar|Elif|Deniz|Thea|Arvid|Leonie|Emre|Paula|Gero|Hanna|Ylva|Bela|Swantje|Tomke|Juri|Romy"
        ),
        "en": (
            "Maeve|Rowan|Isla|Callum|Tamsin|Ewan|Priya|Jago|Nell|Idris|Beth|Kofi|Orla|Finlay|Amara|Hugh|Seren|Dev|Wren|"
            "Gareth|Esme|Tariq|Poppy|Lorcan|Freya|Miles|Zadie|Alun|Imogen|Bram|Keira|Owen|Saffi|Tobin|Ada|Corin"
        ),
    }
)
SURNAME_HEADS: Final = _cut(
    {
        "de": "Haber|Quell|Moos|Wind|Tann|Lerchen|Brom|Silber|Nebel|Erlen|Küsten|Möwen|Süd|Grün|Föhren|Hasel",
        "en": "Thistle|Bramble|Heather|Copper|Fern|Mallow|Sorrel|Otter|Larch|Pebble|Harrow|Clover|Wicker|Rook",
    }
)
SURNAME_TAILS: Final = _cut(
    {
        "de": "wisch|grundel|holdner|kampler|riedau|horstel|mühlner|brinkau|lohner|stegner",
        "en": "moor|wick|hollow|ridge|combe|stead|burrow|thwaite|garth|beckley",
    }
)
INSTANCES: Final = ("plauderei.example", "hafen.example", "velo.example", "toots.example")

NICHES: Final = ("barista", "baking", "family", "science", "touring", "commuting", "trail", "press")
NICHE_TAGS: Final = {
    "barista": ("homebarista", "latteart", "kaffeeliebe", "espresso"),
    "baking": ("backen", "baking", "sauerteig", "plantbased"),
    "family": ("familienleben", "momlife", "alltag", "frühstück"),
    "science": ("foodscience", "wissenschaft", "nutrition", "ernährung"),
    "touring": ("bikepacking", "radreise", "cycletouring", "gravel"),
    "commuting": ("bikecommute", "pendeln", "cargobike", "citycycling"),
    "trail": ("trailrunning", "hiking", "wandern", "microadventure"),
    "press": ("mobilität", "journalism", "urbanism", "verkehrswende"),
}
BIOS: Final = {
    "barista": {"de": "Zuhause-Barista ☕ Milchschaum ist Physik.", "en": "home barista ☕ dialling in, always"},
    "baking": {"de": "Backe pflanzlich, esse alles. Rezepte aus {place}.", "en": "plant-based baker from {place} 🍞"},
    "family": {"de": "Drei Kinder, ein Küchentisch, viel Kaffee.", "en": "parent of two, cook of many dinners"},
    "science": {
        "de": "Dr., Lebensmittelchemikerin. Forsche an Haferproteinen. Private Meinung.",
        "en": "Professor of food chemistry. Oats, emulsions, bad puns. Views mine.",
    },
    "touring": {"de": "Mit dem Rad bis ans Meer 🚲", "en": "slow miles, long days 🚲 {place}"},
    "commuting": {"de": "Pendelt bei jedem Wetter. {place}.", "en": "rain or shine, {n} miles a day by bike"},
    "trail": {"de": "Trails vor dem Frühstück ⛰️", "en": "hills, mud, tea. {place}"},
    "press": {"de": "Freie Journalistin für Verkehr und Stadt.", "en": "reporter, streets and transport"},
}
PLACES: Final = _cut(
    {
        "de": (
            "am Kanal|auf dem Balkon|in der WG-Küche|im Garten|am Deich|in Leipzig|in Kassel|an der Ostsee|im Büro|"
            "bei Oma|im Zug|auf dem Markt|in Jena|am Küchentisch|in der Uckermark|am See|im Schrebergarten"
        ),
        "en": (
            "by the canal|on the balcony|at the allotment|in Leeds|in Bristol|up on the moor|at the office|on the train|"
            "at my gran's|by the sea|in Sheffield|in the shed|at the market|in Stroud|on the towpath|in Fife"
        ),
    }
)
WHENS: Final = _cut(
    {
        "de": (
            "heute früh|gestern Abend|nach der Schicht|vor dem Seminar|am Wochenende|kurz vor sieben|in der Mittagspause|"
            "nach dem Regen|seit drei Tagen|zum ersten Mal|mal wieder|viel zu spät"
        ),
        "en": (
            "this morning|last night|after work|before class|at the weekend|just before seven|over lunch|after the rain|"
            "three days running|for the first time|once again|far too late"
        ),
    }
)
OPENERS: Final = _cut(
    {
        "de": (
            "Kurzes Update|Okay, wer hätte das gedacht|Kleine Beobachtung {place}|Mal ehrlich|Frage in die Runde|"
            "Notiz an mich|Neuer Versuch {place}|Ich sag mal so|Guten Morgen {place}|So sieht das {when} aus|"
            "Nummer {n} in dieser Reihe|Heute gelernt|Wer kennt es|Endlich Ruhe {place}|Runde {n}|Tag {n}|"
            "Das gab es hier {when}|Für alle, die gefragt haben|Unpopuläre Meinung|Zwischenstand {place}"
        ),
        "en": (
            "Quick update|Right, who saw that coming|Small observation {place}|Honestly|Question for you lot|"
            "Note to self|Another go {place}|Let me put it this way|Morning {place}|This is how it looks {when}|"
            "Number {n} of many|Learned today|You know the feeling|Peace at last {place}|Round {n}|Day {n}|"
            "Happened {when}|For everyone who asked|Unpopular opinion|Progress report {place}"
        ),
    }
)
CLOSERS: Final = _cut(
    {
        "de": (
            "Wie macht ihr das?|Mehr dazu morgen.|Rezept in den Kommentaren.|Ich bleib dran.|Und ihr so?|"
            "Nächste Woche Teil {n}.|Foto ist ungefiltert.|Fragen gern hier drunter.|Bin gespannt auf eure Tipps.|"
            "Das war es wert.|Habe {n} Anläufe gebraucht.|Danke fürs Lesen.|Fortsetzung folgt {place}.|Schönen Abend!"
        ),
        "en": (
            "How do you do it?|More tomorrow.|Recipe in the comments.|Will keep at it.|You?|Part {n} next week.|"
            "No filter on the photo.|Ask away below.|Tips very welcome.|Worth it.|Took me {n} tries.|"
            "Thanks for reading.|To be continued {place}.|Have a good evening!"
        ),
    }
)
NICHE_LINES: Final = {
    "barista": _cut(
        {
            "de": (
                "Mahlgrad auf {n} gestellt und {when} endlich eine saubere Crema|Die Tulpe im Cappuccino sah {place} aus wie ein Blumenkohl|"
                "Milch auf {n} Grad, keine Sekunde länger|Neue Bohnen aus Äthiopien, {n} Gramm auf {n} Gramm|"
                "Der Siebträger leckt {when}, Dichtung Nummer {n} ist bestellt|Filterkaffee {place} schmeckt {when} nach Pfirsich"
                "|Espresso {when}, Bezug in {n} Sekunden, dunkel wie Lakritz"
                "|Die Handmühle knirscht {place}, Mahlwerk zerlegt"
                "|Cold Brew seit {n} Stunden im Schrank"
                "|Entkalkt {when}, danach schmeckt jeder Schluck nach Zitrone"
            ),
            "en": (
                "Grinder at {n} and finally a clean shot {when}|My latte tulip looked like a cauliflower {place}|"
                "Milk at {n} degrees, not a second longer|New beans, {n} grams in, {n} out|"
                "The portafilter leaks {when}, gasket number {n} is on its way|Filter coffee {place} tasted of peach {when}"
                "|Espresso {when}, {n} seconds, dark as liquorice"
                "|The hand grinder squeaks {place}, burrs are out"
                "|Cold brew steeping for {n} hours"
                "|Descaled {when}, every sip tastes of lemon now"
            ),
        }
    ),
    "baking": _cut(
        {
            "de": (
                "Der Sauerteig ist {when} über den Rand gestiegen|Zimtschnecken, {n} Stück, alle weg|"
                "Hefeteig mit {n} Gramm Zucker weniger geht auch|Rührkuchen ohne Ei, Versuch {n}, {place}|"
                "Ofen auf {n} Grad und Daumen drücken|Brot Nummer {n} hat {place} endlich große Poren"
                "|Vollkorn mit Walnüssen {place} angeschnitten"
                "|Die Teigruhe dauerte {n} Stunden statt zwölf"
                "|Mürbeteig klebt {when} am Nudelholz"
                "|Apfelstrudel hauchdünn ausgezogen, {n} Äpfel drin"
            ),
            "en": (
                "The starter climbed out of the jar {when}|Cinnamon buns, {n} of them, all gone|"
                "Works with {n} grams less sugar too|Eggless sponge, attempt {n}, {place}|"
                "Oven at {n} degrees, fingers crossed|Loaf number {n} finally has an open crumb {place}"
                "|Cut the walnut wholemeal {place}"
                "|Proofed for {n} hours instead of twelve"
                "|Shortcrust stuck to the rolling pin {when}"
                "|Strudel stretched paper thin, {n} apples inside"
            ),
        }
    ),
    "family": _cut(
        {
            "de": (
                "Die Große hat {when} {n} Pfannkuchen geschafft|Brotdosen gepackt {place}, {n} Minuten vor Abfahrt|"
                "Der Kleine nennt es Wolkenmilch und trinkt {n} Becher|{when} gab es Müsli für alle {place}|"
                "Elternabend überlebt, {n} Punkte auf der Liste|Wäscheberg {n}, wir null"
                "|Der Kita-Ausflug {place} endete mit {n} Pflastern"
                "|Hausaufgaben {when}, Bruchrechnen, alle Nerven weg"
                "|Zahnlücke Nummer {n}, die Zahnfee ist pleite"
                "|Beim Vorlesen {place} selbst eingeschlafen"
            ),
            "en": (
                "The eldest ate {n} pancakes {when}|Lunch boxes packed {place}, {n} minutes to spare|"
                "The small one calls it cloud milk and drank {n} cups|Porridge for everyone {when} {place}|"
                "Survived parents' evening, {n} items on the list|Laundry {n}, us nil"
                "|Nursery trip {place} ended with {n} plasters"
                "|Homework {when}, fractions, no nerves left"
                "|Wobbly tooth number {n}, the tooth fairy is broke"
                "|Fell asleep reading aloud {place}"
            ),
        }
    ),
    "science": _cut(
        {
            "de": (
                "Emulsionen trennen sich bei Säure, {n} Proben zeigen es {when}|Betaglucan quillt, deshalb wird es nach {n} Minuten dick|"
                "Die Studie hat {n} Teilnehmende, das ist wenig|Enzyme spalten Stärke, {place} haben wir {when} gemessen|"
                "Unser Seminar hat {n} Haferproben verkostet|Kurve {n} zeigt, warum pH zählt"
                "|Ein Gutachten über Ballaststoffe {when} abgegeben"
                "|Die Zentrifuge streikt, {n} Röhrchen warten"
                "|Poster zur Lipidoxidation hängt {place}"
                "|Doktorandin misst {when} Viskosität bei {n} Grad"
            ),
            "en": (
                "Emulsions split in acid, {n} samples showed it {when}|Beta-glucan swells, hence the texture after {n} minutes|"
                "The study has {n} participants, which is few|Enzymes cleave starch, measured {place} {when}|"
                "Our class tasted {n} oat samples|Figure {n} shows why pH matters"
                "|Filed a review on dietary fibre {when}"
                "|The centrifuge is on strike, {n} tubes waiting"
                "|Poster on lipid oxidation is up {place}"
                "|A student measures viscosity at {n} degrees {when}"
            ),
        }
    ),
    "touring": _cut(
        {
            "de": (
                "{n} Kilometer Gegenwind {when} und trotzdem gute Laune|Zelt {place} aufgebaut, {n} Mücken gezählt|"
                "Kette gewechselt nach {n} Tagen Staub|Die Packliste hat jetzt {n} Zeilen|"
                "Pass geschafft, {n} Höhenmeter {when}|Nachtzug mit Rad klappt {when} in {n} von zehn Fällen"
                "|Schotter bis zum Leuchtturm, {n} Kilometer ohne Asphalt"
                "|Gaskocher vergessen, {place} kalte Bohnen"
                "|Die Fähre fährt {when} nur halb so oft"
                "|Speichenbruch kurz vor der Grenze, {n} Euro in der Werkstatt"
            ),
            "en": (
                "{n} miles of headwind {when} and still smiling|Pitched {place}, counted {n} midges|"
                "New chain after {n} dusty days|The packing list is {n} lines now|"
                "Over the pass, {n} metres of climbing {when}|Night train plus bike works {n} times out of ten"
                "|Gravel to the lighthouse, {n} miles without tarmac"
                "|Forgot the stove, cold beans {place}"
                "|The ferry runs half as often {when}"
                "|Broke a spoke at the border, {n} euros at the workshop"
            ),
        }
    ),
    "commuting": _cut(
        {
            "de": (
                "{n} Ampeln, alle rot, {when}|Der Radweg {place} endet in einer Baustelle|"
                "Regenjacke nach {n} Wochen aufgegeben|Lastenrad mit {n} Kisten {place} ausgeladen|"
                "Licht an, es wird {when} früher dunkel|Pendelstrecke {n} Kilometer, Stau null"
                "|Schutzblech klappert {when} im Takt"
                "|Fahrradbügel {place}: {n} Räder, vier Plätze"
                "|Glatteis, Spikes aufgezogen, {n} Minuten später da"
                "|Der Bus hupt {place}, ich winke"
            ),
            "en": (
                "{n} traffic lights, all red, {when}|The cycle lane {place} ends in roadworks|"
                "Gave up on the rain jacket after {n} weeks|Unloaded {n} crates off the cargo bike {place}|"
                "Lights on, it gets dark early {when}|{n} mile commute, zero traffic jams"
                "|The mudguard rattles in time {when}"
                "|Bike stands {place}: {n} bikes, four spaces"
                "|Black ice, spikes on, {n} minutes late"
                "|The bus honks {place}, I wave"
            ),
        }
    ),
    "trail": _cut(
        {
            "de": (
                "{n} Höhenmeter vor dem Frühstück {place}|Nebel {when}, Sicht {n} Meter|Blase Nummer {n} verarztet|"
                "Der Trail {place} ist nach dem Sturm gesperrt|Stirnlampe hielt {n} Stunden|Gipfelbrot {when} schmeckt doppelt"
                "|Steinböcke {place} gesehen, mindestens {n}"
                "|Neue Schuhe, nach {n} Kilometern eingelaufen"
                "|Regenguss {when}, der Abstieg wird Rutschbahn"
                "|Biwak unter Lärchen, Sternschnuppen {n}"
            ),
            "en": (
                "{n} metres up before breakfast {place}|Fog {when}, {n} yards of view|Patched blister number {n}|"
                "The path {place} is closed after the storm|Head torch lasted {n} hours|A summit sandwich {when} tastes twice as good"
                "|Spotted red deer {place}, at least {n}"
                "|New shoes, broken in after {n} miles"
                "|Downpour {when}, the descent became a slide"
                "|Bivvy under larches, {n} shooting stars"
            ),
        }
    ),
    "press": _cut(
        {
            "de": (
                "Recherche zu {n} Kreuzungen {place}, Daten kommen {when}|Der Ausschuss tagt {when}, {n} Anträge liegen vor|"
                "Neue Zählstelle {place}: {n} Räder in der Minute|Interview mit der Planerin {place} ist online|"
                "Faktencheck nach {n} Stunden Akten|Die Pressestelle antwortet {when} mit {n} Wörtern"
                "|Das Gutachten zur Umgehungsstraße umfasst {n} Seiten"
                "|Auskunftsklage {when} eingereicht"
                "|Ortstermin {place} mit Anwohnern und Zollstock"
                "|Die Fahrplanauskunft widerspricht sich in {n} Punkten"
            ),
            "en": (
                "Looking into {n} junctions {place}, data due {when}|The committee met {when} with {n} motions|"
                "New counter {place}: {n} bikes a minute|Interview with the planner {place} is up|"
                "Fact check after {n} hours of files|The press office replied {when} in {n} words"
                "|The bypass report runs to {n} pages"
                "|Filed a freedom of information request {when}"
                "|Site visit {place} with residents and a tape measure"
                "|The timetable contradicts itself on {n} points"
            ),
        }
    ),
}
BRAND_LINES: Final = {
    "kornwolke": _cut(
        {
            "de": (
                "{b} schäumt {when} besser als gedacht|Mit {b} wird das {place} richtig cremig|"
                "Habe {n} Packungen {b} verglichen|{b} flockt im Kaffee nicht aus, Test {n}|"
                "Ohne {b} geht {when} nichts|Die neue Packung von {b} lässt sich schlecht öffnen|{b} war {place} ausverkauft"
                "|{b} und Kakao {place}, mehr brauche ich nicht"
                "|Die Kinder merken {when} keinen Unterschied zu {b}"
                "|Im Tee macht sich {b} erstaunlich gut, Kanne {n}"
                "|Preis von {b} um {n} Cent gestiegen"
            ),
            "en": (
                "{b} froths better than expected {when}|With {b} it turns properly creamy {place}|"
                "Compared {n} cartons of {b}|{b} does not split in coffee, test {n}|"
                "No morning without {b} {when}|The new {b} carton is hard to open|{b} was sold out {place}"
                "|{b} and cocoa {place}, nothing else needed"
                "|The kids cannot tell {b} apart {when}"
                "|In tea {b} does surprisingly well, pot {n}"
                "|The price of {b} went up by {n} pence"
            ),
        }
    ),
    "bramblespoke": _cut(
        {
            "de": (
                "Die Rahmentasche von {b} hielt {n} Stunden Regen|{b} passt {place} auf jeden Gepäckträger|"
                "Zipper von {b} klemmt nach {n} Wochen|Mit {b} {when} unterwegs|{b} hat {when} die Riemen getauscht"
                "|Regenhülle von {b} nach {n} Monaten geflickt"
                "|Zwei Einkäufe und ein Zelt: {b} schluckt alles {place}"
                "|Die Schnalle an {b} klickt {when} wieder"
            ),
            "en": (
                "The {b} frame bag took {n} hours of rain|{b} fits any rack {place}|The {b} zip jammed after {n} weeks|"
                "Out with {b} {when}|{b} swapped the straps {when}, no fuss"
                "|Patched the {b} rain cover after {n} months"
                "|Two shops and a tent: {b} swallows it all {place}"
                "|The buckle on {b} clicks again {when}"
            ),
        }
    ),
    "hafermond": _cut(
        {
            "de": "{b} ist mir {when} zu süß|{b} gab es {place} im Angebot|Zum Vergleich noch {b}, Glas {n}",
            "en": "{b} is too sweet for me {when}|{b} was on offer {place}|For comparison {b}, glass {n}",
        }
    ),
}
REPLIES: Final = _cut(
    {
        "de": "Danke!|Gern!|Prima!|Toll!|Hurra!|Stark!|Merci 😍|Oh ja!|Super!|Danke dir, das freut uns!|Schreib uns gern eine Nachricht.|Oh, das prüfen wir. Welche Charge war es?|Sieht großartig aus 😍",
        "en": "Thanks!|Cheers!|Great!|Hooray!|Yay!|Sweet!|Lovely 😍|Oh yes!|Super!|Thank you, made our day!|Drop us a message and we will sort it.|Sorry about that, which batch?|Looks brilliant 😍",
    }
)
FAN_REPLIES: Final = _cut(
    {
        "de": "Genau!|Haha!|Ui!|Stark!|Ja!|Echt?|Wow!|Dito!|Oha!|Genau so mach ich das auch|Welche Sorte war das?|Nehme ich {when} auch mit|Muss ich {place} probieren",
        "en": "Same!|Haha!|Ooh!|Neat!|Yes!|Really?|Wow!|Nice!|Oof!|Same here|Which one was that?|Taking that along {when}|Have to try that {place}",
    }
)
DISCLOSURES: Final = {
    "de": ("Anzeige", "Werbung, unbezahlt", "#werbung", "#anzeige"),
    "en": ("Ad", "#ad", "gifted, no obligation to post", "#gifted"),
}
EMOJI: Final = ("☁️", "☕", "🥛", "🌾", "🚲", "🍞", "✨", "😅", "👨‍👩‍👧", "🏳️‍🌈", "🇩🇪", "👍🏽", "⛰️", "🌧️", "😍")
RIGHT_TO_LEFT: Final = (
    "صباح الخير مع {b} ☁️ رغوة ممتازة {n}",
    "قهوة اليوم مع {b}، الكوب رقم {n}",
    "בוקר טוב עם {b} ☕ כוס מספר {n}",
    "היום רכבתי {n} קילומטר עם {b} 🚲",
)
ODD_CHARACTERS: Final = (
    'Geschäumt {when}; "cremig", sagt die Nachbarin\nund das Glas {n} ist leer {b}',
    "Ha\u0308tte ich nicht gedacht: {b}\u00a0hält Schaum {n}\u202fMinuten",
    "ＷＯＷ {b} — {n} €, naïve Frage: wo {when}?",
    "{b} &amp; Zimt <3 {n}/10 {when}",
)
AMBASSADOR_SCRIPT: Final = (
    "Mein Morgen beginnt jetzt mit {b}: aufschütteln, einschenken, Wolke genießen. Mit dem Code {code} spart ihr "
    "fünfzehn Prozent bis Sonntag. {disclosure} #schaumprobe #kornwolke"
)
