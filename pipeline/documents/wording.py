"""What is said about a document as a whole, in Indonesian and English."""

from __future__ import annotations

from pipeline.findings import Finding, Severity, Words

NAMES = {
    "passport": Words("paspor", "passport"),
    "old_passport": Words("paspor lama", "old passport"),
    "id_card": Words("kartu identitas ber-MRZ", "identity card with a machine-readable zone"),
    "visa": Words("visa", "visa"),
    "ktp": Words("KTP", "KTP (Indonesian identity card)"),
    "ektp": Words("KTP-el", "e-KTP (Indonesian identity card)"),
}


def named(kind: str) -> Words:
    """A document type in both languages; the bare name for an unknown one."""
    return NAMES.get(kind, Words(kind, kind))


def unexpected(found: str, expected: str) -> Finding:
    """Another document than the application says."""
    is_, was = named(found), named(expected)
    return Finding(
        code="document.unexpected_type",
        severity=Severity.REVIEW,
        subject=expected,
        value=found,
        limit=expected,
        message=Words(
            id=f"Dokumen ini terbaca sebagai {is_.id}, bukan {was.id}",
            en=f"This document was read as a {is_.en}, not a {was.en}",
        ),
        advice=Words(
            id="Periksa apakah berkas tertukar, lalu pindai dokumen yang diminta",
            en="Check whether files were swapped, then scan the document that is asked for",
        ),
    )


def not_recognised(expected: str | None) -> Finding:
    """Neither a zone nor a KTP's labels could be read."""
    return Finding(
        code="document.not_recognised",
        severity=Severity.REVIEW,
        subject=expected,
        message=Words(id="Jenis dokumen tidak dikenali", en="The document was not recognised"),
        advice=Words(
            id="Pindai ulang dokumen: seluruhnya, rata, terang, 300 dpi atau lebih",
            en="Scan the document again: complete, flat, well lit, at 300 dpi or more",
        ),
    )


def no_portrait() -> Finding:
    """No face on the page: the comparison of faces has nothing to compare with."""
    return Finding(
        code="document.no_portrait",
        severity=Severity.REVIEW,
        subject="portrait",
        message=Words(
            id="Foto pada dokumen tidak ditemukan", en="No portrait was found on the document"
        ),
        advice=Words(
            id="Pindai halaman yang memuat foto, tanpa pantulan cahaya",
            en="Scan the page that carries the photograph, without glare",
        ),
    )
