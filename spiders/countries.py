"""ISO 3166-1 alpha-2 codes, so that a slip of the pen in a site file is found."""

INTERNATIONAL = "INT"

_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM
DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_CODES.split())

# The clock of each capital: what a country's own newsrooms mean by an hour without zone.
CAPITAL_ZONES = {
    country: zone
    for zone, countries in {
        "Africa/Abidjan": "BF CI GH GM GN ML MR SL SN TG",
        "Africa/Algiers": "DZ",
        "Africa/Bissau": "GW",
        "Africa/Cairo": "EG",
        "Africa/Casablanca": "MA",
        "Africa/Johannesburg": "LS SZ ZA",
        "Africa/Juba": "SS",
        "Africa/Khartoum": "SD",
        "Africa/Lagos": "AO BJ CD CF CG CM GA GQ NE NG",
        "Africa/Maputo": "BI BW MW MZ RW ZM ZW",
        "Africa/Monrovia": "LR",
        "Africa/Nairobi": "DJ ER ET KE SO TZ UG KM MG",
        "Africa/Ndjamena": "TD",
        "Africa/Sao_Tome": "ST",
        "Africa/Tripoli": "LY",
        "Africa/Tunis": "TN",
        "Africa/Windhoek": "NA",
        "America/New_York": "US",
        "Atlantic/Cape_Verde": "CV",
        "Europe/Brussels": "BE",
        "Europe/Berlin": "DE",
        "Europe/London": "GB",
        "Europe/Paris": "FR",
        "Indian/Mauritius": "MU SC",
    }.items()
    for country in countries.split()
}
