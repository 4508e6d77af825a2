"""What the rules of the machine-readable zone say, in Indonesian and English."""

from __future__ import annotations

from pipeline.findings import Words

CHECK_ADVICE = Words(
    "Bandingkan MRZ dengan dokumen aslinya; bila cetakannya memang demikian, periksa keasliannya.",
    "Compare the zone with the document; if it is printed so, examine whether it is genuine.",
)
RESCAN = Words(
    "Pindai ulang halaman data: rata, seluruhnya, 300 dpi atau lebih.",
    "Scan the data page again: flat, complete, at 300 dpi or more.",
)
COMPARE = Words(
    "Bandingkan karakter yang disebut dengan dokumen aslinya.",
    "Compare the named characters with the document.",
)

FIELD_NAMES = {
    "document_code": Words("kode dokumen", "document code"),
    "issuer": Words("negara penerbit", "issuing State"),
    "name": Words("nama", "name"),
    "surname": Words("nama keluarga", "surname"),
    "given_names": Words("nama depan", "given names"),
    "document_number": Words("nomor dokumen", "document number"),
    "nationality": Words("kewarganegaraan", "nationality"),
    "birth_date": Words("tanggal lahir", "date of birth"),
    "sex": Words("jenis kelamin", "sex"),
    "expiry_date": Words("tanggal habis berlaku", "date of expiry"),
    "optional_data": Words("data tambahan", "optional data"),
    "optional_data_2": Words("data tambahan kedua", "second optional data"),
    "personal_number": Words("nomor pribadi", "personal number"),
    "line 1": Words("baris 1", "line 1"),
    "line 2": Words("baris 2", "line 2"),
    "line 3": Words("baris 3", "line 3"),
    "composite": Words("gabungan", "composite"),
}


def field_words(name: str) -> Words:
    """The field in both languages; the bare name for an unknown one."""
    return FIELD_NAMES.get(name, Words(name, name))
