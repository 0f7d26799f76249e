"""Marks by item, resits and result sheets scanned back."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Apply."""
    _tables()
    _move_in()
    op.create_foreign_key(
        "fk_marks_listed",
        "marks",
        "assessment_listed",
        ["class_id", "sitting", "seat_id"],
        ["class_id", "sitting", "seat_id"],
    )
    for law in (ITEMS_MAKE_MARKS, ITEMS_SETTLED, RESIT_FOLLOWS, COUNTED, FROM_RECORDS, AFTER_RESIT):
        op.execute(law)
    op.execute(
        "CREATE TRIGGER law_marks_until_confirmed BEFORE INSERT OR UPDATE OR DELETE ON item_marks "
        "FOR EACH ROW EXECUTE FUNCTION law_until_confirmed()"
    )


def _known(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _tables() -> None:
    op.create_table(
        "assessment_items",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("part", _known("part_known", "theory", "practice"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("full_marks", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("full_marks BETWEEN 1 AND 1000", name=op.f("ck_assessment_items_full_marks_sensible")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_assessment_items_named")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_assessment_items_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_items")),
        sa.UniqueConstraint("class_id", "number", name="uq_assessment_items_number"),
    )
    op.create_index(op.f("ix_assessment_items_class_id"), "assessment_items", ["class_id"], unique=False)
    op.create_table(
        "assessment_sittings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_assessment_sittings_numbered")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_assessment_sittings_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_sittings")),
        sa.UniqueConstraint("class_id", "number", name="uq_assessment_sittings_number"),
    )
    op.create_index(op.f("ix_assessment_sittings_class_id"), "assessment_sittings", ["class_id"], unique=False)
    op.create_table(
        "assessment_listed",
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("sitting", sa.SmallInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_assessment_listed_class_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_assessment_listed_seat_id")),
        sa.ForeignKeyConstraint(
            ["class_id", "sitting"],
            ["assessment_sittings.class_id", "assessment_sittings.number"],
            name="fk_assessment_listed_sitting",
        ),
        sa.PrimaryKeyConstraint("class_id", "sitting", "seat_id", name=op.f("pk_assessment_listed")),
    )
    op.create_index(op.f("ix_assessment_listed_seat_id"), "assessment_listed", ["seat_id"], unique=False)
    op.create_table(
        "resit_waivers",
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("waived_for", _known("waivedfor_known", "gave_up", "not_offered"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_resit_waivers_reasoned")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_resit_waivers_class_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_resit_waivers_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_resit_waivers")),
    )
    op.create_index(op.f("ix_resit_waivers_class_id"), "resit_waivers", ["class_id"], unique=False)
    op.add_column("marks", sa.Column("sitting", sa.SmallInteger(), server_default=sa.text("1"), nullable=False))
    op.add_column("marks", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.drop_constraint("pk_marks", "marks", type_="primary")
    op.create_primary_key("pk_marks", "marks", ["seat_id", "sitting"])
    op.create_table(
        "item_marks",
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("sitting", sa.SmallInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_item_marks_points_positive")),
        sa.ForeignKeyConstraint(["item_id"], ["assessment_items.id"], name=op.f("fk_item_marks_item_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_item_marks_seat_id")),
        sa.ForeignKeyConstraint(["seat_id", "sitting"], ["marks.seat_id", "marks.sitting"], name="fk_item_marks_mark"),
        sa.PrimaryKeyConstraint("seat_id", "sitting", "item_id", name=op.f("pk_item_marks")),
    )
    op.create_index(op.f("ix_item_marks_item_id"), "item_marks", ["item_id"], unique=False)
    op.add_column(
        "outcomes",
        sa.Column(
            "counted", _known("counting_known", "best", "last"), server_default=sa.text("'last'"), nullable=False
        ),
    )


def _move_in() -> None:
    """Marks that were entered before: the day they were entered was their sitting, with one item a part."""
    op.execute("""
INSERT INTO assessment_sittings (class_id, number, "on", place, listed_at, by_key)
SELECT class_id, 1, (min(at) AT TIME ZONE 'Asia/Shanghai')::date, '', min(at), min(by_key) FROM marks GROUP BY class_id
""")
    op.execute("""
INSERT INTO assessment_listed (class_id, sitting, seat_id, at) SELECT class_id, 1, seat_id, at FROM marks
""")
    op.execute("""
INSERT INTO assessment_items (class_id, number, part, name, full_marks)
SELECT s.class_id, item.nr, item.part, item.name, 100 FROM assessment_sittings s
CROSS JOIN (VALUES (1, 'theory', '理论'), (2, 'practice', '实操')) AS item (nr, part, name)
""")
    op.execute("""
INSERT INTO item_marks (seat_id, sitting, item_id, points)
SELECT m.seat_id, 1, i.id, CASE i.part WHEN 'theory' THEN m.theory ELSE m.practice END
FROM marks m JOIN assessment_items i ON i.class_id = m.class_id
WHERE CASE i.part WHEN 'theory' THEN m.theory ELSE m.practice END IS NOT NULL
""")


# laws
ITEMS_MAKE_MARKS = """
CREATE FUNCTION part_of_items(of_class bigint, of_seat bigint, of_sitting smallint, of_part text) RETURNS smallint
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN count(*) > 0 AND count(*) = count(m.points)
    THEN (sum(m.points) * 100 / sum(i.full_marks))::smallint END
  FROM assessment_items i
  LEFT JOIN item_marks m ON m.item_id = i.id AND m.seat_id = of_seat AND m.sitting = of_sitting
  WHERE i.class_id = of_class AND i.part = of_part
$$;
CREATE FUNCTION law_marks_from_items() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  seat bigint = CASE WHEN TG_OP = 'DELETE' THEN OLD.seat_id ELSE NEW.seat_id END;
  nth smallint = CASE WHEN TG_OP = 'DELETE' THEN OLD.sitting ELSE NEW.sitting END;
  mark marks;
BEGIN
  SELECT * INTO mark FROM marks WHERE seat_id = seat AND sitting = nth;
  IF FOUND AND (
    mark.theory IS DISTINCT FROM part_of_items(mark.class_id, seat, nth, 'theory')
    OR mark.practice IS DISTINCT FROM part_of_items(mark.class_id, seat, nth, 'practice')
    OR EXISTS (
      SELECT FROM item_marks m JOIN assessment_items i ON i.id = m.item_id
      WHERE m.seat_id = seat AND m.sitting = nth
        AND (i.class_id <> mark.class_id OR m.points > i.full_marks OR mark.absent)
    )
  ) THEN
    RAISE EXCEPTION 'marks of seat % in sitting % are not what its items make', seat, nth
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_marks_from_items';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_marks_from_items AFTER INSERT OR UPDATE ON marks
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_marks_from_items();
CREATE CONSTRAINT TRIGGER law_marks_from_items AFTER INSERT OR UPDATE OR DELETE ON item_marks
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_marks_from_items();
"""
ITEMS_SETTLED = """
CREATE FUNCTION law_items_settled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  whose bigint = CASE WHEN TG_OP = 'DELETE' THEN OLD.class_id ELSE NEW.class_id END;
BEGIN
  IF EXISTS (SELECT FROM marks m WHERE m.class_id = whose) THEN
    RAISE EXCEPTION 'class % is being marked by the items it has', whose
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_items_settled';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER law_items_settled BEFORE INSERT OR UPDATE OR DELETE ON assessment_items
  FOR EACH ROW EXECUTE FUNCTION law_items_settled();
"""
RESIT_FOLLOWS = """
CREATE FUNCTION law_resit_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM assessment_sittings s WHERE s.class_id = NEW.class_id AND s.id <> NEW.id
      AND CASE WHEN s.number < NEW.number THEN s."on" >= NEW."on" ELSE s."on" <= NEW."on" END
  ) OR NEW.number > 1 AND NOT EXISTS (
    SELECT FROM assessment_sittings s WHERE s.class_id = NEW.class_id AND s.number = NEW.number - 1
  ) THEN
    RAISE EXCEPTION 'sitting % of class % does not follow the one before', NEW.number, NEW.class_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_resit_follows';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_resit_follows BEFORE INSERT OR UPDATE ON assessment_sittings
  FOR EACH ROW EXECUTE FUNCTION law_resit_follows();
CREATE FUNCTION law_listed_in_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.class_id <> (SELECT class_id FROM seats WHERE id = NEW.seat_id)
    OR NEW.sitting > 1 AND NOT EXISTS (
      SELECT FROM marks m WHERE m.seat_id = NEW.seat_id AND m.sitting = NEW.sitting - 1
        AND (m.absent OR m.theory < 100 OR m.practice < 100)
    )
  THEN
    RAISE EXCEPTION 'seat % can not sit for the %. time', NEW.seat_id, NEW.sitting
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_resit_follows';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_listed_in_place BEFORE INSERT OR UPDATE ON assessment_listed
  FOR EACH ROW EXECUTE FUNCTION law_listed_in_place();
"""
COUNTED = """
CREATE FUNCTION counted_marks(of_seat bigint, by_rule text, OUT theory smallint, OUT practice smallint)
LANGUAGE sql STABLE AS $$
  SELECT
    CASE by_rule WHEN 'best' THEN max(m.theory)
      ELSE (array_agg(m.theory ORDER BY m.sitting DESC) FILTER (WHERE m.theory IS NOT NULL))[1] END,
    CASE by_rule WHEN 'best' THEN max(m.practice)
      ELSE (array_agg(m.practice ORDER BY m.sitting DESC) FILTER (WHERE m.practice IS NOT NULL))[1] END
  FROM marks m WHERE m.seat_id = of_seat
$$;
"""
FROM_RECORDS = """
CREATE OR REPLACE FUNCTION law_outcomes_from_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.class_id <> (SELECT class_id FROM seats WHERE id = NEW.seat_id)
    OR NEW.attended_hours <> (
      SELECT coalesce(sum(e.hours), 0) FROM attendance_entries e
      WHERE e.seat_id = NEW.seat_id AND NOT EXISTS (SELECT FROM attendance_entries c WHERE c.corrects_id = e.id)
    )
    OR NEW.planned_hours <> (SELECT sum(hours) FROM class_sessions WHERE class_id = NEW.class_id AND makes_up_id IS NULL)
    OR NOT EXISTS (SELECT FROM marks m WHERE m.seat_id = NEW.seat_id)
    OR NOT EXISTS (
      SELECT FROM counted_marks(NEW.seat_id, NEW.counted) c
      WHERE (c.theory, c.practice) IS NOT DISTINCT FROM (NEW.theory, NEW.practice)
    )
  THEN
    RAISE EXCEPTION 'outcome of seat % is not what was recorded', NEW.seat_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_outcomes_from_records';
  END IF;
  RETURN NEW;
END $$;
"""
AFTER_RESIT = """
CREATE FUNCTION law_outcome_after_resit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM resit_waivers w WHERE w.seat_id = NEW.seat_id) AND (
    NOT EXISTS (SELECT FROM marks m WHERE m.seat_id = NEW.seat_id AND m.sitting > 1)
    OR EXISTS (
      SELECT FROM assessment_listed l WHERE l.seat_id = NEW.seat_id
        AND NOT EXISTS (SELECT FROM marks m WHERE m.seat_id = l.seat_id AND m.sitting = l.sitting)
    )
  ) THEN
    RAISE EXCEPTION 'seat % may still sit again', NEW.seat_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_outcome_after_resit';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_outcome_after_resit BEFORE INSERT ON outcomes FOR EACH ROW
  WHEN (NEW.present_enough AND NOT NEW.passed) EXECUTE FUNCTION law_outcome_after_resit();
"""
