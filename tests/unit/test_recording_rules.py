"""Prints, bands, distances, remarks and years."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.kernel import clock
from app.recordings.rules import (
    NEAR,
    Noted,
    Planned,
    Remark,
    Spot,
    Told,
    bands,
    differing,
    kept_until,
    meters_between,
    probes,
    remarks,
    signed,
)

PRINTS = st.integers(0, (1 << 64) - 1)
NOON = clock.moment_of(date(2026, 3, 2), 8)
PLAN = Planned(NOON, NOON + timedelta(hours=3), Spot(28.8, 113.07), 30, 500)


@given(PRINTS, st.sets(st.integers(0, 63), max_size=7))
def test_the_bands_find_every_print_up_to_seven_bits_away(print64: int, turned: set[int]) -> None:
    other = print64
    for bit in turned:
        other ^= 1 << bit
    assert differing(print64, other) == len(turned) <= 7
    assert set(bands(other)) & set(probes(print64))


@given(PRINTS)
def test_a_print_fits_the_database_and_its_bands_hold_all_of_it(print64: int) -> None:
    assert -(1 << 63) <= signed(print64) < 1 << 63
    assert sum((band & 0xFFFF).bit_count() for band in bands(print64)) == print64.bit_count()
    assert sorted(band >> 16 for band in bands(print64)) == [0, 1, 2, 3]
    assert NEAR <= 7


def told(minutes: int = 10, spot: Spot | None = None, late: int = 240) -> Told:
    """A file taken so many minutes into the half-day, uploaded four hours after its start."""
    return Told(
        NOON + timedelta(minutes=minutes),
        spot or Spot(28.8, 113.07),
        edited=False,
        came_at=NOON + timedelta(minutes=late),
    )


def test_a_photo_of_the_lesson_at_its_place_has_no_remark() -> None:
    assert remarks(told(), PLAN) == []
    assert remarks(told(-30), PLAN) == []
    assert remarks(told(180 + 30), PLAN) == []


def test_a_photo_of_another_time_is_remarked_with_how_far_off() -> None:
    assert remarks(told(-31), PLAN) == [Noted(Remark.OTHER_TIME, 31)]
    assert remarks(told(180 + 45), PLAN) == [Noted(Remark.OTHER_TIME, 45)]


def test_a_photo_from_after_its_upload_is_remarked() -> None:
    assert remarks(told(100, late=95), PLAN) == []
    assert remarks(told(100, late=80), PLAN) == [Noted(Remark.AFTER_UPLOAD)]


def test_a_photo_far_from_the_site_is_remarked_in_meters() -> None:
    found = remarks(told(spot=Spot(28.81, 113.07)), PLAN)
    assert [one.remark for one in found] == [Remark.FAR]
    assert 1105 < found[0].figure < 1120


def test_what_a_file_does_not_say_is_remarked_and_what_policy_does_not_say_is_not() -> None:
    assert remarks(Told(None, None, edited=True, came_at=NOON), PLAN) == [
        Noted(Remark.NO_TIME),
        Noted(Remark.NO_PLACE),
        Noted(Remark.EDITED),
    ]
    silent = Planned(NOON, NOON, Spot(0.5, 0.5), None, None)
    assert remarks(told(-5000), silent) == []


def test_distances_are_those_of_the_earth() -> None:
    changsha, miluo = Spot(28.228, 112.939), Spot(28.806, 113.067)
    assert 64_000 < meters_between(changsha, miluo) < 66_500
    assert meters_between(miluo, miluo) == 0


def test_files_are_kept_whole_years_from_the_last_day() -> None:
    assert kept_until(date(2024, 2, 29), 5) == date(2029, 3, 1)
    assert kept_until(date(2026, 6, 30), 10) == date(2036, 6, 30)
    assert kept_until(date(2026, 6, 30), None) is None
