"""From probabilities to text: formats, places, repairs, and what must not be repaired."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from models.text._reader import FrameScores
from pipeline.documents.mrz import format_mrz
from pipeline.documents.mrz.chains import scheme_of
from pipeline.documents.mrz.check_digits import ALPHABET, value_of
from pipeline.documents.mrz.decode import decode
from pipeline.documents.mrz.grid import fit_grid
from pipeline.documents.mrz.recognise import Cells
from pipeline.documents.mrz.repair import repair
from pipeline.documents.mrz.residues import table_of
from pipeline.documents.mrz.strips import Frame, cut

TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
       "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")  # fmt: skip
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
       "L898902C36UTO7408122F1204159ZE184226B<<<<<10")  # fmt: skip
MRVA = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")  # fmt: skip
MRVB = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
FRID = ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "9409923102854CORINNE<<<<<<<6512068F4")


def cells(lines, doubts=(), margin=2, sure=0.99):
    """A grid that says ``lines``; ``doubts``: (row, column, other character, its probability)."""
    columns = len(lines[0]) + 2 * margin
    values = np.full((len(lines), columns, 38), (1 - sure) / 37)
    values[:, :, 0] = sure
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            cell = values[row, column + margin]
            cell[0], cell[1 + ALPHABET.index(character)] = (1 - sure) / 37, sure
    for row, column, other, share in doubts:
        cell = values[row, column + margin]
        cell[:] *= 1 - share
        cell[1 + ALPHABET.index(other)] = share
    return Cells(values, np.ones(values.shape[:2], bool))


@pytest.mark.parametrize(
    ("name", "lines"),
    [("TD1", TD1), ("TD2", TD2), ("TD3", TD3), ("MRVA", MRVA), ("MRVB", MRVB), ("FRID", FRID)],
)
def test_formats_are_told_apart(name, lines):
    decoding = decode(cells(lines))
    assert (decoding.format.name, decoding.lines, decoding.offsets) == (
        name,
        lines,
        (2,) * len(lines),
    )


@pytest.mark.parametrize("cut_off", [1, 2], ids=["one column", "two columns"])
def test_columns_outside_the_picture_are_not_invented_surely(cut_off):
    """A check digit may tell what was not seen; that alone makes nothing ``verified``."""
    whole = cells(TD3, margin=0)
    part = Cells(whole.probabilities[:, :-cut_off], whole.seen[:, :-cut_off])
    decoding = decode(part)
    assert decoding.format.name == "TD3"
    assert decoding.sureness.alone.min() < 0.5


def test_a_line_may_stand_a_column_beside_the_other():
    """A page photographed askew: the first line begins a column later than the second."""
    straight = cells(TD3)
    moved = straight.probabilities.copy()
    moved[0] = np.roll(moved[0], 1, axis=0)
    decoding = decode(Cells(moved, straight.seen))
    assert (decoding.lines, decoding.offsets) == (TD3, (3, 2))


def test_a_single_letter_among_digits_needs_certainty():
    """An O between zeros that is hardly likelier than a zero is a zero."""
    seen = cells((TD3[0], TD3[1].replace("L898902C3", "000000000")), [(1, 4, "O", 0.6)])
    assert decode(seen).lines[1].startswith("000000000")


def test_a_sure_letter_among_digits_stays():
    lines = (TD3[0], TD3[1].replace("L898902C3", "0000O0000"))
    assert decode(cells(lines)).lines == lines


def test_two_repairs_that_fit_alike_are_none():
    """Either of two doubtful zeros as an O would set the digit right: nothing is decided."""
    number = "000000000"
    lines = (TD3[0], number + "8" + TD3[1][10:])
    doubts = [(1, place, "O", 0.5) for place in (1, 4, 7)]  # the same weight: 3
    decoding, repairs = repair(decode(cells(lines, doubts)))
    assert (decoding.lines, repairs) == (lines, ())


def test_letters_and_digits_go_where_they_belong():
    """An O in a date and a zero in a name are told by their field."""
    seen = cells(TD3, [(1, 14, "O", 0.6), (0, 9, "0", 0.6)])
    assert decode(seen).lines == TD3


def test_an_unsure_character_is_set_right_and_reported():
    decoding, repairs = repair(decode(cells(TD3, [(1, 1, "B", 0.6)])))
    assert decoding.lines == TD3
    assert [(r.row, r.column, r.read, r.written) for r in repairs] == [(1, 1, "B", "8")]


def test_a_digit_that_is_bad_as_printed_stays():
    printed = (TD3[0], TD3[1][:9] + "7" + TD3[1][10:])
    decoding, repairs = repair(decode(cells(printed)))
    assert (decoding.lines, repairs) == (printed, ())


def test_an_unknown_state_is_set_right_where_the_net_was_unsure():
    lines = (TD3[0].replace("UTO", "NLD", 1), TD3[1])
    decoding, repairs = repair(decode(cells(lines, [(0, 2, "M", 0.7)])))
    assert decoding.lines == lines
    assert [r.written for r in repairs] == ["N"]


def test_an_unknown_state_that_is_printed_so_stays():
    lines = (TD3[0].replace("UTO", "MLD", 1), TD3[1])
    assert repair(decode(cells(lines)))[0].lines == lines


def test_the_composite_decides_where_a_fields_own_digit_cannot():
    """Two doubtful digits of equal weight in the optional data of TD1, which has no own digit."""
    lines = format_mrz("TD1", issuer="UTO", document_number="D23145890", optional_data="A7B",
                       birth_date="1974-08-12", expiry_date="2012-04-15", nationality="UTO",
                       sex="F", surname="ERIKSSON", document_code="I")  # fmt: skip
    decoding, repairs = repair(decode(cells(lines, [(0, 16, "1", 0.55)])))
    assert decoding.lines == lines
    assert [(r.row, r.column, r.read, r.written) for r in repairs] == [(0, 16, "1", "7")]


def test_two_fields_are_set_right_together():
    """The number and the birth date each lost a character; the composite speaks for both."""
    decoding, repairs = repair(decode(cells(TD3, [(1, 1, "B", 0.6), (1, 15, "6", 0.6)])))
    assert decoding.lines == TD3
    assert {(r.column, r.written) for r in repairs} == {(1, "8"), (15, "0")}


def test_a_long_document_number_is_set_right_by_its_digit():
    lines = format_mrz("TD1", document_code="I", issuer="UTO", document_number="D23145890735",
                       birth_date="1974-08-12", expiry_date="2012-04-15", nationality="UTO",
                       sex="F", surname="ERIKSSON", given_names="ANNA")  # fmt: skip
    assert lines[0][14] == "<"
    for column, other in ((8, "7"), (16, "9")):  # in the number, and in its rest
        decoding, repairs = repair(decode(cells(lines, [(0, column, other, 0.6)])))
        assert decoding.lines == lines, column
        assert len(repairs) == 1


def test_what_is_printed_wrong_twice_stays_as_printed():
    """Number and expiry digits of an issuer that sums its own way."""
    second = TD3[1][:9] + "1" + TD3[1][10:27] + "2" + TD3[1][28:]
    decoding, repairs = repair(decode(cells((TD3[0], second))))
    assert (decoding.lines[1], repairs) == (second, ())


@pytest.mark.parametrize(
    ("printed", "doubts", "reason"),
    [
        (TD3[0], [(0, 40, "K", 0.6)], "no single letter among the fillers at the end"),
        (TD3[0], [(0, 13, "K", 0.6)], "two fillers between the names, not a letter and a filler"),
        ("P<UTOERIKSSON<<ANNA<K<<<<<<<<<<<<<<<<<<<<<<<", [], "an initial is a name"),
    ],
)
def test_names_are_set_right_where_the_net_was_unsure(printed, doubts, reason):
    lines = (printed, TD3[1])
    assert repair(decode(cells(lines, doubts)))[0].lines == lines, reason


def test_a_letter_that_is_seen_clearly_among_fillers_stays():
    lines = (TD3[0][:40] + "K" + TD3[0][41:], TD3[1])
    assert repair(decode(cells(lines)))[0].lines == lines


def test_issuer_and_nationality_support_each_other():
    """MLT and MLI are both codes; the nationality is MLT."""
    lines = (TD3[0].replace("UTO", "MLT", 1), TD3[1].replace("UTO", "MLT"))
    decoding, _ = repair(decode(cells(lines, [(0, 4, "I", 0.55)])))
    assert decoding.lines == lines


def test_a_format_that_may_go_on_unseen_is_not_whole():
    """36 columns of a visa of 44: what was seen could be an MRV-B."""
    whole = cells(MRVA)
    part = Cells(whole.probabilities[:, :38], whole.seen[:, :38])
    decoding = decode(part)
    assert decoding.format.name == "MRVB"
    assert not decoding.whole
    assert decode(cells(MRVB)).whole


def random_chain(rng, size):
    """Places with two or three likely characters each, and their digit."""
    logs = np.full((size, 37), -np.inf)
    for row in logs:
        likely = rng.choice(37, size=int(rng.integers(2, 4)), replace=False)
        row[likely] = np.log(rng.dirichlet(np.ones(len(likely))))
    digit = np.full(37, -np.inf)
    digit[:10] = np.log(rng.dirichlet(np.ones(10)))
    return logs, digit


@pytest.mark.parametrize("seed", range(6))
def test_the_best_text_of_a_field_is_exact(seed):
    """Against every text: the best sum for each remainder of the composite, digit right or not."""
    rng = np.random.default_rng(seed)
    chain = scheme_of("TD3").chains[seed % 3]
    size = min(6, len(chain.places))
    chain = replace(chain, places=chain.places[:size], own=chain.own[:size],
                    joint=chain.joint[:size], blank=False)  # fmt: skip
    logs, digit = random_chain(rng, size)
    wanted = np.full((2, 10), -np.inf)
    options = [np.flatnonzero(np.isfinite(row)) for row in logs]
    for text in itertools.product(*options, range(10)):
        values = [value_of(ALPHABET[index]) for index in text]
        own = sum(v * w for v, w in zip(values, chain.own, strict=False)) % 10
        joint = sum(v * w for v, w in zip(values, (*chain.joint, chain.joint_digit), strict=True))
        score = sum(logs[i, index] for i, index in enumerate(text[:-1])) + digit[text[-1]]
        cell = (int(own == text[-1]), joint % 10)
        wanted[cell] = max(wanted[cell], score)
    table = table_of(chain, logs, digit, np.zeros(size, bool))
    assert table.values == pytest.approx(wanted)
    for right, remainder in zip(*np.nonzero(np.isfinite(wanted)), strict=True):
        text = table.characters(int(remainder), right=bool(right))
        score = sum(logs[i, index] for i, index in enumerate(text[:-1])) + digit[text[-1]]
        assert score == pytest.approx(wanted[right, remainder])


def frame_scores(middles, width=800, character=10):
    """Scores of a strip with the same character at each of ``middles`` (strip pixels)."""
    logs = np.full((width // 4, 38), -9.0, np.float32)
    logs[:, 0] = 0
    for middle in middles:
        at = round((middle - 1.5) / 4)
        logs[at, 0], logs[at, 1 + character] = -9, 0
    return FrameScores(logs, ALPHABET, 4, 1.5)


FRAME = Frame(0.0, 0.0, 0.0, 800.0, 32.0)


def test_the_grid_survives_missing_and_stray_characters():
    middles = [20 + 17.0 * k for k in range(44) if k not in (3, 4, 20)] + [20 + 17.0 * 30.45]
    grid = fit_grid(frame_scores(sorted(middles)), FRAME)
    assert grid.columns == 44
    assert grid.pitch == pytest.approx(17, abs=0.25)
    assert float(grid.middle(43)) == pytest.approx(20 + 17 * 43, abs=2.5)


def test_the_grid_follows_perspective():
    middles = [20 + 16.0 * k + 0.02 * k * k for k in range(44)]
    grid = fit_grid(frame_scores(middles), FRAME)
    assert grid.columns == 44
    assert float(grid.middle(43)) == pytest.approx(middles[-1], abs=2.5)


@pytest.mark.parametrize(
    "middles",
    [
        pytest.param([], id="nothing"),
        pytest.param([20 + 17 * k for k in range(8)], id="too few"),
        pytest.param(
            sorted(np.random.default_rng(3).uniform(10, 780, 30).tolist()), id="no fixed pitch"
        ),
    ],
)
def test_no_grid(middles):
    assert fit_grid(frame_scores(middles), FRAME) is None


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
def test_strips_keep_their_place(scale):
    """A bar in the picture lies at the same share of the strip, whatever the resolution."""
    height, width = int(60 * scale), int(800 * scale)
    image = np.full((height, width, 3), 255, np.uint8)
    left, right = int(400 * scale), int(440 * scale)
    image[:, left:right] = 0
    strip = cut(image, Frame(-0.5, height / 2 - 0.5, 0.0, width, 32 * scale))
    assert strip.shape == (32, 800)
    dark = np.flatnonzero(strip[16] < 128)
    assert dark[0] == pytest.approx(400, abs=1)
    assert dark[-1] == pytest.approx(439, abs=1)
