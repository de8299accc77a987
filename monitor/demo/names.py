"""Common given names, family names, towns and the words that invented companies are named after, by country."""

from __future__ import annotations

from dataclasses import dataclass

_FOLD = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "a", "ö": "o", "é": "e", "ü": "u", "-": "", " ": ""})


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class Country:
    """What names look like in one country; ``towns`` pairs a town with the start of its postal codes."""

    code: str
    name: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    calling_code: str


DENMARK = Country(
    "DK",
    "Denmark",
    _words(
        "Anne Mette Kirsten Hanne Lene Susanne Camilla Louise Maria Sofie Emma Ida Freja Line Pernille Tina "
        "Peter Jens Lars Michael Henrik Thomas Søren Martin Christian Anders Mads Rasmus Jakob Frederik Jesper "
        "Kasper Nikolaj Morten Ole Bent"
    ),
    _words(
        "Nielsen Jensen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen "
        "Kristensen Olsen Thomsen Poulsen Johansen Møller Mortensen Knudsen Lund Holm Schmidt Eriksen Frandsen "
        "Dahl Bach Kjær Vestergaard Nørgaard"
    ),
    (
        ("København K", "1"),
        ("Aarhus C", "80"),
        ("Odense C", "50"),
        ("Aalborg", "90"),
        ("Esbjerg", "67"),
        ("Randers C", "89"),
        ("Kolding", "60"),
        ("Horsens", "87"),
        ("Vejle", "71"),
        ("Roskilde", "40"),
        ("Herning", "74"),
        ("Silkeborg", "86"),
    ),
    _words(
        "Havn Bøge Klit Fjord Møn Eng Lynge Skov Ager Vester Nord Strand Kilde Bakke Ege Birke Sund Holme Sten Mark "
        "Dal Hede Vig Lund Høj Rev Odde Tang Ravn Krage Grøn Blå"
    ),
    _words("Byg Foder Møbler Transport Emballage Maskiner Fødevarer Energi Plast Tekstil Logistik Handel"),
    ("A/S", "ApS", "A/S"),
    "+45",
)
NORWAY = Country(
    "NO",
    "Norway",
    _words(
        "Ingrid Kari Marit Solveig Astrid Silje Hilde Nora Emilie Ida Thea Sigrid Randi Berit Anne Liv "
        "Ole Lars Kjell Knut Bjørn Svein Arne Jan Magnus Henrik Jonas Sander Eirik Håkon Tor Geir Trond Øyvind"
    ),
    _words(
        "Hansen Johansen Olsen Larsen Andersen Nilsen Pedersen Kristiansen Jensen Karlsen Johnsen Pettersen Eriksen "
        "Berg Haugen Hagen Johannessen Bakken Lie Moen Solberg Strand Dahl Halvorsen Lunde Myhre Aas Nygård"
    ),
    (
        ("Oslo", "01"),
        ("Bergen", "50"),
        ("Trondheim", "70"),
        ("Stavanger", "40"),
        ("Drammen", "30"),
        ("Kristiansand", "46"),
        ("Tromsø", "90"),
        ("Ålesund", "60"),
        ("Hamar", "23"),
        ("Bodø", "80"),
    ),
    _words(
        "Fjell Fjord Vik Nes Berg Foss Holm Lyng Granli Solheim Havn Skog Tind Vidde Elv Bre Sjø Dal Myr Haug "
        "Brattli Storvik Nordnes Steinli Furu Bjørk Ørn Rype Varde Sval"
    ),
    _words("Bygg Fisk Transport Emballasje Maskin Mat Energi Plast Møbel Logistikk Handel Shipping"),
    ("AS", "AS", "ASA"),
    "+47",
)
SWEDEN = Country(
    "SE",
    "Sweden",
    _words(
        "Anna Eva Maria Karin Sara Lena Emma Kerstin Malin Elin Ida Linnea Ebba Astrid Johanna Ulla "
        "Lars Anders Erik Per Karl Mikael Johan Jan Fredrik Gustav Oskar Viktor Axel Nils Björn Mats Håkan"
    ),
    _words(
        "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson "
        "Jansson Hansson Bengtsson Lindberg Lindström Lindqvist Berglund Sandberg Forsberg Sjöberg Wallin Ek"
    ),
    (
        ("Stockholm", "11"),
        ("Göteborg", "41"),
        ("Malmö", "21"),
        ("Uppsala", "75"),
        ("Linköping", "58"),
        ("Örebro", "70"),
        ("Västerås", "72"),
        ("Helsingborg", "25"),
        ("Jönköping", "55"),
        ("Norrköping", "60"),
    ),
    _words(
        "Björk Gran Ek Sjö Berg Å Holm Vik Strand Ljung Norr Sten Hav Lind Ask Dal Ö Fors Kulle Äng Tall Hassel "
        "Klint Rönn Grän Väster Öster Fågel Älg Lo"
    ),
    _words("Bygg Skog Transport Förpackning Maskin Livs Energi Plast Möbler Logistik Handel Stål"),
    ("AB", "AB", "AB"),
    "+46",
)
FINLAND = Country(
    "FI",
    "Finland",
    _words(
        "Maria Anna Johanna Aino Helena Kaarina Sofia Emilia Tuula Päivi Anne Minna Laura Sari Hanna "
        "Juhani Johannes Mikael Antero Matti Tapio Olavi Timo Kari Mika Jari Ville Antti Heikki Eero Pekka"
    ),
    _words(
        "Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Lehtinen "
        "Saarinen Salminen Heinonen Niemi Heikkilä Kinnunen Salonen Turunen Laitinen Tuominen Rantanen"
        " Karjalainen"
    ),
    (
        ("Helsinki", "001"),
        ("Espoo", "021"),
        ("Tampere", "331"),
        ("Turku", "201"),
        ("Oulu", "901"),
        ("Lahti", "151"),
        ("Jyväskylä", "401"),
        ("Kuopio", "701"),
        ("Vaasa", "651"),
    ),
    _words(
        "Järvi Koivu Kuusi Mänty Kallio Lahti Niemi Saari Ranta Koski Metsä Harju Suo Vuori Meri Joki Pelto Kivi "
        "Tammi Haapa Pohja Itä Länsi Halla Routa Kaarna Sammal Kurki"
    ),
    _words("Rakennus Puu Kuljetus Pakkaus Kone Ruoka Energia Muovi Kaluste Logistiikka Kauppa Teräs"),
    ("Oy", "Oy", "Oyj"),
    "+358",
)
COUNTRIES: dict[str, Country] = {country.code: country for country in (DENMARK, NORWAY, SWEDEN, FINLAND)}


def fold(text: str) -> str:
    """``text`` as it stands in an address: lower case, without letters that ASCII lacks, spaces or hyphens."""
    return text.lower().translate(_FOLD)
