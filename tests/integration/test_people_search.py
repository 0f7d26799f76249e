"""Searching the register: by name, pinyin, numbers and village, inside the officer's area, whatever its width."""

import pytest

from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db
from app.people import queries, service
from app.people.models import Group, Person, WorkStatus
from app.people.queries import PeopleFilters, find_people
from app.people.queries.search import Read, Word, read_words
from app.people.service import NewGroup, PersonChanges
from app.regions.queries import named_places, villages_of
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, SignIn, make_user
from tests.making.people import fresh_id_number, make_person

OTHER_VILLAGE = "430626001001"
PROVINCE = "430000"
NARROW_AND_WIDE = [(VILLAGE,), (COUNTY,), (PROVINCE,)]


def officer(*area: str) -> Actor:
    return make_user(Role.TOWNSHIP_OFFICER, area=area).as_actor()


def found(by: Actor, words: str, **chosen: object) -> list[str]:
    page = find_people(by, PeopleFilters(words=words, **chosen), 1)  # type: ignore[arg-type]  # tests name any filter
    return [person.name for person in page.items]


def several(*names: str) -> list[Person]:
    return [make_person(name=name) for name in names]


@pytest.fixture(params=NARROW_AND_WIDE, ids=["village", "county", "province"])
def by(request: pytest.FixtureRequest, session: object) -> Actor:  # noqa: ARG001  # people live inside the test
    """Officers whose areas are read in different ways; each must find the same."""
    return officer(*request.param)


class TestNames:
    def test_initials_find_the_exact_name_first(self, by: Actor) -> None:
        several("詹三丰", "张三", "张三丰", "李四")
        assert found(by, "zs") == ["张三", "詹三丰", "张三丰"]
        assert found(by, "ZSF") == ["詹三丰", "张三丰"]

    @pytest.mark.parametrize(
        ("name", "initials", "letters"),
        [
            ("曾国强", "zgq", "zengguo"),
            ("单雄信", "sxx", "shan xiong"),
            ("仇和平", "qhp", "qiuhe"),
            ("区永年", "oyn", "ou yong"),
            ("解放军", "xfj", "xiefang"),
            ("查良庆", "zlq", "zha liang"),
            ("尉迟恭敬", "ycgj", "yuchi"),
            ("覃小花", "qxh", "qinxiao"),
            ("乐天成", "ytc", "yuetian"),
        ],
    )
    def test_surnames_are_read_as_surnames(self, session: object, name: str, initials: str, letters: str) -> None:  # noqa: ARG002
        make_person(name=name)
        for area in ((VILLAGE,), (COUNTY,)):
            assert found(officer(*area), initials) == [name]
            assert found(officer(*area), letters) == [name]

    def test_a_name_is_found_by_its_beginning_and_by_the_given_name(self, by: Actor) -> None:
        several("欧阳修文", "欧阳建国", "张建国", "王国", "张建")
        assert found(by, "欧阳") == ["欧阳建国", "欧阳修文"]
        assert found(by, "建国") == ["欧阳建国", "张建国"]
        assert found(by, "文") == ["欧阳修文"]
        assert found(by, "张建") == ["张建", "张建国"]
        assert found(by, "国") == ["欧阳建国", "王国", "张建国"]

    def test_long_and_latin_names_are_found_by_any_part(self, by: Actor) -> None:
        several("古丽巴哈尔·买买提", "Maria Silva")
        assert found(by, "买买提") == ["古丽巴哈尔·买买提"]
        assert found(by, "silva") == ["Maria Silva"]
        assert found(by, "maria sil") == ["Maria Silva"]
        assert found(by, "ms") == ["Maria Silva"]

    def test_signs_that_mean_something_to_a_database_mean_nothing_here(self, by: Actor) -> None:
        several("张三")
        for typed in ("%", "_", "张%", "z_", "张\x00三丰", "'", "\\"):
            assert found(by, typed) == []
        assert found(by, "张\u200b三") == ["张三"]

    def test_who_was_merged_into_another_row_is_found_once(self, by: Actor) -> None:
        kept, dropped = several("龚同名", "龚同名")
        dropped.merged_into_id = kept.id
        db.session.flush()
        assert [row.id for row in find_people(by, PeopleFilters("gtm"), 1).items] == [kept.id]
        assert [row.id for row in db.session.scalars(queries.people_for(by, PeopleFilters("龚同名")))] == [kept.id]


class TestNumbers:
    def test_the_last_four_and_all_of_an_identity_number_find_the_person(self, by: Actor) -> None:
        number = fresh_id_number()
        make_person(name="符号码", id_number=number)
        assert "符号码" in found(by, number[-4:])
        assert "符号码" in found(by, f"符 {number[-4:].lower()}")
        assert found(by, f" {number[:6]} {number[6:]} ".replace(" ", "")) == ["符号码"]

    def test_a_phone_finds_the_whole_family(self, by: Actor) -> None:
        for name in ("史甲", "史乙"):
            make_person(name=name, phone="13911110000")
        assert found(by, "13911110000") == ["史甲", "史乙"]
        assert found(by, "1391111000") == []

    def test_a_number_that_a_person_had_before_still_finds_them(self, by: Actor) -> None:
        old, new = fresh_id_number(), fresh_id_number()
        person = make_person(name="换号人", id_number=old)
        service.change_number(person, new, by=SYSTEM, reason="公安更正", document="户口簿")
        assert found(by, old) == ["换号人"]
        assert found(by, new) == ["换号人"]


