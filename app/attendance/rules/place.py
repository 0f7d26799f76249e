"""How far a phone was from the site, and whether that is a thing to look at. Pure."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_M = 6_371_000
FARTHEST_ACCURACY_M = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device says it is: degrees, and within how many meters it is sure."""

    latitude: float
    longitude: float
    accuracy_m: int


def read_place(latitude: str, longitude: str, accuracy: str) -> Place | None:
    """What a browser sent along; None where there is nothing that can be a place."""
    try:
        place = Place(float(latitude), float(longitude), round(float(accuracy)))
    except (ValueError, OverflowError):
        return None
    on_the_globe = abs(place.latitude) <= 90 and abs(place.longitude) <= 180
    return place if on_the_globe and 0 <= place.accuracy_m <= FARTHEST_ACCURACY_M else None


def distance_m(one: Place, latitude: float, longitude: float) -> int:
    """Meters between a device and a point, over the ground."""
    lat, to = radians(one.latitude), radians(latitude)
    half = sin((to - lat) / 2) ** 2 + cos(lat) * cos(to) * sin(radians(longitude - one.longitude) / 2) ** 2
    return round(2 * EARTH_M * asin(sqrt(half)))


def is_far(distance: int, accuracy_m: int, radius_m: int) -> bool:
    """Whether the device cannot have been at the site, its own uncertainty granted."""
    return distance - accuracy_m > radius_m
