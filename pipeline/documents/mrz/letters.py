"""Letters and what may stand for them in a zone: the tables of ICAO Doc 9303-3, section 6.

The first form of each letter is the one that the table names first; further ones are its second
choices, or what issuers of a language print where the table is silent or known to be wrong (said
beside the row). Table A has only what is more than dropping the accent.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Forms = tuple[str, ...]

LATIN: Mapping[str, Forms] = MappingProxyType(
    {
        "Ä": ("AE", "A"), "Å": ("AA", "A"), "Æ": ("AE",), "Ð": ("D",), "Đ": ("D",),
        "Ħ": ("H",), "ı": ("I",), "Ĳ": ("IJ",), "Ł": ("L",), "Ŋ": ("N",), "Ñ": ("N", "NXX"),
        "Ö": ("OE", "O"), "Ø": ("OE",), "Œ": ("OE",), "ẞ": ("SS",), "ß": ("SS",),
        "Þ": ("TH",), "Ŧ": ("T",), "Ü": ("UE", "UXX", "U"),
        # Not in table A; Azerbaijan prints A.
        "Ə": ("A", "E"),
    }
)  # fmt: skip
"""Section 6, A: multinational Latin-based characters."""

CYRILLIC: Mapping[str, Forms] = MappingProxyType(
    {
        "Ё": ("E",), "Ђ": ("D",), "Є": ("IE",), "Ѕ": ("DZ",), "І": ("I",), "Ї": ("I",),
        "Ј": ("J",), "Љ": ("LJ",), "Њ": ("NJ",), "Ќ": ("K",), "Ў": ("U",), "Џ": ("DZ",),
        "А": ("A",), "Б": ("B",), "В": ("V",), "Г": ("G",), "Д": ("D",), "Е": ("E",),
        "Ж": ("ZH",), "З": ("Z",), "И": ("I",), "Й": ("I",), "К": ("K",), "Л": ("L",),
        "М": ("M",), "Н": ("N",), "О": ("O",), "П": ("P",), "Р": ("R",), "С": ("S",),
        "Т": ("T",), "У": ("U",), "Ф": ("F",), "Х": ("KH",), "Ц": ("TS",), "Ч": ("CH",),
        "Ш": ("SH",), "Щ": ("SHCH",), "Ъ": ("IE",), "Ы": ("Y",), "Э": ("E",), "Ю": ("IU",),
        "Я": ("IA",), "Ѫ": ("U",), "Ѵ": ("Y",), "Ґ": ("G",), "Ғ": ("G",), "Һ": ("C",),
        # Not in table B: the soft sign, and letters that it prints beside another code point.
        "Ь": ("",), "Ѓ": ("G",), "Ћ": ("C", "D"), "Ѐ": ("E",), "Ѝ": ("I",),
    }
)  # fmt: skip
"""Section 6, B, without the exceptions for languages."""

CYRILLIC_OF: Mapping[str, Mapping[str, Forms]] = MappingProxyType(
    {
        "rus": {},
        "bel": {"Ё": ("IO",), "Г": ("H",)},
        # Second forms: the law on transliteration of 2009, as passports are printed.
        "bul": {
            "Щ": ("SHT",), "Й": ("I", "Y"), "Х": ("KH", "H"), "Ъ": ("IE", "A"), "Ь": ("", "Y"),
            "Ю": ("IU", "YU"), "Я": ("IA", "YA"),
        },
        # Table B has GJ beside Ғ, which Macedonian does not have, and means Ѓ.
        "mkd": {
            "Ѓ": ("GJ",), "Ғ": ("GJ",), "Ќ": ("KJ",), "Џ": ("DJ",), "Х": ("H",), "Ц": ("C",),
        },
        # Г is G in Serbian; H in the table looks like the Ukrainian rule and is kept second.
        "srp": {
            "Г": ("G", "H"), "Ж": ("Z",), "Х": ("H",), "Ц": ("C",), "Ч": ("C",), "Ш": ("S",),
            "Ћ": ("C",), "Ђ": ("D", "DJ"),
        },
        "ukr": {"Г": ("H",), "И": ("Y",)},
    }
)  # fmt: skip
"""Section 6, B: the exceptions, by ISO 639-2 code of the language."""

UKRAINIAN_FIRST: Mapping[str, Forms] = MappingProxyType(
    {"Є": ("YE",), "Ї": ("YI",), "Й": ("Y",), "Ю": ("YU",), "Я": ("YA",)}
)
"""Section 6, B: Ukrainian letters at the beginning of a part."""

ARABIC: Mapping[str, Forms] = MappingProxyType(
    {
        "\u0621": ("XE",), "\u0622": ("XAA",), "\u0623": ("XAE",), "\u0624": ("U",),
        "\u0625": ("I",), "\u0626": ("XI",), "\u0627": ("A",), "\u0628": ("B",),
        "\u0629": ("XTA", "XAH"), "\u062a": ("T",), "\u062b": ("XTH",), "\u062c": ("J",),
        "\u062d": ("XH",), "\u062e": ("XKH",), "\u062f": ("D",), "\u0630": ("XDH",),
        "\u0631": ("R",), "\u0632": ("Z",), "\u0633": ("S",), "\u0634": ("XSH",),
        "\u0635": ("XSS",), "\u0636": ("XDZ",), "\u0637": ("XTT",), "\u0638": ("XZZ",),
        "\u0639": ("E",), "\u063a": ("G",), "\u0641": ("F",), "\u0642": ("Q",),
        "\u0643": ("K",), "\u0644": ("L",), "\u0645": ("M",), "\u0646": ("N",),
        "\u0647": ("H",), "\u0648": ("W",), "\u0649": ("XAY",), "\u064a": ("Y",),
        "\u0671": ("XXA",),
        # Appendix B, B.5.4: foreign names
        "\u06a4": ("V",), "\u06a5": ("XF",),
        # Persian, Urdu, Pashto
        "\u0679": ("XXT",), "\u067c": ("XRT",), "\u067e": ("P",), "\u0681": ("XKE",),
        "\u0685": ("XXH",), "\u0686": ("XC",), "\u0688": ("XXD",), "\u0689": ("XDR",),
        "\u0691": ("XXR",), "\u0693": ("XRR",), "\u0696": ("XRX",), "\u0698": ("XJ",),
        "\u069a": ("XXS",), "\u06a9": ("XKK",), "\u06ab": ("XXK",), "\u06ad": ("XNG",),
        "\u06af": ("XGG",), "\u06ba": ("XNN",), "\u06bc": ("XXN",), "\u06be": ("XDO",),
        "\u06c0": ("XYH",), "\u06c1": ("XXG",), "\u06c2": ("XGE",), "\u06c3": ("XTG",),
        "\u06cc": ("XYA", "Y", "XAY"), "\u06cd": ("XXY",), "\u06d0": ("Y",),
        "\u06d2": ("XYB",), "\u06d3": ("XBE",),
    }
)  # fmt: skip
"""Section 6, C, and appendix B of Doc 9303-3: Standard Arabic, Persian, Urdu, Pashto."""

NOT_ENCODED = frozenset("\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0652\u0670"
                        "\u069c\u06a2\u06a7\u06a8")  # fmt: skip
"""Section 6, C: tatweel, short vowels, sukun, superscript alef, and obsolete letters."""

TEH_MARBUTA, SHADDA, HEH, LAM = "\u0629", "\u0651", "\u0647", "\u0644"
