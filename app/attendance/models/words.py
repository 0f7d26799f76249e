"""The words of this step's choices and events."""

from app.attendance.models.devices import Fate
from app.attendance.rules import CorrectionStatus, CorrectionStep, Moment, Presence, Standing, Way, Worry
from app.audit.words import action_words, flow_words
from app.kernel.i18n import _l
from app.kernel.labels import labels

flow_words("corrections", CorrectionStatus, CorrectionStep)
action_words(
    {
        "attendance_marked": _l("点名"),
        "attendance_corrected": _l("更正考勤"),
        "attendance_settled": _l("按签到记学时"),
        "checks_drawn": _l("抽定中途抽查"),
        "signing_confirmed": _l("确认签到"),
        "signing_refused": _l("不认签到"),
        "roll_device_registered": _l("登记点名手机"),
        "roll_device_revoked": _l("停用点名手机"),
        "roll_taken_offline": _l("带走名单离线点名"),
        "unratified_settled": _l("核查没有追认的课"),
        "codes_printed": _l("打印个人签到码"),
    }
)
labels(
    {
        Presence.PRESENT: _l("出勤"),
        Presence.LATE: _l("迟到早退"),
        Presence.LEAVE: _l("请假"),
        Presence.ABSENT: _l("缺勤"),
    },
    tones={Presence.PRESENT: "ok", Presence.LATE: "warn", Presence.LEAVE: "info", Presence.ABSENT: "bad"},
)
labels(
    {
        Way.ROTATING_CODE: _l("扫教师的码"),
        Way.OWN_CODE: _l("出示本人的码"),
        Way.ROLL_CALL: _l("教师点名"),
        Way.PAPER: _l("纸质签到补录"),
        Way.WITNESSED: _l("见证按手印"),
        Way.ONLINE: _l("线上记录"),
        Way.GROUP: _l("集中学点名"),
        Way.CORRECTION: _l("更正补记"),
    }
)
labels({Moment.IN: _l("签到"), Moment.MID: _l("中途抽查"), Moment.OUT: _l("签退")})
labels(
    {
        Worry.OLD_CODE: _l("码已经过期，可能是转发的照片"),
        Worry.OTHER_DEVICE: _l("这台手机刚替别人签过"),
        Worry.NO_DEVICE: _l("认不出是哪台手机"),
        Worry.NO_PLACE: _l("没有给位置"),
        Worry.FAR: _l("离培训地点太远"),
    }
)
labels(
    {
        Standing.REACHED: _l("已经够了"),
        Standing.ON_COURSE: _l("目前够"),
        Standing.BEHIND: _l("目前不够"),
        Standing.OUT_OF_REACH: _l("已经够不到"),
        Standing.UNASKED: _l("政策没有规定"),
    },
    tones={
        Standing.REACHED: "ok",
        Standing.ON_COURSE: "info",
        Standing.BEHIND: "warn",
        Standing.OUT_OF_REACH: "bad",
    },
)
labels(
    {
        CorrectionStatus.ASKED: _l("待另一人确认"),
        CorrectionStatus.CONFIRMED: _l("已确认"),
        CorrectionStatus.REFUSED: _l("没有确认"),
        CorrectionStatus.DOUBTED: _l("疑点"),
        CorrectionStatus.CLEARED: _l("疑点已排除"),
        CorrectionStatus.UPHELD: _l("疑点查实"),
    },
    tones={
        CorrectionStatus.ASKED: "info",
        CorrectionStatus.CONFIRMED: "ok",
        CorrectionStatus.REFUSED: "bad",
        CorrectionStatus.DOUBTED: "warn",
        CorrectionStatus.CLEARED: "ok",
        CorrectionStatus.UPHELD: "bad",
    },
)
labels(
    {
        CorrectionStep.CONFIRM: _l("确认更正"),
        CorrectionStep.REFUSE: _l("不同意更正"),
        CorrectionStep.DOUBT: _l("转为疑点"),
        CorrectionStep.CLEAR: _l("排除疑点"),
        CorrectionStep.UPHOLD: _l("查实疑点"),
    }
)
labels(
    {Fate.TAKEN: _l("已收下"), Fate.ALREADY: _l("早已记过"), Fate.QUARANTINED: _l("隔离待查")},
    tones={Fate.TAKEN: "ok", Fate.QUARANTINED: "bad"},
)
