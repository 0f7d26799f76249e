"""The parts of a book that tell of a class, in the order a bureau files them."""

from collections import Counter

from app.assessments.queries.results import outcomes_of
from app.assessments.queries.sittings import marks_of
from app.attendance.models import AttendanceEntry
from app.attendance.queries import sheet
from app.attendance.queries.sheets import Sheet, SheetRow
from app.attendance.rules import Presence
from app.certificates.queries import certificates_of
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.printing import DESIGNS
from app.classes.queries import fixes_of, post_words, seats_of, sessions_of, variations_of
from app.classes.queries.changes import side_by_side
from app.funding.book.parts import Facts, Part, Reader, Table
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.labels import label
from app.kernel.money import yuan
from app.placements.queries import placements_of
from app.recordings.queries import of_sessions

SHORT = 16
"""Letters of a hash that an index shows; the record has all of it."""


def class_parts(row: TrainingClass, reader: Reader, by: Actor) -> list[Part]:
    """Filing, lock and variations, roster, timetable, attendance, photos, results, certificates, posts."""
    seats = list(seats_of(row.id))
    names = {seat.id: seat.person.name for seat in seats}
    sessions = list(sessions_of(row.id))
    return [
        _filing(row, by),
        _lock(row),
        _roster(row, seats, reader),
        _timetable(row, by),
        _attendance(sheet(row.id)),
        _photos(sessions),
        _results(row, names),
        _certificates(row, reader),
        _posts(row),
    ]


def _filing(row: TrainingClass, by: Actor) -> Part:
    facts: Facts = DESIGNS["filing-form"](row, by)
    words = {
        "number": "申请编号",
        "school": "培训机构",
        "credit_code": "统一社会信用代码",
        "contact": "联系人",
        "class_name": "班次",
        "class_code": "班级编号",
        "course": "培训项目",
        "mode": "培训模式",
        "occupation": "职业（工种）",
        "level": "等级",
        "order": "订单",
        "term": "所属期",
        "starts_on": "开班日期",
        "ends_on": "结束日期",
        "total_hours": "总学时",
        "headcount": "人数",
        "place_fix": "定点",
        "people_fix": "定员",
        "direction_fix": "定向",
        "post_fix": "定岗",
        "assessed_at": "考核地点",
        "assessor": "考评员",
        "evidence": "过程留痕",
        "applied_on": "申报日期",
    }
    pairs = [(words_, facts.get(key)) for key, words_ in words.items()]
    if facts.get("reserved_fen") is not None:
        pairs.append(("预留资金（元）", yuan(facts["reserved_fen"])))
    return Part(
        "开班申报",
        pairs,
        (
            _table(facts, "师资", "teachers", "name 教师 25, qualification 资质 45, teaches 授课 30"),
            _table(facts, "教学计划", "units", "topic 单元 55, form 形式 20, hours 学时 25"),
            _table(facts, "教学资源", "resources", "kind 类别 25, name 名称 50, amount 数量 25"),
            _table(facts, "意见", "opinions", "step 手续 20, text 意见 45, name 经办人 18, on 日期 17"),
        ),
    )


def _table(facts: Facts, title: str, key: str, columns: str) -> Table:
    """A list of a print design as a table: each column its key, its head and its width."""
    told = [column.split() for column in columns.split(", ")]
    rows = [[one.get(column, "") for column, _head, _width in told] for one in facts.get(key) or ()]
    return Table([(head, int(width)) for _key, head, width in told], rows, title)


def _lock(row: TrainingClass) -> Part:
    locks = [
        (one.version, one.fixed_at, f"变更 {one.variation_id}" if one.variation_id else "批准开班", one.sha256)
        for one in fixes_of(row.id)
    ]
    changes = []
    for one in sorted(variations_of(row.id), key=lambda found: found.id):
        differs = "\n".join(f"{what}：{old} → {new}" for what, old, new in side_by_side(one) if old != new)
        decided = f"{(one.decided_at and clock.local(one.decided_at).date()) or '未决定'} {one.decision_note}".strip()
        changes.append((one.id, label(one.kind), one.reason, differs, label(one.status), decided))
    return Part(
        "四定锁定与变更",
        tables=(
            Table((("版本", 10), ("时间", 22), ("依据", 18), ("锁定内容的指纹", 50)), locks, "锁定"),
            Table((("编号", 8), ("事项", 14), ("原因", 22), ("改动", 30), ("结果", 10), ("决定", 16)), changes, "变更"),
        ),
    )


def _roster(row: TrainingClass, seats: list[Seat], reader: Reader) -> Part:
    rows = [
        (
            seat.place_no,
            seat.person.name,
            label(seat.person.sex),
            reader.identity(seat.person),
            reader.phone(seat.person),
            seat.person.region.name,
            post_words(seat) or "",
            label(seat.status),
        )
        for seat in seats
    ]
    heads = (
        *(("座位", 7), ("姓名", 12), ("性别", 7), ("身份证号码", 24), ("电话", 15)),
        *(("所在村", 12), ("定岗", 13), ("状态", 10)),
    )
    return Part("学员花名册", tables=(Table(heads, rows),), said=f"名额 {row.capacity} 人，座位 {len(rows)} 个。")


