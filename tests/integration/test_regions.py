"""Regions of any city load, also of one without a county level; an area is a set of subtrees."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.kernel.database import db
from app.kernel.errors import DomainError
from app.regions import service
from app.regions.models import Region
from app.regions.queries import county_of, full_name, in_area
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE

pytestmark = pytest.mark.usefixtures("session")
HEAD = "code,name,level,parent_code\n"
WITHOUT_COUNTIES = (
    HEAD + "990003001,甲镇,4,990003\n990003001001,乙村,5,990003001\n990003,无县市,2,990000\n990000,某省,1,\n"
)


def loaded(tmp_path: Path, text: str) -> int:
    file = tmp_path / "regions.csv"
    file.write_text(text, encoding="utf-8")
    return service.import_regions(service.read_regions(file))


def test_a_city_without_counties_loads_whatever_the_order_of_its_rows(tmp_path: Path) -> None:
    assert loaded(tmp_path, WITHOUT_COUNTIES) == 4
    village = db.session.get_one(Region, "990003001001")
    assert village.path == "990000/990003/990003001/990003001001/"
    assert full_name(village.code) == "甲镇乙村"
    assert county_of(village.code) == "990003"


def test_loading_twice_changes_nothing_and_a_new_name_is_taken(tmp_path: Path) -> None:
    loaded(tmp_path, WITHOUT_COUNTIES)
    before = db.session.query(Region).count()
    loaded(tmp_path, WITHOUT_COUNTIES.replace("乙村", "丙村"))
    db.session.expire_all()
    assert db.session.query(Region).count() == before
    assert db.session.get_one(Region, "990003001001").name == "丙村"


@pytest.mark.parametrize(
    "text",
    ["a,b\n1,2\n", HEAD + "990000,某省,1,990001\n", HEAD + "1,a,1,2\n2,b,2,1\n", HEAD + "99x,某省,1,\n"],
    ids=["other columns", "unknown parent", "circle", "letters in a code"],
)
def test_a_file_that_is_no_region_file_is_refused_in_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(DomainError):
        loaded(tmp_path, text)


def test_the_command_loads_a_file(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "regions.csv"
    file.write_text("nothing\n", encoding="utf-8")
    refused = app.test_cli_runner().invoke(args=["import-regions", str(file)])
    assert refused.exit_code == 1
    assert "code,name,level,parent_code" in refused.output


def test_an_area_is_its_subtrees_and_nothing_beside_them() -> None:
    def within(*codes: str) -> set[str]:
        return set(db.session.scalars(select(Region.code).where(in_area(Region.code, codes))))

    assert VILLAGE in within(COUNTY)
    assert VILLAGE not in within(OTHER_COUNTY)
    assert within() == set()
    assert within(COUNTY, OTHER_COUNTY) == within(COUNTY) | within(OTHER_COUNTY)
