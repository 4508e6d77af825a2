"""Codes of issuing authorities and nationalities: ICAO Doc 9303-3, 5, parts A to G; ISO 3166-1."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

_ISO_3166_1 = """
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR
BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG
COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH
FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY
HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM
KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL
MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR
NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU
SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA
TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB
VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
"""
EXTENSIONS = MappingProxyType(
    {
        "D": "Germany",
        "RKS": "Kosovo",
        "GBD": "British Overseas Territories Citizen",
        "GBN": "British National (Overseas)",
        "GBO": "British Overseas Citizen",
        "GBP": "British Protected Person",
        "GBS": "British Subject",
        "EUE": "European Union (laissez-passer)",
        "UNO": "United Nations Organization or one of its officials",
        "UNA": "United Nations specialized agency or one of its officials",
        "UNK": "Resident of Kosovo, document of the United Nations mission (UNMIK)",
        "XBA": "African Development Bank",
        "XIM": "African Export-Import Bank",
        "XCC": "Caribbean Community (CARICOM)",
        "XCE": "Council of Europe",
        "XCO": "Common Market for Eastern and Southern Africa (COMESA)",
        "XEC": "Economic Community of West African States (ECOWAS)",
        "XPO": "International Criminal Police Organization (INTERPOL)",
        "XES": "Organization of Eastern Caribbean States (OECS)",
        "XMP": "Parliamentary Assembly of the Mediterranean",
        "XOM": "Sovereign Military Order of Malta",
        "XDC": "Southern African Development Community",
        "XXA": "Stateless person (1954 Convention)",
        "XXB": "Refugee (1951 Convention, 1967 Protocol)",
        "XXC": "Refugee, other than under XXB",
        "XXX": "Person of unspecified nationality",
        "UTO": "Utopia, for specimens",
    }
)
"""Doc 9303-3, 5, parts A (beyond ISO 3166-1), B, C, D, E and G."""

SUPERSEDED = MappingProxyType({"ANT": "Netherlands Antilles", "NTZ": "Neutral Zone"})
"""Doc 9303-3, 5, part F: withdrawn from ISO 3166-1, kept for documents that have them."""

PERSONS = frozenset({"XXA", "XXB", "XXC", "XXX"})
"""Part E: what a person is. No authority has these codes."""

KNOWN_CODES = frozenset(_ISO_3166_1.split()) | EXTENSIONS.keys() | SUPERSEDED.keys()
"""Without fillers: Germany is ``D``. UTO is Utopia of ICAO's own specimens."""

OTHER_FORMS = MappingProxyType({"DEU": "D<<", "SI<": "SVN", "GB<": "GBR", "INP": "XPO"})
"""Forms that are met in print for a code that Doc 9303-3, 5 writes otherwise.

DEU on cards that others issue to Germans, SI on Slovenian identity cards, GB for the United
Kingdom, INP on passports of INTERPOL.
"""


class CodeStatus(StrEnum):
    """How a printed code stands to Doc 9303-3, 5."""

    KNOWN = "known"
    SUPERSEDED = "superseded"
    OTHER_FORM = "other_form"
    UNKNOWN = "unknown"


def is_known(printed: str) -> bool:
    """Whether the three printed characters (``D<<``) are a code of Doc 9303-3, 5."""
    code = printed.rstrip("<")
    return code in KNOWN_CODES and len(printed) == 3


def code_status(printed: str) -> CodeStatus:
    """Known, superseded, another form of a known code, or unknown."""
    if printed in OTHER_FORMS:
        return CodeStatus.OTHER_FORM
    if printed in SUPERSEDED:
        return CodeStatus.SUPERSEDED
    return CodeStatus.KNOWN if is_known(printed) else CodeStatus.UNKNOWN
