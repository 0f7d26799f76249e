"""The words for what outreach can be."""

from app.audit.words import action_words, flow_words
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.outreach.rules import (
    CardStatus,
    Duty,
    How,
    NotReached,
    QuestionKind,
    RoundStatus,
    RoundStep,
    ServiceKind,
    ServiceResult,
)
from app.outreach.rules.requests import RequestStatus, RequestStep

flow_words("village_requests", RequestStatus, RequestStep)
labels(
    {
        RequestStatus.ASKED: _l("已点单"),
        RequestStatus.PROPOSED: _l("学校有安排"),
        RequestStatus.INVITED: _l("已邀请"),
        RequestStatus.ARRANGED: _l("已约好上门"),
        RequestStatus.DONE: _l("已开课"),
        RequestStatus.WITHDRAWN: _l("已撤回"),
        RequestStatus.EXPIRED: _l("过期没开成"),
    },
    tones={
        RequestStatus.ASKED: "info",
        RequestStatus.PROPOSED: "info",
        RequestStatus.INVITED: "ok",
        RequestStatus.ARRANGED: "ok",
        RequestStatus.DONE: "ok",
        RequestStatus.EXPIRED: "warn",
    },
)
labels(
    {
        RequestStep.PROPOSE: _l("学校提出安排"),
        RequestStep.INVITE: _l("开放报名，先请点单的人"),
        RequestStep.ARRANGE: _l("同意上门"),
        RequestStep.ASK_AGAIN: _l("重新等学校安排"),
        RequestStep.FINISH: _l("开课了"),
        RequestStep.WITHDRAW: _l("撤回点单"),
        RequestStep.EXPIRE: _l("过期没开成"),
    }
)
flow_words("survey_rounds", RoundStatus, RoundStep)
labels(
    {RoundStatus.DRAFT: _l("准备中"), RoundStatus.OPEN: _l("摸底中"), RoundStatus.CLOSED: _l("已结束")},
    tones={RoundStatus.DRAFT: "info", RoundStatus.OPEN: "ok"},
)
labels({RoundStep.OPEN: _l("开始摸底"), RoundStep.CLOSE: _l("结束摸底"), RoundStep.REOPEN: _l("重新打开")})
labels(
    {CardStatus.OPEN: _l("待走访"), CardStatus.ANSWERED: _l("已摸底"), CardStatus.NOT_REACHED: _l("没联系上")},
    tones={CardStatus.OPEN: "info", CardStatus.ANSWERED: "ok", CardStatus.NOT_REACHED: "warn"},
)
labels(
    {
        NotReached.NO_ANSWER: _l("电话打不通、家里没人"),
        NotReached.AWAY: _l("人在外地，家人说不清"),
        NotReached.MOVED: _l("已经搬走"),
        NotReached.REFUSED: _l("不愿意回答"),
        NotReached.ILL: _l("生病住院"),
        NotReached.DEAD: _l("已去世"),
        NotReached.OTHER: _l("其他原因"),
    }
)
labels({How.VISIT: _l("上门"), How.CALL: _l("电话"), How.SHEET: _l("纸表补录"), How.OFFLINE: _l("离线记录")})
labels(
    {
        QuestionKind.YES_NO: _l("是或否"),
        QuestionKind.CHOICE: _l("选一项"),
        QuestionKind.TEXT: _l("写几个字"),
        QuestionKind.NUMBER: _l("数字"),
        QuestionKind.DATE: _l("日期"),
    }
)
labels(
    {
        ServiceKind.JOB_RECOMMENDATION: _l("推荐岗位"),
        ServiceKind.GUIDANCE: _l("职业指导"),
        ServiceKind.TRAINING_OFFER: _l("推荐培训"),
        ServiceKind.VISIT: _l("走访"),
        ServiceKind.CALL: _l("电话联系"),
        ServiceKind.FOLLOW_UP: _l("稳岗回访"),
    }
)
labels(
    {
        ServiceResult.DONE: _l("已办"),
        ServiceResult.ACCEPTED: _l("愿意去"),
        ServiceResult.CONSIDERING: _l("再想想"),
        ServiceResult.DECLINED: _l("不愿意"),
        ServiceResult.KEPT: _l("还在岗"),
        ServiceResult.LEFT_POST: _l("已离岗"),
        ServiceResult.NOT_REACHED: _l("没联系上"),
    },
    tones={
        ServiceResult.ACCEPTED: "ok",
        ServiceResult.KEPT: "ok",
        ServiceResult.CONSIDERING: "info",
        ServiceResult.DECLINED: "warn",
        ServiceResult.LEFT_POST: "warn",
        ServiceResult.NOT_REACHED: "warn",
    },
)
labels(
    {
        Duty.OFFER: _l("没活干、还没推荐"),
        Duty.WISH: _l("意愿还没回复"),
        Duty.CONSENT: _l("代报名要当面问本人"),
        Duty.SEAT: _l("候补轮到、等回话"),
        Duty.CARD: _l("摸底卡待走访"),
        Duty.SERVICE: _l("311 服务快到期"),
        Duty.FOLLOW_UP: _l("稳岗回访"),
    }
)
action_words(
    {
        "card answered": _l("登记了摸底情况"),
        "card not reached": _l("登记了没联系上"),
        "card opened again": _l("重新摸底"),
        "due date moved": _l("改了截止日期"),
        "villages added": _l("增加了村"),
        "service noted": _l("记了一次服务"),
        "service struck out": _l("划掉了一条服务记录"),
        "taken offline": _l("把劳动者卡片带到手机上离线使用"),
    }
)
constraint_messages(
    {
        "uq_survey_cards_person": _l("这个人在这次摸底里已经有一张卡了。"),
        "uq_survey_cards_client_key": _l("这张卡已经同步过了。"),
        "ck_survey_cards_answered_by": _l("摸底情况要写明谁在哪一天问的。"),
        "ck_survey_cards_not_reached_why": _l("没联系上的，请选原因。"),
        "uq_service_records_client_key": _l("这条服务记录已经同步过了。"),
        "ex_village_requests_person": _l("这个人这段日子已经点过这门课了。"),
        "ex_village_requests_village": _l("这个村这段日子已经点过这门课了。人数变了，请先撤回再点。"),
        "ck_service_records_struck_with_reason": _l("划掉服务记录要写明原因。"),
    }
)