class TestPlaces:
    def test_people_outside_the_area_are_never_found(self, session: object) -> None:  # noqa: ARG002
        make_person(name="区外人", region_code=OTHER_VILLAGE, phone="13911112222")
        for area in ((VILLAGE,), (COUNTY,)):
            for words in ("区外人", "qww", "owr", "13911112222"):
                assert found(officer(*area), words) == []
        assert found(officer(OTHER_COUNTY), "区外人") == ["区外人"]
        assert found(officer(VILLAGE, OTHER_VILLAGE), "区外人") == ["区外人"]
        assert found(officer(COUNTY), "区外人", region_code=OTHER_VILLAGE) == []
        assert found(make_user(Role.TOWNSHIP_OFFICER, area=()).as_actor(), "区外人") == []

    def test_the_name_of_a_village_finds_its_people_and_narrows_other_words(self, session: object) -> None:  # noqa: ARG002
        make_person(name="湄江甲", region_code="430681107227")
        several("管村人", "闵村人")
        by = officer(COUNTY)
        assert {"管村人", "闵村人"} <= set(found(by, "湄江村"))
        assert found(by, "湄江 gcr") == ["管村人"]
        assert found(by, "管村人 弼时镇") == ["管村人"]
        assert found(by, "湄江") == ["湄江甲"], "a person called so comes before a place called so"
        assert found(officer(OTHER_COUNTY), "湄江村") == []

    def test_a_place_is_known_without_the_ending_of_its_name(self, session: object) -> None:  # noqa: ARG002
        everywhere = villages_of(None)
        assert everywhere.everywhere
        assert len(everywhere.codes) > 1800
        whole, short = named_places("湄江村", everywhere), named_places("湄江", everywhere)
        assert whole is not None
        assert whole == short
        assert VILLAGE in whole.codes
        assert named_places("没有这个地方", everywhere) is None


class TestTogether:
    def test_what_is_chosen_narrows_what_is_typed(self, by: Actor) -> None:
        held = NewGroup(Group.VETERAN, "退役证")
        make_person(held, name="祁退役", work_status=WorkStatus.UNEMPLOYED, wish_trade="welding")
        make_person(name="祁没有")
        assert found(by, "祁") == ["祁没有", "祁退役"]
        assert found(by, "祁", group=Group.VETERAN) == ["祁退役"]
        assert found(by, "q", work_status=WorkStatus.UNEMPLOYED, wish="welding") == ["祁退役"]
        assert found(by, "祁", region_code=VILLAGE) == ["祁没有", "祁退役"]

    def test_a_renamed_person_is_found_by_the_new_name_only(self, by: Actor) -> None:
        person = make_person(name="卓旧名")
        service.change(person, PersonChanges(name="卓新名"), by=SYSTEM)
        assert found(by, "zxm") == ["卓新名"]
        assert found(by, "卓旧") == []

    def test_the_query_for_others_finds_the_same_people(self, by: Actor) -> None:
        several("欧阳修文", "张三", "买买提江·艾力")
        for words in ("文", "zs", "张 zs", "艾力"):
            query = queries.people_for(by, PeopleFilters(words))
            assert [row.name for row in db.session.scalars(query).unique()] == found(by, words)


def test_words_are_read_in_the_order_of_what_they_tell() -> None:
    assert read_words("zhang san 湄江 001x") == [
        Word(Read.LAST_FOUR, "001X"),
        Word(Read.NAME, "湄江"),
        Word(Read.LETTERS, "zhangsan"),
    ]
    assert read_words("１３９１１１１００００") == [Word(Read.PHONE, "13911110000")]
    assert read_words(" \x00 ") == []


class TestPages:
    @pytest.mark.parametrize("area", [VILLAGE, COUNTY])
    def test_pages_follow_one_another_without_a_gap(self, session: object, area: str) -> None:  # noqa: ARG002
        several(*(f"庞{one}{two}" for one in "甲乙丙丁戊" for two in "一二三四五"))
        by, chosen = officer(area), PeopleFilters("庞")
        pages = [find_people(by, chosen, number) for number in (1, 2)]
        assert [(page.number, page.total, page.pages, page.more) for page in pages] == [
            (1, 25, 2, False),
            (2, 25, 2, False),
        ]
        rows = [row for page in pages for row in page.items]
        assert len({row.id for row in rows}) == 25
        assert [row.pinyin for row in rows] == sorted(row.pinyin for row in rows)
        assert find_people(by, chosen, 9).number in (1, 2)

    @pytest.mark.usefixtures("session")
    def test_of_very_many_a_page_says_that_there_are_more(
        self, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        several(*(f"庞{one}{two}" for one in "甲乙丙丁戊" for two in "一二三四五"))
        monkeypatch.setattr("app.people.queries.search.AT_MOST", 22)
        page = find_people(officer(COUNTY), PeopleFilters("庞"), 2)
        assert (len(page.items), page.total, page.pages, page.more) == (2, 22, 2, True) or page.more
        shown = sign_in(make_user(Role.TOWNSHIP_OFFICER, area=(COUNTY,))).get("/people?q=庞").text
        assert "超过 22 条" in shown


def test_the_search_box_finds_and_says_what_to_do_when_it_does_not(session: object, sign_in: SignIn) -> None:  # noqa: ARG001
    several("满堂红")
    browser = sign_in(make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)))
    assert "满堂红" in browser.get("/people?q=mth").text
    assert "没有找到" in browser.get("/people?q=没有这个人").text
