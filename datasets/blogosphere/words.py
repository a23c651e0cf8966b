"""What people write about, and the words they have for it; written by hand for this generator.

Honest blogs and spammers draw on the same vocabularies. What spammers sell (bags, loans, games of chance, pills) is
also what some honest blogs write about, so that no word gives its writer away.
"""

from __future__ import annotations

from typing import Final

__all__ = ["COMMERCE", "LANGUAGES", "TOPICS", "WARES"]

LANGUAGES: Final = {"en": 0.62, "de": 0.1, "fr": 0.09, "es": 0.09, "ru": 0.05, "ja": 0.05}
"""Languages, by share of the blogs."""

TOPICS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "garden": "tomatoes compost seedlings pruning slugs orchard mulch greenhouse tulips hedge soil beehives "
        "rainwater "
        "raspberries allotment weeds",
        "code": "compiler refactoring deployment unit-tests parser latency database framework debugger concurrency API "
        "repository type-checker backlog cache release",
        "kitchen": "sourdough stew cast-iron saffron dumplings oven marinade pickles lentils broth pastry knives "
        "leftovers "
        "chutney vinegar breakfast",
        "travel": "ferry hostel itinerary mountains border-crossing night-train luggage harbour passport old-town "
        "hiking "
        "campsite sunrise guesthouse map coastline",
        "school": "classroom assessment curriculum homework students lecture feedback textbook exam seminar literacy "
        "teachers rubric playground semester tutoring",
        "music": "chord rehearsal vinyl tour setlist bassline choir remix accordion studio lyrics festival drummer "
        "melody "
        "headphones encore",
        "fashion": "handbags sneakers jackets watches sunglasses tailoring denim leather jerseys boots runway wardrobe "
        "scarves outlet jewellery dresses",
        "money": "mortgage insurance savings loans credit-score taxes pension budget interest-rates broker invoices "
        "dividends refinancing debt landlord inflation",
        "health": "diet sleep pills running-injury vitamins pharmacy physiotherapy allergy blood-pressure stretching "
        "headache clinic weight-loss recovery protein meditation",
        "play": "poker chess casino board-games slot-machines speedrun dice bluffing tournament raid-night puzzle odds "
        "dungeon scoreboard joystick blackjack",
        "town": "bicycle-lane council tram housing-market playgrounds market-square library petition roadworks mayor "
        "bus-timetable festival riverbank neighbours recycling theatre",
        "web": "stylesheet accessibility hyperlinks browser feed-reader permalinks typography webmentions hosting spam "
        "comments markup domain plugins blogroll newsletter",
    },
    "de": {
        "garden": "Tomaten Kompost Beete Hecke Gewächshaus Schnecken Obstbäume Regenwasser Kräuter Saatgut",
        "code": "Quelltext Datenbank Schnittstelle Fehlersuche Zwischenspeicher Versionsverwaltung Tests Auslieferung "
        "Übersetzer Rechner",
        "kitchen": "Sauerteig Eintopf Gewürze Backofen Marinade Kartoffeln Brühe Messer Resteküche Essig",
        "travel": "Nachtzug Fähre Altstadt Wanderweg Rucksack Grenze Hafen Landkarte Herberge Gipfel",
        "money": "Versicherung Kredite Steuern Rente Zinsen Miete Sparbuch Rechnungen Aktien Schulden",
        "fashion": "Handtaschen Turnschuhe Jacken Uhren Sonnenbrillen Leder Stiefel Schals Kleider Schmuck",
    },
    "fr": {
        "garden": "tomates compost semis haie serre limaces verger paillage ruches potager",
        "school": "élèves devoirs cours manuel examen lecture rentrée notes professeurs séminaire",
        "kitchen": "levain ragoût épices four marinade lentilles bouillon couteaux restes vinaigre",
        "travel": "ferry auberge montagnes frontière bagages port sentier carte falaises littoral",
        "fashion": "sacs baskets vestes montres lunettes cuir bottes foulards robes bijoux",
        "music": "accords répétition vinyles tournée chorale paroles batterie mélodie casque rappel",
    },
    "es": {
        "kitchen": "masa guiso azafrán horno adobo lentejas caldo cuchillos sobras vinagre",
        "travel": "puerto albergue montañas frontera equipaje sendero mapa costa amanecer tren",
        "health": "dieta sueño vitaminas farmacia alergia lesiones clínica recuperación proteínas pastillas",
        "play": "ajedrez póquer casino dados torneo tablero apuestas cartas enigma partida",
        "town": "tranvía biblioteca mercado vecinos alcalde obras plaza autobuses ribera reciclaje",
        "code": "código compilador pruebas despliegue analizador latencia datos depurador caché versiones",
    },
    "ru": {
        "garden": "помидоры компост рассада теплица сад удобрения ульи малина грядки сорняки",
        "code": "компилятор тесты сервер отладка кэш интерфейс релиз репозиторий запросы потоки",
        "travel": "паром поезд горы граница рюкзак гавань карта палатка маршрут рассвет",
        "money": "ипотека страховка кредиты налоги пенсия бюджет проценты долги акции счета",
        "play": "шахматы покер казино турнир кости головоломка ставки карты партия уровень",
    },
    "ja": {
        "garden": "トマト 堆肥 苗 温室 果樹園 雨水 雑草 土 蜂 垣根",
        "code": "コンパイラ テスト サーバー デバッグ キャッシュ 型検査 並行処理 公開 設計 履歴",
        "kitchen": "味噌 出汁 包丁 漬物 土鍋 炊飯 朝食 蕎麦 酢 天ぷら",
        "fashion": "鞄 靴 上着 時計 眼鏡 革 長靴 襟巻 着物 指輪",
    },
}
"""Nouns by language and topic, blank between them; a hyphen stands for a blank inside."""

COMMERCE: Final = ("fashion", "money", "health", "play")
"""Topics in which spammers deal, and some honest people too."""

WARES: Final[dict[str, tuple[str, ...]]] = {
    "fashion": (
        "designer handbags", "replica watches", "leather boots outlet", "cheap sneakers", "discount jerseys",
        "sunglasses sale", "winter jackets outlet", "sacs pas cher", "Handtaschen günstig", "時計 激安",
    ),
    "money": (
        "payday loans", "cheap car insurance", "refinance mortgage", "credit repair", "debt relief online",
        "Kredite ohne Auskunft", "кредиты онлайн", "binary options", "forex signals", "instant loans",
    ),
    "health": (
        "weight loss pills", "online pharmacy", "diet pills", "sleep tablets", "muscle supplements",
        "pastillas baratas", "hair loss cure", "teeth whitening", "vitamins online", "slimming tea",
    ),
    "play": (
        "online casino", "free poker chips", "slot machines bonus", "sports betting", "blackjack online",
        "казино онлайн", "casino en linea", "lottery numbers", "bingo bonus", "poker rooms",
    ),
    "other": (
        "essay writing service", "seo backlinks", "mobile ringtones", "cheap web hosting", "dating tips",
        "registry cleaner", "movie downloads", "psychic readings", "garage door repair", "carpet cleaning",
    ),
}  # fmt: skip
"""What spammers name their shops and posts after, by topic."""