def _timetable(row: TrainingClass, by: Actor) -> Part:
    facts: Facts = DESIGNS["timetable"](row, by)
    columns = "on 日期 15, time 时间 20, content 内容 33, form 形式 10, hours 学时 8, teacher 教师 14"
    table = _table(facts, "", "rows", columns)
    pairs = [("地点", facts["place"]), ("合计学时", facts["total_hours"])]
    return Part("课程表", pairs if table.rows else (), (table,))


def _attendance(found: Sheet) -> Part:
    by_session: dict[int, Counter[Presence]] = {one.id: Counter() for one in found.sessions}
    for row in found.rows:
        for entry in row.entries:
            if entry is not None:
                by_session[entry.session_id][entry.presence] += 1
    kinds = list(Presence)
    days = [
        (one.on, label(one.half), one.topic, one.hours, *(by_session[one.id][kind] or "" for kind in kinds))
        for one in found.sessions
        if by_session[one.id]
    ]
    rest = 48 // len(kinds)
    heads = (("日期", 14), ("半天", 9), ("内容", 21), ("学时", 8), *((label(kind), rest) for kind in kinds))
    people = [
        (row.seat.place_no, row.seat.person.name, row.hours, f"{row.rate}%", _entries(found, row))
        for row in found.rows
        if any(row.entries)
    ]
    own = (("座位", 7), ("姓名", 13), ("学时", 8), ("到课率", 10), ("逐节记录（未写的为按时到课）", 62))
    pairs = [("应到学时", found.planned), ("已点名学时", found.due)] if people else ()
    return Part("考勤", pairs, (Table(heads, days, "每半天"), Table(own, people, "每人")))


def _entries(found: Sheet, row: SheetRow) -> str:
    """What is not plain presence, half-day by half-day."""
    told = [
        f"{session.on:%m-%d}{label(session.half)} {_presence(entry)}"
        for session, entry in zip(found.sessions, row.entries, strict=True)
        if entry is not None and (entry.presence is not Presence.PRESENT or entry.corrects_id is not None)
    ]
    brought = f"转班带来 {row.brought_hours} 学时" if row.brought_hours else ""
    return "；".join(one for one in (*told, brought) if one)


def _presence(entry: AttendanceEntry) -> str:
    corrected = "（更正）" if entry.corrects_id is not None else ""
    return f"{label(entry.presence)} {entry.hours} 学时{corrected}"


def _photos(sessions: list[ClassSession]) -> Part:
    by_id = {one.id: one for one in sessions}
    rows = [
        (one.id, f"{by_id[number].on:%m-%d} {label(by_id[number].half)}", label(one.kind), one.taken_at, one.created_at,
         one.sha256[:SHORT])
        for number, kept in sorted(of_sessions(list(by_id)).items(), key=lambda pair: by_id[pair[0]].starts_at)
        for one in kept
    ]  # fmt: skip
    heads = (("编号", 9), ("课时", 15), ("种类", 9), ("拍摄时间", 21), ("存入时间", 21), ("指纹（前 16 位）", 25))
    return Part("课堂影像目录", tables=(Table(heads, rows),), said="影像原件存在系统里，凭编号调阅。" if rows else "")


def _results(row: TrainingClass, names: dict[int, str]) -> Part:
    outcomes, marks = outcomes_of(row.id), marks_of(row.id)
    rows = [
        (
            names.get(seat_id, ""),
            f"{one.attended_hours} / {one.planned_hours}",
            len(marks.get(seat_id, ())),
            one.theory,
            one.practice,
            "合格" if one.passed else "不合格",
            one.at,
        )
        for seat_id, one in sorted(outcomes.items())
    ]
    heads = (("姓名", 16), ("学时", 14), ("考核次数", 12), ("理论", 10), ("实操", 10), ("结果", 14), ("确认时间", 24))
    return Part("考核成绩", tables=(Table(heads, rows),))


def _certificates(row: TrainingClass, reader: Reader) -> Part:
    rows = [
        (one.number, one.person.name, reader.identity(one.person), one.issued_on, label(one.status), one.reason)
        for one in certificates_of(row.id)
    ]
    heads = (("证书编号", 28), ("姓名", 13), ("身份证号码", 23), ("发证日期", 14), ("状态", 10), ("说明", 12))
    return Part("证书", tables=(Table(heads, rows),))


def _posts(row: TrainingClass) -> Part:
    rows = [
        (
            one.person.name,
            one.organization.name if one.organization else "自家营生",
            one.post_words,
            label(one.status),
            one.took_up_on,
            one.proof,
        )
        for one in placements_of(row.id)
    ]
    heads = (("姓名", 13), ("单位", 24), ("岗位或营生", 23), ("状态", 10), ("上岗日期", 13), ("证明", 17))
    return Part("上岗", tables=(Table(heads, rows),))
