"""The vocabulary for measuring: other topics, words, sentences, wares and names than those that models are made of."""

from __future__ import annotations

from typing import Final

from datasets.blogosphere.lexicon.base import Lexicon, language, lexicon

__all__ = ["LEXICON"]

_EN: Final = language(
    "en",
    places={
        "a": """
            slow patient ordinary careless bright narrow familiar heavy modest curious dusty sudden faint generous
            awkward plain steady weathered""",
        "v": """
            carries follows shapes interrupts deserves survives reveals borrows-from resembles softens outgrows
            anchors complicates""",
        "p": """
            at-dawn in-winter two-years-ago most-evenings before-the-storm since-Tuesday by-the-window on-foot
            once-in-a-while during-the-strike after-school up-north""",
        "w": "Nadia Oleg Marguerite my-uncle the-curator a-stranger my-students Benedict Ruth our-landlady both-of-us",
        "d": """
            carried found restored misread translated repainted described gave-up kept collected sketched mended
            refused catalogued""",
    },
    topics={
        "birds": """
            warblers binoculars nest-boxes estuary migration plumage herons hide ringing fieldnotes owls reedbed
            starlings feeder""",
        "sailing": "dinghy rigging tides knots keel regatta varnish lighthouse moorings charts dinghies squall rudder",
        "letters": """
            manuscript novella footnotes bookshop translator sonnet paperback marginalia editor proofs bindery
            archive essayist""",
        "photo": "darkroom aperture tripod negatives portrait lens shutter contact-sheets rangefinder grain exposure",
        "astronomy": "telescope nebula eclipse comet observatory orbit spectrograph moons meteor constellation",
        "wood": "chisel dovetail workbench plane walnut lathe veneer joinery sawdust mallet cabinet shellac",
        "history": """
            parish-records census mill canal trench-letters chapel railway-strike tithe-map drovers weavers
            almshouse ledger""",
        "rail": "locomotive signal-box sleeper-car viaduct gauge platform timetable tramway junction carriage",
        "software": "kernel linker regex scheduler mutex pagination schema rollback linter sandbox tarball fuzzing",
        "wagers": "roulette jackpot bookmaker racecourse card-counting tote bankroll dealer fruit-machine scratchcards",
        "wealth": "annuity overdraft landlords stocks bonds lender repossession payslip premium broker collateral",
        "body": "insulin knee-surgery dosage migraine supplements detox clinic-notes posture prescriptions opioids",
        "attire": "trainers wristwatch tweed knitwear tote-bag loafers perfume tailcoat lapels corduroy",
    },
    sentences="""
What {w} {d} {p} was {n}, and I keep thinking of {m}.
There is something {a} about {n} that {v} {m}.
{N} came first; {m}, {o} and the {a} parts followed {p}.
If {n} {v} {m}, then {w} {d} it for nothing.
I have kept {number} {n} {p}, mostly {a} ones.
{P} I asked about {n}. {W} {d} {m} instead.
Nobody warned me that {n} would be so {a}.
{W} says {n}; I say {m}; we {d} {o} together.
It took {number} evenings, {a} {n} and borrowed {m}.""",
    titles="""
{N} {p}
In praise of {a} {n}
What {n} taught {w}
{N}, {m}, {o}
Again with the {n}
{number} {n} later
A {a} defence of {n}
{W} {d} {n}
Field report: {n}""",
    pointers="which I first saw in|compare|prompted by|the starting point was|continuing from|as described by",
    pitches="""
Need {ware}? Our team delivers {ware} with guaranteed results.
Order {ware} online and claim your welcome offer.
{number} reasons why clients recommend our {ware}.
The leading source of {ware} for {n} lovers, with instant support.
Do not miss this deal on {ware}; stock is limited.
Professional {ware} at unbeatable rates, call now.
Are you searching for reliable {ware}? You are in the right place.
With {ware} you will forget {n}, and {ware} works for everybody.
Read our full guide to {ware}, then sign up with code SAVE{number}.
Choosing {ware} is one of the most important decisions for {n}.""",
    pitch_titles="""
{ware}: The Ultimate Guide
{number} Reasons To Try {ware}
Where To Find {ware} {year}
Affordable {ware}
Is {ware} Worth It? Honest Review
{number} Tips For {ware} Reviews
{ware} | Official Site
Why {ware} Matter For {n}
The Truth About {ware}""",
    stances="""
My cousin spent {number} months free of {ware}, and this is what helped {p}.
The commission on {ware} heard {w} {p}; the minutes are {a}.
Selling {ware} was my first job, and I {d} it.
Researchers who study {ware} point to {n}, not to {m}.
Campaigners want warnings on {ware}; the industry {d} {n} instead.
A court in our county decided about {ware} {p}.""",
    stance_titles="""
Living next to {ware}
After {ware}: a recovery diary
Who profits from {ware}
The court, the council and {ware}
What the figures on {ware} really show""",
    replies="""
I had the same trouble with {n}; {m} {v} it in the end.
Not sure that {n} {v} {m}, but it is well put.
So good.
This made my week. {N}!
We {d} {n} {p} as well, here are {number} pictures.
Counterpoint: {a} {n}.
Congratulations, {w} will be happy.""",
    credits="|(source)|Full story here|Full text at|Read the rest|Reposted from|Credit:",
)
_DE: Final = language(
    "de",
    places={
        "a": "schmal geduldig hell staubig gewöhnlich schwer leise vertraut plötzlich sperrig",
        "v": "trägt begleitet prägt verrät stört beruhigt verankert überdauert",
        "p": "im-Winter vor-Jahren abends am-Dienstag zu-Fuß beim-Frühstück im-Norden nach-der-Schule",
        "w": "Nadja Ole Margarete mein-Onkel die-Kuratorin ein-Fremder Benedikt meine-Schüler",
        "d": "getragen gefunden restauriert übersetzt gestrichen gesammelt skizziert geflickt",
    },
    topics={
        "birds": "Zugvögel Fernglas Nistkästen Reiher Schilf Stare Eulen Futterhaus Beringung",
        "rail": "Lokomotive Stellwerk Viadukt Bahnsteig Fahrplan Weiche Straßenbahn Waggon",
        "letters": "Manuskript Fußnoten Buchladen Sonett Lektorin Taschenbuch Nachlass Druckfahnen",
        "wealth": "Rente Überziehung Vermieter Aktien Lohnzettel Pfändung Beitrag Bausparen",
    },
    sentences="""
Was {w} {p} {d} hat, war {n}, nicht {m}.
{N}: {a}, und {m} {v} {o}.
Ich habe {number} {n} {d}, {p}.
Wenn {n} {m} {v}, bleibt {o} {a}.
Niemand sagte mir, wie {a} {n} ist.""",
    titles="""
{N} {p}
Lob der {n}
{number} {n} später
{W}, {n} und {m}
Noch einmal {n}""",
    pointers="angeregt durch|vergleiche|zuerst gesehen bei|Anlass war",
    pitches="""
Sie suchen {ware}? Bei uns finden Sie {ware} mit Garantie.
{number} Gründe für {ware}, jetzt Bonus sichern.
Professionelle {ware} zu fairen Preisen, rufen Sie an.
Bestellen Sie {ware} bequem von zu Hause.""",
    pitch_titles="""
{ware}: der große Ratgeber
{ware} seriös und schnell
{number} Gründe für {ware}""",
    stances="""
Meine Cousine lebt seit {number} Monaten ohne {ware}.
Das Gericht hat {p} über {ware} entschieden.
Wer {ware} erforscht, spricht von {n}.""",
    stance_titles="""
Leben neben {ware}
Wer an {ware} verdient""",
    replies="""
Mit {n} ging es mir genauso.
Nicht überzeugt, aber gut geschrieben.
Wunderbar, {n}!""",
    credits="|(Quelle)|Mehr dazu hier|Zum Original",
)
_FR: Final = language(
    "fr",
    places={
        "a": "lent patient étroit familier lourd modeste poussiéreux soudain",
        "v": "porte suit révèle adoucit ressemble-à dépasse interrompt",
        "p": "à-l'aube en-hiver le-soir mardi à-pied avant-l'orage au-nord",
        "w": "Nadia Oleg Marguerite mon-oncle la-conservatrice Benoît mes-élèves",
        "d": "porté trouvé restauré traduit repeint gardé dessiné réparé",
    },
    topics={
        "sailing": "voilier marées nœuds phare régate gréement mouillage cartes",
        "letters": "manuscrit notes libraire sonnet traductrice poche archives épreuves",
        "wood": "ciseau établi noyer tour placage rabot sciure maillet",
        "body": "dosage migraine ordonnance posture clinique compléments genou",
    },
    sentences="""
Ce que {w} a {d} {p}, c'est {n}.
Il y a du {a} dans {n}, et {m} {v} {o}.
J'ai gardé {number} {n} {p}.
Personne ne m'a dit que {n} serait si {a}.""",
    titles="""
{N} {p}
Éloge de {n}
{number} {n} plus tard
Encore {n}""",
    pointers="inspiré par|comparer avec|d'abord lu chez|dans la suite de",
    pitches="""
Besoin de {ware} ? Résultats garantis avec notre équipe.
Commandez {ware} et profitez de l'offre de bienvenue.
{number} raisons de choisir {ware} chez nous.""",
    pitch_titles="""
{ware} : le guide complet
{number} raisons d'essayer {ware}
{ware} avis {year}""",
    stances="""
Ma cousine vit sans {ware} depuis {number} mois.
Le tribunal a parlé de {ware} {p}.""",
    stance_titles="""
Vivre à côté de {ware}
À qui profite {ware}""",
    replies="""
Même souci avec {n} ici.
Pas convaincue, mais bien dit.
Bravo pour {n}!""",
    credits="|(source)|La suite ici|Texte intégral",
)
_ES: Final = language(
    "es",
    places={
        "a": "lento paciente estrecho familiar pesado modesto polvoriento súbito",
        "v": "lleva sigue revela suaviza supera interrumpe ancla",
        "p": "al-alba en-invierno por-la-noche el-martes a-pie antes-de-la-tormenta",
        "w": "Nadia Óscar Margarita mi-tío la-archivera Benito mis-alumnos",
        "d": "llevado encontrado restaurado traducido guardado dibujado reparado",
    },
    topics={
        "astronomy": "telescopio nebulosa eclipse cometa órbita lunas meteoro observatorio",
        "history": "parroquia censo molino canal huelga telares capilla archivo",
        "wagers": "ruleta quiniela hipódromo apostador naipes bingo crupier premio",
    },
    sentences="""
Lo que {w} ha {d} {p} fue {n}.
Hay algo {a} en {n} que {v} {m}.
He guardado {number} {n} {p}.
Nadie me avisó de que {n} sería tan {a}.""",
    titles="""
{N} {p}
Elogio de {n}
{number} {n} después
Otra vez {n}""",
    pointers="a raíz de|compárese con|visto antes en|siguiendo a",
    pitches="""
¿Buscas {ware}? Resultados garantizados con nuestro equipo.
Pide {ware} y aprovecha la oferta de bienvenida.
{number} razones para elegir {ware}.""",
    pitch_titles="""
{ware}: guía definitiva
{number} razones para {ware}
{ware} opiniones {year}""",
    stances="""
Mi prima lleva {number} meses sin {ware}.
El juzgado habló de {ware} {p}.""",
    stance_titles="""
Vivir junto a {ware}
Quién gana con {ware}""",
    replies="""
Me pasó igual con {n}.
No me convence, pero está bien dicho.
¡Enhorabuena por {n}!""",
    credits="|(fuente)|Sigue aquí|Texto completo",
)
_IT: Final = language(
    "it",
    places={
        "a": "lento paziente stretto pesante modesto polveroso improvviso chiaro",
        "v": "porta segue rivela supera interrompe somiglia-a",
        "p": "all'alba d'inverno di-sera martedì a-piedi prima-del-temporale",
        "w": "Nadia Oreste Margherita mio-zio la-custode Benedetta i-miei-studenti",
        "d": "trovato restaurato tradotto tenuto disegnato riparato perso",
    },
    topics={
        "letters": "manoscritto note libreria sonetto traduttrice bozze archivio tascabile",
        "photo": "camera-oscura diaframma treppiede negativi ritratto obiettivo otturatore provini",
        "attire": "scarpe orologio maglione borsa profumo velluto giacca",
    },
    sentences="""
Quello che {w} ha {d} {p} era {n}.
C'è qualcosa di {a} in {n} che {v} {m}.
Ho tenuto {number} {n} {p}.
Nessuno mi ha detto che {n} fosse così {a}.""",
    titles="""
{N} {p}
Elogio di {n}
{number} {n} dopo
Ancora {n}""",
    pointers="nato da|si veda|letto prima da|sulla scia di",
    pitches="""
Cerchi {ware}? Risultati garantiti dal nostro team.
Ordina {ware} e ricevi il bonus di benvenuto.
{number} motivi per scegliere {ware}.""",
    pitch_titles="""
{ware}: la guida completa
{number} motivi per {ware}
{ware} recensioni {year}""",
    stances="""
Mia cugina vive senza {ware} da {number} mesi.
Il tribunale ha discusso di {ware} {p}.""",
    stance_titles="""
Vivere accanto a {ware}
Chi guadagna con {ware}""",
    replies="""
È successo anche a me con {n}.
Non mi convince, ma è scritto bene.
Complimenti per {n}!""",
    credits="|(fonte)|Continua qui|Testo completo",
)
_RU: Final = language(
    "ru",
    places={
        "a": "медленно терпеливо тяжело светло привычно пыльно внезапно",
        "v": "несёт смягчает открывает прерывает переживает напоминает-о",
        "p": "на-рассвете зимой вечером во-вторник пешком до-грозы",
        "w": "Надя Олег Маргарита дядя хранительница Борис ученики",
        "d": "нашли перевели починили сохранили нарисовали собрали",
    },
    topics={
        "birds": "птицы бинокль скворечник цапли камыш совы перелёт",
        "rail": "паровоз станция вагон мост расписание стрелка",
        "wealth": "вклад заём зарплата акции залог квартплата",
    },
    sentences="""
{P} {w} {d} {n}, а не {m}.
{N}: {a}, и {m} {v} {o}.
Я храню {number} {n} {p}.""",
    titles="""
{N} {p}
Похвала: {n}
{number} {n} спустя""",
    pointers="поводом стало|сравните|впервые увидел у",
    pitches="""
Нужны {ware}? Гарантия результата.
Закажите {ware} и получите подарок.
{number} причин выбрать {ware}.""",
    pitch_titles="""
{ware}: полный обзор
{number} причин: {ware}
{ware} отзывы {year}""",
    stances="""
Сестра {number} месяцев живёт без {ware}.
Суд {p} решал про {ware}.""",
    stance_titles="""
Жизнь рядом: {ware}
Кто зарабатывает: {ware}""",
    replies="""
С {n} было так же.
Не убедили, но хорошо написано.""",
    credits="|(источник)|Полный текст",
)
LEXICON: Final[Lexicon] = lexicon(
    "test",
    languages={_EN: 60, _DE: 11, _FR: 8, _ES: 8, _IT: 8, _RU: 5},
    wares={
        "fashion": (
            "fake rolex|luxury replica bags|wholesale sneakers|outlet perfume|Uhren Replica|montres copie|"
            "scarpe scontate|knockoff trainers"
        ),
        "money": (
            "quick cash advance|bad credit loans|car title loans|consolidation loan|Sofortkredit|займ на карту|"
            "prestiti veloci|crypto signals|bitcoin doubler|forex robot"
        ),
        "health": (
            "fat burner|keto pills|male enhancement|no prescription pharmacy|testosterone booster|CBD capsules|"
            "hemp extract|pilules minceur|quemador de grasa|anti aging serum"
        ),
        "play": (
            "casino no deposit bonus|live roulette|betting tips|slot gacor|poker download|casinò online|"
            "Spielautomaten kostenlos|игровые автоматы|tragaperras gratis|fixed matches"
        ),
        "study": "write my essay|essay writers|assignment help|thesis writing service|exam dumps",
        "search": (
            "buy backlinks|seo agency|guest posting sites|instagram followers|website traffic|unlimited hosting|"
            "vpn deals"
        ),
        "adult": "call girls|cam girls|hookup sites|erotic massage",
        "local": (
            "water damage restoration|emergency locksmith|junk removal|pest control|duct cleaning|limo service|"
            "house painters|towing service"
        ),
        "screen": "watch movies free|iptv server|discount vouchers|cracked software|apk download|pdf converter",
    },
    syllables=(
        "ch cr dw f gr gw h kn m n ph pr sh sp sw th tw v wh y",
        "a e i o y ee io ue au",
        "c ft g lk m nt p rd rn ss t v z",
        "bury croft dale holm kirk lund nese quist stra thorpe vale wen",
    ),
    themes="""
        almanac notebook letters shed attic harbour press studio diary log corner reader field post hut market
        deals hub expert guide zone pro""",
)
