"""What each long step does, in the name of whoever pressed it: the same services as in a short request."""

import base64
from collections.abc import Callable
from typing import Any

from app.classes.queries import class_for
from app.funding.models import LongStep
from app.funding.queries.claims import claim_for
from app.funding.queries.payments import batch_for
from app.funding.rules.long_steps import LongAct
from app.funding.service.claims import recompile, submit
from app.funding.service.compiling import compile_claim
from app.funding.service.exports import bank_file
from app.funding.service.payments import check_batch, request_funds
from app.funding.service.reviews import pass_clean
from app.kernel.access import Actor

Result = dict[str, Any]


def perform(step: LongStep, by: Actor) -> Result:
    """Do the step; everything it names is looked for once more within what the person may see."""
    return _ACTS[step.act](step, by)


def _compile(step: LongStep, by: Actor) -> Result:
    claim = compile_claim(*(class_for(by, number) for number in step.arguments["classes"]), by=by)
    return {"claim": claim.id}


def _recompile(step: LongStep, by: Actor) -> Result:
    claim = claim_for(by, step.arguments["claim"])
    recompile(claim, by=by)
    return {"claim": claim.id}


def _submit(step: LongStep, by: Actor) -> Result:
    claim = claim_for(by, step.arguments["claim"])
    out = submit(claim, by=by, note=step.arguments["note"])
    return {"claim": claim.id, "out": len(out)}


def _pass_clean(step: LongStep, by: Actor) -> Result:
    claim = claim_for(by, step.arguments["claim"])
    return {"claim": claim.id, "passed": pass_clean(claim, by=by)}


def _request(step: LongStep, by: Actor) -> Result:
    batch = request_funds([claim_for(by, number) for number in step.arguments["claims"]], by=by)
    told = {"number": batch.number, "total_fen": batch.total_fen, "left_out": len(batch.left_out)}
    return {"batch": batch.id, **told}


def _check(step: LongStep, by: Actor) -> Result:
    batch = batch_for(by, step.arguments["batch"])
    check_batch(batch, by=by, note=step.arguments["note"])
    return {"batch": batch.id, "number": batch.number}


def _bank_file(step: LongStep, by: Actor) -> Result:
    batch = batch_for(by, step.arguments["batch"])
    made = bank_file(batch, step.arguments["template"], step.arguments["part"], by=by)
    step.file = base64.b64encode(made.content).decode()
    return {"batch": batch.id, "name": made.name, "media_type": made.media_type, "rows": made.rows}


_ACTS: dict[LongAct, Callable[[LongStep, Actor], Result]] = {
    LongAct.COMPILE: _compile,
    LongAct.RECOMPILE: _recompile,
    LongAct.SUBMIT: _submit,
    LongAct.PASS_CLEAN: _pass_clean,
    LongAct.REQUEST: _request,
    LongAct.CHECK: _check,
    LongAct.BANK_FILE: _bank_file,
}
