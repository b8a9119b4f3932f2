"""Names of places, and which place a name means first."""

import re
from collections import Counter

from tasks import lexicons
from tasks.arabic.normalize import norm
from tasks.lexicons.derive import choose_names
from tasks.lexicons.places import countries, named_places
from tasks.lexicons.table import read_rows

CASES = "places.jsonl"

# Members and observers of the United Nations, as ISO 3166-1 alpha-2.
UNITED_NATIONS = frozenset(
    re.findall(
        "[A-Z]{2}",
        """
AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU
CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HN HR HT HU ID IE IL IN IQ
IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU
MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM
SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TZ UA UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW
""",
    )
)


def test_place_name(case):
    first = next((e.entity.entity_id for e in lexicons.entities() if case["text"] in e.names), None)
    assert first == case["entity_id"]


def test_every_territory_has_an_arabic_and_an_english_name():
    named = {place.entity.country_code: place.entity for place in countries()}
    assert set(named) >= UNITED_NATIONS
    assert all(e.name_ar and e.name_en for e in named.values())


def test_every_state_has_its_capital_among_the_cities():
    codes = Counter(row["country_code"] for row in read_rows("cities"))
    # GeoNames has no Arabic name of five; ماليه is written "financial" far more often than Malé.
    without = {"AG", "FM", "GD", "NR", "PW", "MV"}
    assert UNITED_NATIONS - set(codes) <= without


def test_every_state_has_a_demonym():
    with_demonym = {row["country_code"] for row in read_rows("demonyms")}
    assert UNITED_NATIONS - with_demonym == {"CG"}, "كونغولي stands for the larger of the two Congos"


def test_places_share_no_name_but_a_city_its_country_s():
    owners = {}
    for place in named_places():
        for name in place.names:
            owners.setdefault(norm(name), []).append(place.entity)
    shared = {key: group for key, group in owners.items() if len(group) > 1 and key != norm("عمان")}
    assert all([e.kind for e in group] == ["country", "city"] for group in shared.values()), shared
    assert all(len({e.country_code for e in group}) == 1 for group in shared.values()), shared


def test_geonames_alternatives_in_other_languages_are_no_arabic_names():
    assert choose_names(["Beijing", "پکن", "بێجینگ", "بكين"]) == ("بكين",)
    assert choose_names(["Tehran", "تېھران"]) == ()
