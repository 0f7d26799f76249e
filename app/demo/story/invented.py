"""Names and numbers of nobody: identity numbers with sequence 000, phones and accounts that no one has."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from app.people.rules import check_character

SURNAMES = "易汪史龚葛邹丁余廖熊阳潘雷段曾万黎侯江孟尹左樊卜聂瞿蓝焦管闵丰荆卓麻祁阮包苗庞柯"
GIVEN = (
    "春兰秋菊金莲美华爱群玉珍红霞丽君志红小英建兰细妹冬秀桂芳艳萍凤仙月娥满香新民自力"
    "立群文英国庆向阳雪梅银花翠平喜来海燕思思佳慧玲玲晓云友谊连香三元迎春晚霞静怡若兰"
)
"""Two characters each."""
AREAS = ("430602", "430603", "430611", "430621", "430623", "430624", "430626", "430681", "430682")
"""Where identity cards of the city's people were first issued."""
CREDIT_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
DAYS_A_YEAR = 365


def names(chance: random.Random) -> Iterator[str]:
    """Names without end, each once as long as there are enough, in an order of the chance's."""
    given = [GIVEN[place : place + 2] for place in range(0, len(GIVEN), 2)]
    every = [surname + name for surname in SURNAMES for name in given]
    chance.shuffle(every)
    while True:
        yield from every


def id_number(chance: random.Random, age: int, today: date, taken: set[str]) -> str:
    """An identity number of nobody (sequence 000) of this age, not taken yet: area and day of birth tell them apart."""
    while True:
        latest = date(today.year - age, today.month, min(today.day, 28))
        born = latest - timedelta(days=chance.randrange(DAYS_A_YEAR - 1))
        first = f"{chance.choice(AREAS)}{born:%Y%m%d}000"
        number = first + check_character(first)
        if number not in taken:
            taken.add(number)
            return number


def credit_code(region: str, number: int) -> str:
    """An 18-character credit code with a right check character, of no organization."""
    body = f"91{region}MADEM{number:04d}"
    total = sum(CREDIT_CHARS.index(char) * weight for char, weight in zip(body, CREDIT_WEIGHTS, strict=True))
    return body + CREDIT_CHARS[-total % 31]


def bank_account(number: int) -> str:
    """A bank account of nobody."""
    return f"9999{number:015d}"


def phone(number: int) -> str:
    """A mobile number that is in no one's hands, as far as can be known."""
    return f"1990000{number:04d}"


def office_phone(key: str) -> str:
    """The phone of a member of staff: nobody's, always the same for a login name."""
    return phone(9000 + sum(place * ord(char) for place, char in enumerate(key, start=1)) % 1000)
