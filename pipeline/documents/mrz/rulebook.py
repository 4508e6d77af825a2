"""Every rule that a zone's text is judged by, as data: code, severity, clause, words, example.

``rules*`` and ``parse`` decide whether a rule is broken; what it then says stands here once, and
the table of docs/mrz.md is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.documents.mrz.wording import CHECK_ADVICE, COMPARE, field_words
from pipeline.findings import Finding, Severity, Words

INFO, REVIEW, FAIL = Severity.INFO, Severity.REVIEW, Severity.FAIL


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``id`` and ``en`` may hold {field}, {value}, {limit}; ``example`` breaks it."""

    code: str
    severity: Severity
    clause: str
    id: str
    en: str
    example: str
    advice: Words | None = None

    def finding(
        self,
        *,
        subject: str | None = None,
        value: str | None = None,
        limit: str | None = None,
        clause: str | None = None,
    ) -> Finding:
        """The finding that this rule is broken, or that what it allows is there."""
        words = field_words(subject or "")
        return Finding(
            code=self.code,
            severity=self.severity,
            subject=subject,
            value=value,
            limit=limit,
            clause=f"{self.clause}; {clause}" if clause else self.clause,
            message=Words(
                self.id.format(field=words.id, value=value, limit=limit),
                self.en.format(field=words.en, value=value, limit=limit),
            ),
            advice=self.advice,
        )


