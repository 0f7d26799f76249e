"""The single figures of a policy pack: which there are, of what kind, by which rule of the handbook. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.marking import N_
from app.policies.rules.rounding import RoundMode, RoundTo


class FigureKind(StrEnum):
    """What a figure's value may be."""

    COUNT = "count"
    PERCENT = "percent"
    DAY = "day"
    YES = "yes"
    WORD = "word"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """A figure that packs may state; `needed` ones refuse a class's approval while blank."""

    key: str
    kind: FigureKind
    rule: str
    name: str
    needed: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as one pack states it; `value` None is blank: not known, never guessed."""

    key: str
    value: int | bool | date | str | tuple[str, ...] | None
    rule: str
    source: str = ""
    note: str = ""


_COUNT, _PERCENT, _DAY, _YES, _WORD, _GROUPS = FigureKind
STAGES = ("sign_up", "filing", "claim")
PAYEES = ("school", "trainee")
SITTINGS = ("best", "last")
ROUND_TO = tuple(word.value for word in RoundTo)
ROUND_MODES = tuple(word.value for word in RoundMode)

FIGURES: tuple[FigureSpec, ...] = (
    FigureSpec("eligibility.group_required", _YES, "R03", N_("必须属于补贴对象")),
    FigureSpec("eligibility.evidence_from", _WORD, "R06", N_("从哪一步起要看身份证明"), choices=STAGES),
    FigureSpec("enrollment.priority_groups", _GROUPS, "", N_("候补时先轮到的人群")),
    FigureSpec("record.lifetime_cap", _COUNT, "R09", N_("累计最多享受次数")),
    FigureSpec("record.lifetime_since", _DAY, "R09", N_("累计次数从哪天算起")),
    FigureSpec("record.yearly_cap", _COUNT, "R08", N_("每年最多享受次数")),
    FigureSpec("record.no_repeat", _YES, "R10", N_("同一职业同一等级只补一次")),
    FigureSpec("record.no_lower_level", _YES, "R11", N_("高等级之后不补低等级")),
    FigureSpec("record.no_double_fund", _YES, "R12", N_("不与失业保险技能提升补贴重复")),
    FigureSpec("course.minutes_an_hour", _COUNT, "R16", N_("一个标准学时的分钟数")),
    FigureSpec("course.practice_percent", _PERCENT, "R17", N_("实操学时最低占比")),
    FigureSpec("course.theory_percent", _PERCENT, "R17", N_("理论学时最低占比")),
    FigureSpec("class.hours_a_day", _COUNT, "R18", N_("每天最多学时"), needed=True),
    FigureSpec("class.size_min", _COUNT, "R19", N_("每班最少人数")),
    FigureSpec("class.size_max", _COUNT, "R19", N_("每班最多人数"), needed=True),
    FigureSpec("class.lead_workdays", _COUNT, "", N_("开班申报提前的工作日"), needed=True),
    FigureSpec("class.teacher_hours_a_day", _COUNT, "F13", N_("一位教师每天最多上几学时")),
    FigureSpec("evidence.photos_a_session", _COUNT, "F03", N_("每次课至少几张照片")),
    FigureSpec("class.refill_day", _COUNT, "", N_("补员截止（开班第几天）"), needed=True),
    FigureSpec("class.leave_percent", _PERCENT, "", N_("请假最多占总学时的比例")),
    FigureSpec("site.check_days", _COUNT, "", N_("村里的场地核实多少天内有效")),
    FigureSpec("requests.pool_least", _COUNT, "", N_("点单拼班最少人数")),
    FigureSpec("requests.head_start_days", _COUNT, "", N_("点单的人先报名的天数")),
    FigureSpec("attendance.grace_minutes", _COUNT, "R21", N_("签到晚到、签退早走不扣学时的分钟数")),
    FigureSpec("attendance.check_percent", _PERCENT, "R21", N_("中途抽查的半天课占比")),
    FigureSpec("attendance.missed_check_percent", _PERCENT, "R21", N_("抽查不在时还计的学时占比")),
    FigureSpec("attendance.place_asked", _YES, "R21", N_("签到要给位置")),
    FigureSpec("result.attendance_percent", _PERCENT, "R20", N_("结业最低出勤率"), needed=True),
    FigureSpec("result.theory_mark", _PERCENT, "R23", N_("理论合格分"), needed=True),
    FigureSpec("result.practice_mark", _PERCENT, "R23", N_("实操合格分"), needed=True),
    FigureSpec("assessment.list_days", _COUNT, "R24", N_("考核名单提前报送的天数")),
    FigureSpec("assessment.resits", _COUNT, "R23", N_("补考次数")),
    FigureSpec("assessment.counts", _WORD, "R23", N_("补考后算哪一次的成绩"), choices=SITTINGS),
    FigureSpec("doubts.least_people", _COUNT, "F09", N_("成绩疑点：至少多少人的班才比")),
    FigureSpec("doubts.same_marks_percent", _PERCENT, "F09", N_("成绩疑点：每项分数完全相同的人占多少")),
    FigureSpec("doubts.pass_rate_points", _COUNT, "F09", N_("成绩疑点：合格率与同课别班相差多少个百分点")),
    FigureSpec("doubts.mean_points", _COUNT, "F09", N_("成绩疑点：平均分与同课别班相差多少分")),
    FigureSpec("doubts.least_spread", _COUNT, "F09", N_("成绩疑点：全班分数的标准差低于多少")),
    FigureSpec("online.hours_a_day", _COUNT, "R18", N_("线上学习每天最多计多少学时")),
    FigureSpec("online.group_photos", _COUNT, "", N_("集中学至少几张现场照片")),
    FigureSpec("review.first_workdays", _COUNT, "R26", N_("初审工作日")),
    FigureSpec("review.second_workdays", _COUNT, "R26", N_("复核工作日")),
    FigureSpec("review.sign_workdays", _COUNT, "R26", N_("签批工作日")),
    FigureSpec("notice.workdays", _COUNT, "R27", N_("公示工作日"), needed=True),
    FigureSpec("notice.objection_workdays", _COUNT, "R28", N_("异议处理工作日")),
    FigureSpec("claim.months", _COUNT, "R25", N_("发证后几个月内申领")),
    FigureSpec("claim.days", _COUNT, "R25", N_("发证后几天内申领")),
    FigureSpec("claim.certificate_required", _YES, "R25", N_("有证书才能申领")),
    FigureSpec("claim.pass_required", _YES, "R23", N_("结业合格才能申领")),
    FigureSpec("claim.receipt_caps", _YES, "R30", N_("自费的补贴不超过收据金额")),
    FigureSpec("claim.voucher_caps", _YES, "", N_("用培训券的补贴不超过券面金额")),
    FigureSpec("claim.contest_workdays", _COUNT, "", N_("核减后提出异议的工作日")),
    FigureSpec("claim.payment_months", _COUNT, "R29", N_("公示后几个月内拨付")),
    FigureSpec("payee.free", _WORD, "R30", N_("免费培训的补贴付给"), choices=PAYEES),
    FigureSpec("payee.prepaid", _WORD, "R30", N_("学校垫付的补贴付给"), choices=PAYEES),
    FigureSpec("payee.self_paid", _WORD, "R30", N_("自费培训的补贴付给"), choices=PAYEES),
    FigureSpec("employment.within_months", _COUNT, "R34", N_("全班就业率：结业后几个月内就业的才算")),
    FigureSpec("employment.contract_months", _COUNT, "R34", N_("全班就业率：劳动合同至少几个月的才算")),
    FigureSpec("rounding.to", _WORD, "R37", N_("金额算到哪一位"), choices=ROUND_TO),
    FigureSpec("rounding.mode", _WORD, "R37", N_("零头怎样取舍"), choices=ROUND_MODES),
    FigureSpec("service.job_recommendations", _COUNT, "", N_("每人每年至少推荐岗位次数")),
    FigureSpec("service.guidance", _COUNT, "", N_("每人每年至少职业指导次数")),
    FigureSpec("service.training_offers", _COUNT, "", N_("每人每年至少推荐免费培训次数")),
    FigureSpec("service.offer_days", _COUNT, "", N_("失去工作后几天内推荐岗位或培训")),
    FigureSpec("service.again_days", _COUNT, "", N_("推荐后几天还没有工作的再推荐")),
    FigureSpec("service.wish_days", _COUNT, "", N_("意愿几天内回复")),
    FigureSpec("recording.minutes_around", _COUNT, "", N_("课堂影像早晚多少分钟不算异常")),
    FigureSpec("recording.meters_around", _COUNT, "F03", N_("课堂影像离教学点多少米以内不算异常")),
    FigureSpec("inspection.phone_percent", _PERCENT, "R22", N_("每班至少电话抽查的比例")),
    FigureSpec("inspection.new_school_days", _COUNT, "", N_("列入目录后多少天内算新机构")),
    FigureSpec("inspection.uniform_percent", _PERCENT, "F17", N_("出勤率达到多少算过于整齐")),
    FigureSpec("inspection.weight_plain", _COUNT, "", N_("随机督查：每节课的基本权重")),
    FigureSpec("inspection.weight_denial", _COUNT, "F01", N_("随机督查：每个否认报名加的权重")),
    FigureSpec("inspection.weight_picture", _COUNT, "F03", N_("随机督查：每个影像疑点加的权重")),
    FigureSpec("inspection.weight_emergency", _COUNT, "", N_("随机督查：每个没有追认的紧急变更加的权重")),
    FigureSpec("inspection.weight_failure", _COUNT, "", N_("随机督查：机构每次督查不合格加的权重")),
    FigureSpec("inspection.weight_new_school", _COUNT, "", N_("随机督查：新机构加的权重")),
    FigureSpec("inspection.weight_uniform", _COUNT, "F17", N_("随机督查：考勤过于整齐加的权重")),
    FigureSpec("keep.video_years", _COUNT, "R39", N_("培训录像保存年数")),
    FigureSpec("keep.files_years", _COUNT, "R40", N_("培训档案保存年数")),
    FigureSpec("keep.assessment_paper_years", _COUNT, "R40", N_("纸质考核材料保存年数")),
    FigureSpec("keep.assessment_files_years", _COUNT, "R40", N_("电子考核材料保存年数")),
)
KNOWN: dict[str, FigureSpec] = {spec.key: spec for spec in FIGURES}
SECTIONS: tuple[str, ...] = tuple(dict.fromkeys(spec.key.split(".")[0] for spec in FIGURES))
