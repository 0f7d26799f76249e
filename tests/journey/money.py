"""The money of a class: claimed, reviewed, signed, on notice, requested, paid, traced; each by somebody else."""

import re
from datetime import timedelta

from tests.journey.browsing import Person
from tests.journey.walking import Walk


def at_claim(walk: Walk, login: str) -> Person:
    """Somebody of the cast at the class's claim, through their door."""
    person = walk.town.at(login)
    person.door("补贴申领")
    if not person.page.links(walk.name):
        person.press("查找", {"q": walk.name})
    person.follow(walk.name)
    return person


def claimed(walk: Walk) -> None:
    """The school compiles the claim with one press, and submits it."""
    with walk.on(walk.after(2)):
        school = walk.town.at("school")
        school.door("补贴申领")
        school.press("编制申领", within=walk.name)
        school.press("提交申领")
        school.sees("待初审")


def first_reviewed(walk: Walk) -> None:
    """初审: every line's evidence on one page; what nothing speaks against passes at once."""
    with walk.on(walk.after(1)):
        first = at_claim(walk, "first")
        first.follow("去审核")
        first.press("没有疑点的")
        first.press("初审办结")
        first.sees("待复核")


def second_reviewed(walk: Walk) -> None:
    """复核, by another person."""
    with walk.on(walk.after(1)):
        second = at_claim(walk, "second")
        second.follow("去审核")
        second.press("没有疑点的")
        second.press("复核办结")
        second.sees("待签批")


def signed(walk: Walk) -> None:
    """签批."""
    with walk.on(walk.after(1)):
        signer = at_claim(walk, "signer")
        signer.press("同意，签批")
        signer.sees("待公示")


def on_notice(walk: Walk) -> None:
    """公示: anyone sees masked names and numbers."""
    with walk.on(walk.after(1)):
        second = at_claim(walk, "second")
        second.press("发布公示")
        anyone = walk.town.anyone()
        anyone.go("/notices")
        anyone.follow("", within=walk.name)
        anyone.misses(*[one.name for one in walk.laborers])


def notice_over(walk: Walk) -> None:
    """The notice ends by itself on the night after its last day."""
    with walk.on(walk.after(5) + timedelta(days=1)):
        school = at_claim(walk, "school")
        school.sees("待请款")


def invoiced(walk: Walk) -> None:
    """After a cut the school invoices what is left."""
    with walk.on(walk.after(1)):
        school = at_claim(walk, "school")
        (left,) = re.findall(r"按核定金额 ([\d,.]+) 元开票", school.page.text)
        told = {
            "发票号码": "24432000000012345678",
            "票面金额": left.replace(",", ""),
            "开票日期": walk.today.isoformat(),
        }
        school.press("登记发票", told)
        school.sees("发票已登记")


def requested(walk: Walk) -> None:
    """请款 of this claim alone."""
    with walk.on(walk.after(1)):
        finance = walk.town.at("finance")
        finance.door("请款支付")
        finance.follow("去请款")
        form, _button = finance.page.form("生成请款函")
        chosen = form.value_of("claims", walk.name)
        finance.press("生成请款函，送人核对", {"claims": [chosen]})
        finance.sees("汨罗市稻香职业培训学校")


def checked(walk: Walk) -> None:
    """A second person compares letter and list, and sends both on."""
    with walk.on(walk.after(1)):
        number = re.findall(r"QK\d+", walk.town.at("finance").page.text)[0]
        cashier = walk.town.at("cashier")
        cashier.door("请款支付")
        cashier.follow(number)
        cashier.press("核对无误，发给财政")
        cashier.sees("待财政支付")


def paid(walk: Walk) -> None:
    """The treasury pays every transfer and enters its 回单."""
    with walk.on(walk.after(2)):
        number = re.findall(r"QK\d+", walk.town.at("finance").page.text)[0]
        treasury = walk.town.at("treasury")
        treasury.door("请款支付")
        treasury.follow(number)
        batch = treasury.page.url
        for place, link in enumerate(dict.fromkeys(_transfers(treasury))):
            treasury.go(link)
            treasury.press("确认已付", {"回单号": f"HD-{number}-{place}", "paid_on": walk.today.isoformat()})
            treasury.sees("已支付")
        treasury.go(batch)
        school = at_claim(walk, "school")
        school.sees("已支付")


def _transfers(treasury: Person) -> list[str]:
    found = treasury.page.root.xpath("//main//a/@href")
    return [str(link) for link in found if re.fullmatch(r"/transfers/\d+", str(link))]


def traced(walk: Walk) -> None:
    """The auditor opens the class and sees the chain from order to receipt."""
    with walk.on(walk.after(1)):
        auditor = walk.town.at("auditor")
        auditor.door("追溯")
        auditor.press("查找", {auditor.page.form("查找")[0].names[0]: walk.name})
        if auditor.page.links(walk.name):
            auditor.follow(walk.name)
        auditor.sees(walk.name, "签批", "HD-")


def whole(walk: Walk) -> None:
    """From the claim to the trace."""
    claimed(walk)
    first_reviewed(walk)
    second_reviewed(walk)
    signed(walk)
    on_notice(walk)
    notice_over(walk)
    requested(walk)
    checked(walk)
    paid(walk)
    traced(walk)
