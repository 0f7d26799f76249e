"""Who fits a post: wishes, nearness in the tree of regions, and who comes first where posts are few."""

from app.classes.rules.posts import Fit, Offered, Wished, best_fitting, fits, nearness, score

VILLAGE = ("43", "4306", "430681", "430681107", "430681107225")
NEXT_VILLAGE = (*VILLAGE[:4], "430681107226")
NEXT_TOWN = (*VILLAGE[:3], "430681108", "430681108201")
NEXT_COUNTY = ("43", "4306", "430626", "430626100", "430626100200")
POST = Offered("welding", VILLAGE[:3], "汨罗市高新区", 600_000)


def test_the_nearer_two_places_lie_the_more_of_the_tree_they_share() -> None:
    near = [nearness(VILLAGE, other) for other in (VILLAGE, NEXT_VILLAGE, NEXT_TOWN, NEXT_COUNTY, ())]
    assert near == [Fit.VILLAGE, Fit.TOWNSHIP, Fit.COUNTY, None, None]


def test_trade_place_and_wage_are_reasons_only_where_they_are_met() -> None:
    wishes = Wished(NEXT_COUNTY, frozenset({"welding"}), frozenset({"高新区"}), 500_000)
    assert fits(wishes, POST) == (Fit.TRADE, Fit.PLACE, Fit.WAGE)
    assert fits(Wished(VILLAGE, frozenset({"cooking"}), frozenset({"长沙"}), 700_000), POST) == (Fit.COUNTY,)
    assert fits(Wished(NEXT_COUNTY, places=frozenset({"430681"})), POST) == (Fit.PLACE,)
    assert fits(Wished(NEXT_COUNTY, wage_fen=1), Offered("welding", VILLAGE)) == ()


def test_an_empty_wish_for_a_place_is_none() -> None:
    assert fits(Wished(NEXT_COUNTY, places=frozenset({""})), POST) == ()


def test_few_posts_go_to_the_best_fitting_and_then_in_order() -> None:
    wishes = {
        1: Wished(NEXT_COUNTY),
        2: Wished(VILLAGE),
        3: Wished(NEXT_COUNTY, frozenset({"welding"})),
        4: Wished(NEXT_COUNTY),
    }
    assert best_fitting(wishes, POST, 2) == {2: (Fit.COUNTY,), 3: (Fit.TRADE,)}
    assert list(best_fitting(wishes, POST, 3)) == [1, 2, 3]
    assert list(best_fitting(wishes, POST, 9)) == [1, 2, 3, 4]
    assert best_fitting(wishes, POST, 0) == {}


def test_a_wished_trade_weighs_more_than_a_near_home() -> None:
    assert score((Fit.TRADE,)) > score((Fit.VILLAGE,)) > score((Fit.TOWNSHIP,)) > score((Fit.COUNTY,))
