"""The vocabulary that models may be made of; written by hand for this generator.

Honest blogs and spammers draw on the same topics. What spammers sell is also what some honest blogs write about, so
that no word gives its writer away. Fixed runs between the open places are short, so that two texts seldom share four
words in a row: near-duplicates in the generated data are templates and copies, not an accident of the grammar.
"""

from __future__ import annotations

from typing import Final

from datasets.blogosphere.lexicon.base import Lexicon, language, lexicon

__all__ = ["LEXICON"]

_EN: Final = language(
    "en",
    places={
        "a": """
            quiet stubborn cheap wonderful odd free rusty clever local best simple expensive early gentle noisy
            broken useful online brilliant unlikely dull crowded honest fresh""",
        "v": """
            compares repairs ignores replaces explains beats ruins reminds-me-of leads-to depends-on improves
            needs questions outlives saves changes""",
        "p": """
            yesterday last-week on-Sunday this-morning again by-accident for-years over-lunch in-March
            after-midnight with-friends at-work so-far without-warning next-door twice""",
        "w": "I we she he they Martin Alice nobody everyone readers somebody Jonas Priya our-neighbour Wendy Tomas",
        "d": """
            tried wrote-about photographed measured sold borrowed forgot recommended lost rebuilt noticed
            discussed planned tested counted painted""",
    },
    topics={
        "garden": """
            tomatoes compost seedlings pruning slugs orchard mulch greenhouse tulips hedge soil beehives
            rainwater raspberries allotment weeds""",
        "code": """
            compiler refactoring deployment unit-tests parser latency database framework debugger concurrency
            API repository type-checker backlog cache release""",
        "kitchen": """
            sourdough stew cast-iron saffron dumplings oven marinade pickles lentils broth pastry knives
            leftovers chutney vinegar breakfast""",
        "travel": """
            ferry hostel itinerary mountains border-crossing night-train luggage harbour passport old-town
            hiking campsite sunrise guesthouse map coastline""",
        "school": """
            classroom assessment curriculum homework students lecture feedback textbook exam seminar literacy
            teachers rubric playground semester tutoring""",
        "music": """
            chord rehearsal vinyl tour setlist bassline choir remix accordion studio lyrics festival drummer
            melody headphones encore""",
        "fashion": """
            handbags sneakers jackets watches sunglasses tailoring denim leather jerseys boots runway wardrobe
            scarves outlet jewellery dresses""",
        "money": """
            mortgage insurance savings loans credit-score taxes pension budget interest-rates broker invoices
            dividends refinancing debt landlord inflation""",
        "health": """
            diet sleep pills running-injury vitamins pharmacy physiotherapy allergy blood-pressure stretching
            headache clinic weight-loss recovery protein meditation""",
        "play": """
            poker chess casino board-games slot-machines speedrun dice bluffing tournament raid-night puzzle
            odds dungeon scoreboard joystick blackjack""",
        "town": """
            bicycle-lane council tram housing-market playgrounds market-square library petition roadworks mayor
            bus-timetable festival riverbank neighbours recycling theatre""",
        "web": """
            stylesheet accessibility hyperlinks browser feed-reader permalinks typography webmentions hosting
            spam comments markup domain plugins blogroll newsletter""",
    },
    sentences="""
{W} {d} the {a} {n} {p}, and {m} {v} {o}.
{P}, {w} {d} {n} near {a} {m}.
Every {a} {n} {v} {m}, says {w}.
{N} {v} {m}; {w} {d} {o} {p}.
Is {a} {n} worth more than {m} and {a} {o}?
With {n} so {a}, {w} {d} {m} {p}.
How {w} {d} {n}: {a} {m}, {a} {o}, then {p} nothing.
{P} {w} {d} {number} {n} for {a} {m}.
{N}, {m} or {a} {o}? {W} {d} both {p}.
What {w} {d} {p} about {a} {n} {v} {m}.""",
    titles="""
{A} {n} and {m}
On {n}
Why {w} {d} {n}
{N}, {p}
{number} notes about {n}
The {a} {n}
{N} or {m}?
{A} {n}, {a} {m}
{W} and the {n}
How {n} {v} {m}""",
    pointers="see|via|as told in|more at|a reply to|after reading|found through|unlike",
    pitches="""
Looking for {ware}? Compare prices and order {ware} today.
Get the best {ware} with fast delivery and a money back guarantee.
Our {ware} are trusted by thousands of happy customers.
Click here for {ware} at the lowest price, no questions asked.
Top {number} {ware} providers reviewed: bonus, discount and free trial.
When it comes to {ware}, our experts know {n} and {m}.
Why {w} choose {ware}: {a}, affordable and available around the clock.
Visit our website to learn more about {ware} and {n}.
{ware} can help you save money, and {ware} {v} {n}.
In this article we will discuss the benefits of {ware} for {n}.
Buy {ware} now, limited offer, secure payment and discreet shipping.
Nowadays everyone needs {ware}; it is important to pick a {a} company.""",
    pitch_titles="""
Best {ware} in {year}
{number} Tips For {ware}
How To Choose {ware}
{ware} Reviews
Top {number} {ware} You Should Know
{ware} - Cheap {ware} Online
Everything You Need To Know About {ware}
{n} and {ware}: {number} Secrets
Benefits Of {ware}""",
    stances="""
{W} lost {number} friends to {ware} and wants the council to act {p}.
The inquiry into {ware} {d} {n} {p}, and nobody was charged.
A law against {ware} {v} {n}, but {w} doubts that it works.
Advertisers of {ware} pay for {n}; readers pay for {m}.
{P} {w} {d} how {ware} reaches people who cannot afford {n}.
What regulators know about {ware} comes from {a} {n} and court files.
I worked in {ware} for {number} years, and {n} is not what {w} think.""",
    stance_titles="""
What {ware} cost my town
The case against {ware}
How {ware} is regulated
{number} years in {ware}: what I learned
Should {ware} be banned?
Notes on the {ware} inquiry""",
    replies="""
Thanks for this, {w} {d} {n} {p} too.
I disagree about {n}: {m} {v} {o}.
Same here with {n}. {P}, though.
Lovely. {A} {n}, that is all.
Great point about {n}!
Have you tried {m} instead?
Yes.""",
    credits="|Source:|Read more:|Original post:|Continue reading|Via|This article first appeared at",
)
_DE: Final = language(
    "de",
    places={
        "a": "ruhig teuer günstig seltsam einfach laut nützlich früh kaputt klug frisch langsam",
        "v": "ersetzt erklärt verändert rettet braucht verbessert stört überlebt ergänzt schlägt",
        "p": """
            gestern heute-früh im-März zufällig seit-Jahren nach-Feierabend schon-wieder nebenan zweimal
            im-Urlaub""",
        "w": "ich wir Jana Tobias jemand niemand die-Nachbarin mein-Bruder Leser Kollegen",
        "d": "probiert beschrieben gemessen verkauft vergessen empfohlen verloren geplant getestet bemerkt",
    },
    topics={
        "garden": "Tomaten Kompost Beete Hecke Gewächshaus Schnecken Obstbäume Regenwasser Kräuter Saatgut",
        "code": """
            Quelltext Datenbank Schnittstelle Fehlersuche Zwischenspeicher Versionsverwaltung Tests Auslieferung
            Übersetzer Rechner""",
        "kitchen": "Sauerteig Eintopf Gewürze Backofen Marinade Kartoffeln Brühe Messer Resteküche Essig",
        "travel": "Nachtzug Fähre Altstadt Wanderweg Rucksack Grenze Hafen Landkarte Herberge Gipfel",
        "money": "Versicherung Kredite Steuern Rente Zinsen Miete Sparbuch Rechnungen Aktien Schulden",
        "fashion": "Handtaschen Turnschuhe Jacken Uhren Sonnenbrillen Leder Stiefel Schals Kleider Schmuck",
    },
    sentences="""
{W}: {n} {p} {d}, denn {m} ist {a}.
{N} {v} {m}, {p} auch {o}.
{P} haben {w} {n} und {m} {d}.
Ist {n} so {a} wie {m} oder {o}?
{N} bleibt {a}, {m} {v} {o} {p}.
{W}, {p}: {number} {n}, kein {m}, alles {a}.""",
    titles="""
{N} und {m}
{N}, {p}
{number} Gedanken zu {n}
Warum {n} {a} bleibt
{W} und {n}""",
    pointers="siehe|über|mehr bei|als Antwort auf|gefunden bei",
    pitches="""
{ware} günstig online bestellen, schnelle Lieferung garantiert.
Wir bieten {ware} zum besten Preis für {n}.
{ware} im Test: {number} Anbieter im Vergleich.
Jetzt {ware} kaufen und {n} sichern.
Unsere {ware} sind {a} und sofort verfügbar.""",
    pitch_titles="""
{ware} kaufen
{ware} Vergleich {year}
{number} Tipps für {ware}
Die besten {ware}""",
    stances="""
{W} schreibt über {ware} und was das mit {n} macht.
Ein Gesetz gegen {ware} {v} {n}, meint {w}.
{P} hat der Stadtrat über {ware} beraten.
Wer an {ware} verdient, spricht ungern über {n}.""",
    stance_titles="""
Was {ware} anrichten
Sollte man {ware} verbieten?
{ware} und das Gesetz""",
    replies="""
Danke, {n} kenne ich {p} auch.
Da bin ich anderer Meinung: {m} {v} {o}.
Schön!
Gilt das auch für {n}?""",
    credits="|Quelle:|Weiterlesen:|Ganzer Artikel",
)
_FR: Final = language(
    "fr",
    places={
        "a": "utile cher discret étrange simple bruyant gratuit rapide tranquille fragile honnête inutile",
        "v": "remplace explique change sauve améliore rappelle dépasse ruine complète précède",
        "p": """
            hier ce-matin en-mars par-hasard depuis-longtemps après-minuit encore deux-fois au-travail
            en-vacances""",
        "w": "on Camille Hugo personne quelqu'un ma-voisine mon-frère Inès le-facteur Louis",
        "d": "essayé décrit mesuré vendu oublié conseillé perdu prévu testé remarqué",
    },
    topics={
        "garden": "tomates compost semis haie serre limaces verger paillage ruches potager",
        "school": "élèves devoirs cours manuel examen lecture rentrée notes professeurs séminaire",
        "kitchen": "levain ragoût épices four marinade lentilles bouillon couteaux restes vinaigre",
        "travel": "ferry auberge montagnes frontière bagages port sentier carte falaises littoral",
        "fashion": "sacs baskets vestes montres lunettes cuir bottes foulards robes bijoux",
        "music": "accords répétition vinyles tournée chorale paroles batterie mélodie casque rappel",
    },
    sentences="""
{P}, {w} a {d} {n} avec {m}.
{N} {v} {m}, et {o} reste {a}.
{W} a {d} {number} {n} {p}.
{N} ou {m}? {P}, c'est {a}.
Rien de {a}: {n}, {m}, puis {o} {p}.""",
    titles="""
{N} et {m}
{N}, {p}
{number} notes sur {n}
{W} et {n}
{N}: {a}""",
    pointers="voir|via|en réponse à|lire aussi|repéré chez",
    pitches="""
Achetez {ware} en ligne au meilleur prix, livraison rapide.
Découvrez notre sélection de {ware} pour {n}.
{ware} : comparez {number} offres et économisez.
Notre équipe vous propose {ware} {a} et garanti.""",
    pitch_titles="""
{ware} pas cher
Meilleur {ware} {year}
{number} conseils pour {ware}""",
    stances="""
{W} a vu ce que {ware} fait à {n}.
Une loi contre {ware} {v} {n}, dit {w}.
{P}, la mairie a débattu de {ware}.""",
    stance_titles="""
Faut-il interdire {ware} ?
Ce que coûte {ware}""",
    replies="""
Merci, {n} aussi chez moi {p}.
Pas d'accord: {m} {v} {o}.
Très beau.
Et {n}, alors?""",
    credits="|Source :|Lire la suite|Article original",
)
_ES: Final = language(
    "es",
    places={
        "a": "útil caro tranquilo raro simple ruidoso gratis rápido frágil honesto temprano barato",
        "v": "reemplaza explica cambia salva mejora recuerda supera arruina completa necesita",
        "p": """
            ayer esta-mañana en-marzo por-casualidad desde-hace-años otra-vez dos-veces en-casa sin-aviso
            el-domingo""",
        "w": "Lucía Mateo nadie alguien mi-vecina mi-hermano Carmen Andrés el-cartero Sofía",
        "d": "probado descrito medido vendido olvidado recomendado perdido planeado contado pintado",
    },
    topics={
        "kitchen": "masa guiso azafrán horno adobo lentejas caldo cuchillos sobras vinagre",
        "travel": "puerto albergue montañas frontera equipaje sendero mapa costa amanecer tren",
        "health": "dieta sueño vitaminas farmacia alergia lesiones clínica recuperación proteínas pastillas",
        "play": "ajedrez póquer casino dados torneo tablero apuestas cartas enigma partida",
        "town": "tranvía biblioteca mercado vecinos alcalde obras plaza autobuses ribera reciclaje",
        "code": "código compilador pruebas despliegue analizador latencia datos depurador caché versiones",
    },
    sentences="""
{P}, {w} ha {d} {n} con {m}.
{N} {v} {m}, y {o} sigue {a}.
{W} ha {d} {number} {n} {p}.
¿{N} o {m}? {P} es {a}.
Nada {a}: {n}, {m}, luego {o} {p}.""",
    titles="""
{N} y {m}
{N}, {p}
{number} apuntes sobre {n}
{W} y {n}
{N}: {a}""",
    pointers="ver|vía|en respuesta a|leído en|más en",
    pitches="""
Compra {ware} al mejor precio con envío gratis.
Descubre {ware} para {n}: {number} ofertas de hoy.
Nuestro {ware} es {a} y seguro, pide ya.
Los mejores {ware} en línea, garantía de devolución.""",
    pitch_titles="""
{ware} baratos
Mejores {ware} {year}
{number} consejos sobre {ware}""",
    stances="""
{W} ha visto lo que {ware} hace con {n}.
Una ley contra {ware} {v} {n}, dice {w}.
{P} el pueblo debatió sobre {ware}.""",
    stance_titles="""
¿Prohibir {ware}?
Lo que cuesta {ware}""",
    replies="""
Gracias, {n} también aquí {p}.
No estoy de acuerdo: {m} {v} {o}.
Qué bonito.
¿Y {n}?""",
    credits="|Fuente:|Leer más|Artículo original",
)
_RU: Final = language(
    "ru",
    places={
        "a": "полезно дорого странно просто громко бесплатно быстро тихо свежо честно",
        "v": "заменяет объясняет меняет спасает улучшает напоминает портит дополняет требует опережает",
        "p": "вчера сегодня в-марте случайно давно снова дважды дома ночью в-отпуске",
        "w": "Анна Игорь никто кто-то соседка брат Мария почтальон Павел читатели",
        "d": "пробовали описали измерили продали забыли советуют потеряли планируют проверили заметили",
    },
    topics={
        "garden": "помидоры компост рассада теплица сад удобрения ульи малина грядки сорняки",
        "code": "компилятор тесты сервер отладка кэш интерфейс релиз репозиторий запросы потоки",
        "travel": "паром поезд горы граница рюкзак гавань карта палатка маршрут рассвет",
        "money": "ипотека страховка кредиты налоги пенсия бюджет проценты долги акции счета",
        "play": "шахматы покер казино турнир кости головоломка ставки карты партия уровень",
    },
    sentences="""
{P} {w} и {n}: {m} это {a}.
{N} {v} {m}, а {o} {p}.
{W}: {n} {d} {p}, {m} тоже.
{N} или {m}? {P} {a}.
{number} {n}, {m} и {o}: {a} {p}.""",
    titles="""
{N} и {m}
{N}: {p}
{number} заметок: {n}
{W} и {n}""",
    pointers="см.|ответ на|прочитано у|подробнее|по следам",
    pitches="""
Купить {ware} недорого с доставкой.
{ware}: лучшие цены, скидки и бонус.
Сравните {number} предложений: {ware} онлайн.
Мы предлагаем {ware} и {n} {p}.""",
    pitch_titles="""
{ware} купить
Лучшие {ware} {year}
{ware} онлайн""",
    stances="""
{W}: {ware} и что они делают с людьми, {n}.
Закон против {ware} {v} {n}.""",
    stance_titles="""
Нужно ли запретить {ware}?
Цена {ware}""",
    replies="""
Спасибо, {n} {p} тоже.
Не согласен: {m} {v} {o}.
Хорошо сказано.""",
    credits="|Источник:|Читать далее",
)
_JA: Final = language(
    "ja",
    places={
        "a": "静かな 高い 変な 便利な 新しい 古い 小さな 安い 大切な 遅い",
        "v": "を直す を変える を助ける を超える を選ぶ を思い出す を比べる を待つ",
        "p": "昨日 今朝 三月に 偶然 昔から また 二度 家で 夜中に 休みに",
        "w": "私 友人 隣人 兄 誰か 美咲 健太 読者",
        "d": "試した 書いた 測った 売った 忘れた 勧めた 失くした 数えた",
    },
    topics={
        "garden": "トマト 堆肥 苗 温室 果樹園 雨水 雑草 土 蜂 垣根",
        "code": "コンパイラ テスト サーバー デバッグ キャッシュ 型検査 並行処理 公開 設計 履歴",
        "kitchen": "味噌 出汁 包丁 漬物 土鍋 炊飯 朝食 蕎麦 酢 天ぷら",
        "fashion": "鞄 靴 上着 時計 眼鏡 革 長靴 襟巻 着物 指輪",
    },
    sentences="""
{p}、{w}は{a}{n}を{d}。
{n}は{a}{m}{v}。
{a}{n}と{m}、{p}{o}も{d}。
{w}が{p}{d}のは{n}と{a}{m}。""",
    titles="""
{a}{n}と{m}
{n}の話
{p}の{n}
{w}と{a}{n}""",
    pointers="参照|経由|返信|詳しくは",
    pitches="""
{ware}を激安で販売中、送料無料。
人気の{ware}ランキング、{number}選。
{ware}なら当店へ、{n}もあります。""",
    pitch_titles="""
{ware} 激安
{ware} 通販
人気{ware} {year}""",
    stances="""
{ware}の規制について{w}が{d}。
{p}、{ware}と{n}の問題を考えた。""",
    stance_titles="""
{ware}は禁止すべきか
{ware}の話""",
    replies="""
{n}、私も{d}。
同感です。
{a}{n}ですね。""",
    credits="|引用元:|続きを読む",
    gap="",
)
LEXICON: Final[Lexicon] = lexicon(
    "train",
    languages={_EN: 62, _DE: 10, _FR: 9, _ES: 9, _RU: 5, _JA: 5},
    wares={
        "fashion": (
            "designer handbags|replica watches|leather boots outlet|cheap sneakers|discount jerseys|"
            "sunglasses sale|winter jackets outlet|sacs pas cher|Handtaschen günstig|時計 激安|replica handbags"
        ),
        "money": (
            "payday loans|cheap car insurance|refinance mortgage|credit repair|debt relief online|"
            "Kredite ohne Auskunft|кредиты онлайн|binary options|forex signals|instant loans|"
            "crypto trading bot|bitcoin investment"
        ),
        "health": (
            "weight loss pills|online pharmacy|diet pills|sleep tablets|muscle supplements|"
            "pastillas baratas|hair loss cure|teeth whitening|vitamins online|slimming tea|CBD oil|"
            "CBD gummies"
        ),
        "play": (
            "online casino|free poker chips|slot machines bonus|sports betting|blackjack online|"
            "казино онлайн|casino en linea|lottery numbers|bingo bonus|poker rooms"
        ),
        "study": "essay writing service|term paper writers|dissertation help|homework answers|buy essays online",
        "search": (
            "seo backlinks|guest post service|link building packages|cheap web hosting|best vpn|"
            "traffic generator|domain authority booster"
        ),
        "adult": "escort service|adult webcams|dating tips|live sex chat",
        "local": (
            "garage door repair|carpet cleaning|plumber near me|roof repair|locksmith|moving company|tree removal"
        ),
        "screen": (
            "movie downloads|free streaming|iptv subscription|coupon codes|promo codes|mobile ringtones|"
            "psychic readings|registry cleaner"
        ),
    },
    syllables=(
        "b br d dr f fl g gl h j k kl l m n p pl qu r s sk sl st t th tr v w z",
        "a e i o u ai ea oo ou",
        "b ck d l ll m n nd ng r rk s sh st t th x",
        "field wick more ley ton by well stead mann sen ova ino etti ard",
    ),
    themes="""
        notes blog journal diary writes garden works weekly corner lab house pages life world daily tips
        news online shop store review point net zone""",
)
