"""Home, trace, events."""

from flask import Blueprint, render_template, request

from app.audit.words import story
from app.desk import trace
from app.desk.forms import EventForm, FindForm
from app.desk.frame import BARS
from app.desk.happenings import events_query
from app.desk.homes import home_of
from app.desk.trace.telling import money_links, people_links
from app.desk.words import act_words, open_url, page_of, subject_words
from app.kernel import clock
from app.kernel.access import SIGNED_IN, Can, actor, needs
from app.kernel.i18n import _l
from app.kernel.navigation import bottom_bar, door, link
from app.kernel.paging import AT_MOST, paginate

bp = Blueprint("desk", __name__)
blueprints = (bp,)
link("home", "desk.home")
door(_l("工作台"), "desk.home", *Can, icon="home", order=0)
door(_l("追溯"), "desk.find", Can.TRACE_READ, icon="trace", order=95)
door(_l("经办记录"), "desk.list_events", Can.EVENT_READ, icon="list", order=96)
for _role, _doors in BARS.items():
    bottom_bar(_role, *_doors)
KINDS = ", ".join(trace.KINDS)


@bp.get("/home")
@needs(SIGNED_IN)
def home() -> str:
    """What to do now, what waits for others, how things stand."""
    return render_template("desk/home.html", home=home_of(actor()), today=clock.today())


@bp.get("/trace")
@needs(Can.TRACE_READ)
def find() -> str:
    """Find the row to trace by what is printed on a paper."""
    form = FindForm(request.args)
    word = (form.q.data or "").strip()[:40]
    return render_template("desk/find.html", form=form, word=word, hits=trace.find(actor(), word))


@bp.get(f"/trace/<any({KINDS}):kind>/<int:number>")
@needs(Can.TRACE_READ)
def show_trace(kind: str, number: int) -> str:
    """The whole chain behind one row, both ways."""
    by = actor()
    node = trace.node_for(by, kind, number)
    chains = [trace.chain_of(class_, node.seats, node.transfers) for class_ in node.classes]
    return render_template(
        "desk/show_trace.html",
        node=node,
        chains=chains,
        events=trace.story_of_chains(by, node, chains),
        people_links=people_links,
        money_links=money_links,
        page_of=lambda table, row_id: page_of(by, table, row_id),
        printed_at=clock.now(),
    )


@bp.get("/events")
@needs(Can.EVENT_READ)
def list_events() -> str:
    """Who did what and when in the area."""
    by, form = actor(), EventForm(request.args).offer()
    page = paginate(events_query(by, form.filters()), request.args.get("page", 1, int), 50, at_most=AT_MOST)
    rows = [
        {
            **story([event])[0],
            "title": act_words(event),
            "subject": subject_words(event.subject_type, event.subject_id),
            "url": open_url(by, event.subject_type, event.subject_id),
        }
        for event in page.items
    ]
    return render_template("desk/list_events.html", form=form, page=page, rows=rows)
