"""Policy packs for tests: the example pack that ships, and a small one that a test can bend."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from app.policies.rules.pack import Pack
from app.policies.rules.parsing import parse_pack
from app.policies.service import load_folder

DEMO = Path(__file__).parent.parent / "policies" / "demo-yueyang"

SMALL: dict[str, Any] = {
    "toml": {
        "pack": {
            "key": "small",
            "title_zh": "小政策",
            "region_code": "430000",
            "valid_from": "2024-01-01",
            "is_example": True,
            "default_category": "other",
        },
        "modes": {
            "order_training": {
                "name_zh": "订单培训",
                "paid": True,
                "order": ["hiring"],
                "direction": "employer",
                "post": "order_post",
                "claim": "per_trainee",
            },
        },
        "formula": [],
    },
    "tables": {
        "sources": [{"_row": 2, "key": "S07", "title": "a source"}],
        "categories": [{"_row": 2, "key": "other", "name_zh": "其他类", "source": "S07"}],
        "groups": [
            {
                "_row": 2,
                "key": "rural_transfer",
                "name_zh": "农村转移就业劳动者",
                "evidence_zh": "户口簿",
                "source": "S07",
            }
        ],
        "ages": [
            {"_row": 2, "sex": "male", "min_years": "16", "max_years": "60", "source": "S07"},
            {"_row": 3, "sex": "female", "min_years": "16", "max_years": "55", "source": "S07"},
        ],
        "rates": [{"_row": 2, "category": "other", "amount_yuan": "550", "source": "S07"}],
    },
}


@cache
def demo_pack() -> Pack:
    """The example pack of Yueyang."""
    return load_folder(DEMO)[1]


def small_content(**tables_and_sections: Any) -> dict[str, Any]:
    """The small pack's data with tables (lists of rows) and sections (dicts), or the formula (`formula=`), replaced."""
    content = deepcopy(SMALL)
    for name, value in tables_and_sections.items():
        if name == "formula" or isinstance(value, dict):
            content["toml"][name] = value
        else:
            content["tables"][name] = [{"_row": place + 2, **row} for place, row in enumerate(value)]
    return content


def small_pack(**tables_and_sections: Any) -> Pack:
    """The small pack, bent."""
    return parse_pack(small_content(**tables_and_sections))