_ALL = (
    # The text as a whole
    Rule("mrz.format", FAIL, "ICAO Doc 9303-3, 4.2 and 4.10",
         "Baris dengan {value} karakter tidak membentuk MRZ",
         "Lines of {value} characters do not make a machine-readable zone",
         "two lines of 43"),
    Rule("mrz.alphabet", FAIL, "ICAO Doc 9303-3, 4.3",
         "Karakter yang tidak ada dalam MRZ: {value}",
         "Characters that a machine-readable zone does not have: {value}",
         "`MÜLLER`"),
    Rule("mrz.character", FAIL, "ICAO Doc 9303-3, 4.6",
         "{field}: karakter di tempat yang tidak diizinkan: {value}",
         "{field}: characters where they are not allowed: {value}",
         "`ERIKSS0N`", COMPARE),
    Rule("mrz.name_national_code", INFO, "Russian national code (internal passports since 2011)",
         "Nama memakai kode nasional untuk huruf Kiril: {value}",
         "The name is written in a national code for Cyrillic letters: {value}",
         "`PNRUS...3`"),
    # Check digits
    Rule("mrz.check_digit", FAIL, "ICAO Doc 9303-3, 4.9",
         "Digit uji {field} tercetak {value}, seharusnya {limit}",
         "The check digit of the {field} is {value}, it should be {limit}",
         "`L898902C37`", CHECK_ADVICE),
    Rule("mrz.digit_absent", REVIEW, "ICAO Doc 9303-3, 4.9",
         "Digit uji {field} kosong, seharusnya {limit}; digit uji gabungan cocok",
         "The check digit of the {field} is left out, it should be {limit}; the composite fits",
         "`AA0000008<`", COMPARE),
    # Codes
    Rule("mrz.document_code", REVIEW, "ICAO Doc 9303-4 to -7, 4.2.2",
         "Kode dokumen {value} tidak dimulai dengan {limit}",
         "The document code {value} does not begin with {limit}",
         "`Q<UTO` in a passport", COMPARE),
    Rule("mrz.document_code_second", REVIEW, "ICAO Doc 9303-5 and -6, 4.2.2, note k",
         "Huruf kedua kode dokumen {value} tidak diizinkan",
         "The second letter of the document code {value} is not allowed",
         "`IVUTO`; `ACUTO` but in TD1", COMPARE),
    Rule("mrz.document_code_late", INFO, "ICAO Doc 9303-4, 4.4 (2026)",
         "Kode dokumen {value} belum seragam, padahal paspor berlaku hingga {limit}",
         "The document code {value} is not a harmonised one, though the passport lives until"
         " {limit}",
         "`P<` expiring in 2038"),
    Rule("mrz.unknown_code", REVIEW, "ICAO Doc 9303-3, 5",
         "Kode {value} pada {field} tidak ada dalam Doc 9303",
         "The code {value} of the {field} is not one of Doc 9303",
         "`XYZ`", COMPARE),
    Rule("mrz.code_form", INFO, "ICAO Doc 9303-3, 5",
         "Kode {value} pada {field}: Doc 9303 menulisnya {limit}; bentuk ini dijumpai",
         "The code {value} of the {field}: Doc 9303 writes {limit}; this form is met in print",
         "`DEU`, `SI<`"),
    Rule("mrz.code_superseded", INFO, "ICAO Doc 9303-3, 5, part F",
         "Kode {value} pada {field} sudah dicabut ({limit})",
         "The code {value} of the {field} has been withdrawn ({limit})",
         "`ANT`"),
    Rule("mrz.issuer_is_person", REVIEW, "ICAO Doc 9303-3, 5, part E",
         "Kode {value} menyebut status orang, bukan penerbit",
         "The code {value} says what a person is; no authority has it",
         "`P<XXA`", COMPARE),
    Rule("mrz.sex_printed_x", INFO, "ICAO Doc 9303-4 to -7, 4.2.2",
         "Jenis kelamin tercetak X, dalam MRZ seharusnya <",
         "Sex is printed X, the zone should have <",
         "`X`"),
    Rule("mrz.sex_unknown", REVIEW, "ICAO Doc 9303-4 to -7, 4.2.2",
         "Jenis kelamin {value} tidak dikenal; yang ada F, M dan <",
         "Sex {value} is not known; there are F, M and <",
         "`K`", COMPARE),
    # Dates
    Rule("mrz.impossible_date", FAIL, "ICAO Doc 9303-3, 4.8",
         "{value} pada {field} bukan tanggal yang ada",
         "{value} of the {field} is no day of the calendar",
         "`740231`", CHECK_ADVICE),
    Rule("mrz.unknown_date", INFO, "ICAO Doc 9303-3, 4.8",
         "Bagian dari {field} tidak diketahui ({value}); ini diizinkan",
         "Parts of the {field} are unknown ({value}); this is allowed",
         "`74<<<<`"),
    Rule("mrz.zero_date", REVIEW, "ICAO Doc 9303-3, 4.8",
         "Bagian yang tidak diketahui dari {field} tercetak 00 ({value}), seharusnya <<",
         "Unknown parts of the {field} are printed as 00 ({value}), they should be <<",
         "`740000`", COMPARE),
    Rule("mrz.expiry_unknown", REVIEW, "ICAO Doc 9303-3, 4.8",
         "Tanggal habis berlaku tidak lengkap ({value}); masa berlaku tidak dapat dinilai",
         "The date of expiry is not complete ({value}); whether it expired cannot be judged",
         "`<<<<<<`", COMPARE),
    Rule("mrz.expired", REVIEW, "policy mrz.expiry_review_days",
         "Masa berlaku dokumen habis pada {value}",
         "The document expired on {value}",
         "`240501`"),
    Rule("mrz.validity_long", INFO, "usual practice: ten years, and nine months carried over",
         "Masa berlaku hingga {value} lebih dari yang lazim untuk paspor dan visa ({limit})",
         "Valid until {value}, longer than is usual for passports and visas ({limit})",
         "expiry in 2040, read in 2026"),
    # Numbers
    Rule("mrz.number_missing", REVIEW, "ICAO Doc 9303-4 to -7, 4.2.2",
         "Nomor dokumen kosong",
         "There is no document number",
         "`<<<<<<<<<0`", COMPARE),
    Rule("mrz.number_start", REVIEW, "ICAO Doc 9303-3, 4.10",
         "Nomor dokumen tidak dimulai di tempat pertamanya ({value})",
         "The document number does not begin in its first place ({value})",
         "`<<1234567`", COMPARE),
    Rule("mrz.field_start", INFO, "ICAO Doc 9303-3, 4.10",
         "{field} tidak dimulai di tempat pertamanya ({value})",
         "{field}: does not begin in its first place ({value})",
         "`<1234568902<<<`"),
    # Names
    Rule("mrz.name_missing", REVIEW, "ICAO Doc 9303-3, 4.6",
         "Nama dalam MRZ: bagian pertama kosong",
         "The name in the zone has no primary identifier",
         "`<<ANNA<MARIA`", COMPARE),
    Rule("mrz.name_parts", REVIEW, "ICAO Doc 9303-3, 4.6",
         "Nama dalam MRZ: lebih dari dua bagian ({value})",
         "The name in the zone has more than two parts ({value})",
         "`ERIKSSON<<ANNA<<MARIA`", COMPARE),
    Rule("mrz.name_fillers", REVIEW, "ICAO Doc 9303-3, 4.6",
         "Nama dalam MRZ: pengisi berlebih di antara bagian ({value})",
         "The name in the zone has too many fillers between its parts ({value})",
         "`ERIKSSON<<<ANNA`", COMPARE),
    Rule("mrz.name_single", INFO, "ICAO Doc 9303-3, 4.6",
         "Nama dalam MRZ: hanya satu bagian",
         "The name in the zone has one part only",
         "`SUKARNO<<<<`"),
    Rule("mrz.name_truncated", INFO, "ICAO Doc 9303-4 to -7, 4.2.3",
         "Nama dalam MRZ: mungkin terpotong",
         "The name in the zone may be cut off",
         "a letter in the last place"),
)  # fmt: skip

RULES: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in _ALL})


def found(
    code: str,
    *,
    subject: str | None = None,
    value: str | None = None,
    limit: str | None = None,
    clause: str | None = None,
) -> Finding:
    """The finding of the rule ``code``; ``clause`` is added to the rule's own."""
    return RULES[code].finding(subject=subject, value=value, limit=limit, clause=clause)
