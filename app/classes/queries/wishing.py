"""What the people of a class wish for and where they live; what its order offers."""

from collections.abc import Sequence

from sqlalchemy import select

from app.classes.models import Seat, TrainingClass
from app.classes.rules.posts import Fit, Offered, Wished
from app.kernel.database import db
from app.kernel.labels import label
from app.orders.rules import PayBasis
from app.people.models import Wish, WishKind
from app.regions.models import Region


def path_of(region: Region) -> tuple[str, ...]:
    """The codes of a region and all above it, from the top down."""
    return tuple(region.path.strip("/").split("/"))


def wished_by(seats: Sequence[Seat]) -> dict[int, Wished]:
    """What each of these seats' people wishes for, by seat, in the order of the seats; one question for all."""
    people = [seat.person_id for seat in seats]
    query = select(Wish).where(Wish.person_id.in_(people), Wish.answered_at.is_(None))
    wishes: dict[int, list[Wish]] = {}
    for wish in db.session.scalars(query):
        wishes.setdefault(wish.person_id, []).append(wish)
    return {seat.id: _wished(seat, wishes.get(seat.person_id, [])) for seat in seats}


def _wished(seat: Seat, wishes: Sequence[Wish]) -> Wished:
    wages = [wish.wage_fen for wish in wishes if wish.wage_fen is not None]
    return Wished(
        home=path_of(seat.person.region),
        trades=frozenset(wish.value for wish in wishes if wish.kind == WishKind.TRADE),
        places=frozenset(wish.value for wish in wishes if wish.kind == WishKind.PLACE),
        wage_fen=min(wages, default=None),
    )


def offered_to(class_: TrainingClass) -> Offered:
    """What the class's order offers; without an order the trade of the course where it is held."""
    order = class_.order
    if order is None:
        return Offered(class_.course.occupation.trade, path_of(class_.region), class_.site.name)
    monthly = order.pay_basis == PayBasis.MONTHLY
    words = f"{order.region.name} {order.workplace}"
    return Offered(order.occupation.trade, path_of(order.region), words, order.pay_to_fen if monthly else None)


def why_words(seat: Seat) -> str:
    """Why a seat's post was proposed, in words; "" where it was named by hand."""
    known = [Fit(key) for key in seat.post_why.split(",") if key in set(Fit)]
    return "，".join(label(one) for one in known)
