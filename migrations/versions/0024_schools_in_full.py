"""Rooms, machines, listings, ties and place checks of schools; accounts changed by two people."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def known(name: str, *values: str) -> sa.Enum:
    """An enumeration stored as checked text."""
    return sa.Enum(*values, name=f"{name}_known", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Apply."""
    _accounts()
    _sites()
    _rooms_and_machines()
    _place_checks()
    _instructors()
    _listings()
    _owners()
    _placements()
    _laws()


def _accounts() -> None:
    """Changes of accounts, decided by a second person; interests that say that two firms have one owner."""
    op.create_table(
        "bank_changes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("bank_name", sa.String(length=80), nullable=False),
        sa.Column("bank_account_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_by_name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_by_name", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_bank_changes_second_person")),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_bank_changes_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "confirmed OR decided_at IS NULL OR note <> ''", name=op.f("ck_bank_changes_refused_with_reason")
        ),
        sa.CheckConstraint(
            "NOT confirmed OR decided_at IS NOT NULL", name=op.f("ck_bank_changes_confirmed_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_bank_changes_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_changes")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_bank_changes_seal_id")),
    )
    op.create_index(op.f("ix_bank_changes_organization_id"), "bank_changes", ["organization_id"], unique=False)
    op.create_index(
        "uq_bank_changes_open",
        "bank_changes",
        ["organization_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.add_column("organizations", sa.Column("bank_change_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "declared_interests", sa.Column("same_owner", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_declared_interests_owner_of_two_organizations"),
        "declared_interests",
        "NOT same_owner OR other_organization_id IS NOT NULL",
    )


def _sites() -> None:
    """Whose place it is, and where it lies; a place in a village so far becomes a village room."""
    kinds = known("sitekind", "own_house", "village_room", "field_or_pond")
    op.add_column("sites", sa.Column("kind", kinds, server_default="own_house", nullable=False))
    op.add_column("sites", sa.Column("latitude", sa.Numeric(precision=9, scale=6), nullable=True))
    op.add_column("sites", sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True))
    op.add_column("sites", sa.Column("radius_m", sa.Integer(), nullable=True))
    op.execute("UPDATE sites SET kind = 'village_room' WHERE in_village")
    op.drop_column("sites", "in_village")
    for name, condition in (
        ("coordinates_whole", "(latitude IS NULL) = (longitude IS NULL)"),
        ("coordinates_in_china", "latitude BETWEEN 3 AND 54 AND longitude BETWEEN 73 AND 136"),
        ("radius_sensible", "radius_m BETWEEN 20 AND 5000"),
    ):
        op.create_check_constraint(op.f(f"ck_sites_{name}"), "sites", condition)


def _rooms_and_machines() -> None:
    op.create_table(
        "rooms",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("capacity", sa.SmallInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("capacity BETWEEN 1 AND 500", name=op.f("ck_rooms_capacity_sensible")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_rooms_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
    )
    op.create_table(
        "machines",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            known("machinekind", "excavator", "loader", "forklift", "welder", "sewing", "stove", "computer", "other"),
            nullable=False,
        ),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("trainees_at_once", sa.SmallInteger(), nullable=False),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trainees_at_once BETWEEN 1 AND 50", name=op.f("ck_machines_ratio_sensible")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_machines_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machines")),
    )
    for table, column, name in (("rooms", "name", "uq_rooms_name"), ("machines", "label", "uq_machines_label")):
        op.create_index(op.f(f"ix_{table}_site_id"), table, ["site_id"], unique=False)
        op.create_index(name, table, ["site_id", column], unique=True, postgresql_where=sa.text("closed_at IS NULL"))


def _place_checks() -> None:
    op.create_table(
        "place_checks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.Column("fit", sa.Boolean(), nullable=False),
        sa.Column("way", known("checkway", "visit", "keeper"), nullable=False),
        sa.Column("said_by", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_by_name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("way <> 'keeper' OR said_by <> ''", name=op.f("ck_place_checks_keeper_named")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_place_checks_site_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_place_checks_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_checks")),
    )
    op.create_index("ix_place_checks_newest", "place_checks", ["site_id", "checked_on", "id"], unique=False)


def _instructors() -> None:
    """Who a teacher is, and every qualification in a row of its own."""
    op.add_column("instructors", sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("instructors", sa.Column("id_number_index", sa.LargeBinary(), nullable=True))
    op.add_column("instructors", sa.Column("seal_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE instructors SET seal_id = gen_random_uuid()")
    op.alter_column("instructors", "seal_id", nullable=False)
    op.create_unique_constraint(op.f("uq_instructors_seal_id"), "instructors", ["seal_id"])
    op.create_index(op.f("ix_instructors_id_number_index"), "instructors", ["id_number_index"], unique=False)
    op.create_index(
        "uq_instructors_person",
        "instructors",
        ["school_id", "id_number_index"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND id_number_index IS NOT NULL"),
    )
    op.create_table(
        "qualifications",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("instructor_id", sa.BigInteger(), nullable=False),
        sa.Column("duty", known("duty", "teaching", "assessing"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=True),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_until_on >= valid_from_on", name=op.f("ck_qualifications_ends_after_start")),
        sa.ForeignKeyConstraint(["instructor_id"], ["instructors.id"], name=op.f("fk_qualifications_instructor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualifications")),
    )
    op.create_index(op.f("ix_qualifications_instructor_id"), "qualifications", ["instructor_id"], unique=False)
    for duty, does in (("teaching", "teaches"), ("assessing", "assesses")):
        op.execute(
            "INSERT INTO qualifications (instructor_id, duty, name, number, valid_until_on, created_at) "
            f"SELECT id, '{duty}', qualification, '', valid_until_on, created_at FROM instructors WHERE {does}"
        )
    op.drop_column("instructors", "qualification")
    op.drop_column("instructors", "valid_until_on")


LISTED_SO_FAR = """
WITH found AS (
  INSERT INTO school_listings
    (status, school_id, occupation_code, level, from_on, until_on, asked_by, created_at)
  SELECT DISTINCT ON (s.id, o.code, c.level) 'listed', s.id, o.code, c.level,
    least(s.license_from_on, c.created_at::date), s.license_until_on, 'system', now()
  FROM courses c JOIN schools s ON s.id = c.school_id JOIN occupations o ON o.id = c.occupation_id
  WHERE s.status IN ('listed', 'suspended') AND c.status = 'listed'
  ORDER BY s.id, o.code, c.level, c.created_at
  RETURNING id, school_id
), steps(step, action, before, after) AS (
  VALUES (1, 'created', NULL, 'asked'), (2, 'list', 'asked', 'listed')
)
INSERT INTO audit_events
  (at, actor_key, actor_name, subject_type, subject_id, action, status_before, status_after, note, facts,
   organization_id)
SELECT now(), 'system', '', 'school_listings', f.id, t.action, t.before, t.after,
  CASE t.step WHEN 2 THEN '升级时按已上菜单的课程补登' ELSE '' END, '{}', f.school_id
FROM found f CROSS JOIN steps t ORDER BY f.id, t.step
"""
"""Schools were on the list as a whole; what they had on the menu is what they were listed for."""


def _listings() -> None:
    op.create_table(
        "school_listings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("status", known("listingstatus", "asked", "listed", "refused", "ended"), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("occupation_code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name=op.f("ck_school_listings_level_known")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_school_listings_ends_after_start")),
        sa.CheckConstraint(
            "status IN ('asked', 'refused') OR from_on IS NOT NULL", name=op.f("ck_school_listings_listed_from_a_day")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_school_listings_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_listings")),
    )
    op.create_index(op.f("ix_school_listings_school_id"), "school_listings", ["school_id"], unique=False)
    op.create_index(
        "uq_school_listings_standing",
        "school_listings",
        ["school_id", "occupation_code", "level"],
        unique=True,
        postgresql_where=sa.text("status IN ('asked', 'listed')"),
    )
    op.execute(LISTED_SO_FAR)


def _owners() -> None:
    op.create_table(
        "owner_firms",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_name", sa.String(length=40), nullable=False),
        sa.Column("firm_name", sa.String(length=80), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("declared_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("ended_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(credit_code) = 18", name=op.f("ck_owner_firms_credit_code_whole")),
        sa.CheckConstraint("ended_at IS NULL OR ended_reason <> ''", name=op.f("ck_owner_firms_ended_with_reason")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_owner_firms_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_firms")),
    )
    op.create_index(op.f("ix_owner_firms_school_id"), "owner_firms", ["school_id"], unique=False)
    op.create_index("ix_owner_firms_credit_code", "owner_firms", ["credit_code"], unique=False)
    op.create_index(
        "uq_owner_firms_standing",
        "owner_firms",
        ["school_id", "credit_code", "owner_name"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _placements() -> None:
    """What somebody else than the employer saw of an employment."""
    op.create_table(
        "placement_proofs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("placement_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            known("proofkind", "social_insurance", "bank_wages", "wage_slip", "officer_visit"),
            nullable=False,
        ),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_by_name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("note <> ''", name=op.f("ck_placement_proofs_says_what")),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_placement_proofs_placement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_proofs")),
    )
    op.create_index(op.f("ix_placement_proofs_placement_id"), "placement_proofs", ["placement_id"], unique=False)


# laws
RELATED = """
CREATE FUNCTION have_one_owner(school bigint, organization bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT school = organization
    OR EXISTS (
      SELECT FROM owner_firms f JOIN organizations o ON o.credit_code = f.credit_code
      WHERE f.school_id = school AND o.id = organization AND f.ended_at IS NULL)
    OR EXISTS (
      SELECT FROM declared_interests d
      WHERE d.same_owner AND (
        (d.organization_id = school AND d.other_organization_id = organization)
        OR (d.organization_id = organization AND d.other_organization_id = school)))
$$;
"""
ROOMS = """
CREATE FUNCTION law_rooms_within_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'rooms' THEN
    PERFORM FROM sites WHERE id = NEW.site_id FOR SHARE;
  END IF;
  IF EXISTS (
    SELECT FROM rooms r JOIN sites s ON s.id = r.site_id
    WHERE s.id = CASE TG_TABLE_NAME WHEN 'rooms' THEN (to_jsonb(NEW)->>'site_id')::bigint ELSE NEW.id END
      AND r.closed_at IS NULL AND r.capacity > s.capacity
  ) THEN
    RAISE EXCEPTION 'a room holds more than its site'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_rooms_within_site';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER law_rooms_within_site AFTER INSERT OR UPDATE ON rooms
  FOR EACH ROW EXECUTE FUNCTION law_rooms_within_site();
CREATE TRIGGER law_rooms_within_site AFTER UPDATE OF capacity ON sites
  FOR EACH ROW EXECUTE FUNCTION law_rooms_within_site();
"""
ACCOUNT = """
CREATE FUNCTION law_bank_account_second_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.bank_account_sealed IS DISTINCT FROM OLD.bank_account_sealed OR NEW.bank_name <> OLD.bank_name)
    AND (NEW.bank_change_id IS NOT DISTINCT FROM OLD.bank_change_id OR NOT EXISTS (
      SELECT FROM bank_changes c
      WHERE c.id = NEW.bank_change_id AND c.organization_id = NEW.id AND c.confirmed AND c.bank_name = NEW.bank_name
    ))
  THEN
    RAISE EXCEPTION 'the account of organization % was changed by one person', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_bank_account_second_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_bank_account_second_person BEFORE UPDATE OF bank_account_sealed, bank_name, bank_change_id
  ON organizations FOR EACH ROW EXECUTE FUNCTION law_bank_account_second_person();
"""
APART = """
CREATE FUNCTION are_one_person(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT one = other OR EXISTS (
    SELECT FROM instructors a, instructors b
    WHERE a.id = one AND b.id = other AND (a.user_id = b.user_id OR a.id_number_index = b.id_number_index))
$$;
CREATE FUNCTION law_assessor_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  mixed boolean;
BEGIN
  IF TG_TABLE_NAME = 'classes' THEN
    SELECT bool_or(are_one_person(s.teacher_id, NEW.assessor_id)) INTO mixed
    FROM (SELECT DISTINCT teacher_id FROM class_sessions WHERE class_id = NEW.id) s;
  ELSE
    SELECT are_one_person(NEW.teacher_id, c.assessor_id) INTO mixed
    FROM classes c WHERE c.id = NEW.class_id AND c.assessor_id IS NOT NULL;
  END IF;
  IF mixed THEN
    RAISE EXCEPTION 'the assessor teaches the class'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_assessor_apart';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_assessor_apart BEFORE INSERT OR UPDATE OF assessor_id ON classes
  FOR EACH ROW WHEN (NEW.assessor_id IS NOT NULL) EXECUTE FUNCTION law_assessor_apart();
CREATE TRIGGER law_assessor_apart BEFORE INSERT OR UPDATE OF teacher_id ON class_sessions
  FOR EACH ROW EXECUTE FUNCTION law_assessor_apart();
"""
OWN_WORD = """
CREATE FUNCTION law_placement_proofs_independent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM users u
    WHERE NEW.recorded_by = 'user:' || u.id AND u.organization_id IS NULL
  ) THEN
    RAISE EXCEPTION 'a proof of placement % that no officer saw', NEW.placement_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_placement_proofs_independent';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_placement_proofs_independent BEFORE INSERT ON placement_proofs
  FOR EACH ROW EXECUTE FUNCTION law_placement_proofs_independent();
CREATE FUNCTION law_placements_not_the_owners_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'confirmed' AND (TG_OP = 'INSERT' OR OLD.status <> 'confirmed')
    AND NEW.organization_id IS NOT NULL
    AND have_one_owner((SELECT school_id FROM classes WHERE id = NEW.class_id), NEW.organization_id)
    AND NOT EXISTS (SELECT FROM placement_proofs p WHERE p.placement_id = NEW.id)
  THEN
    RAISE EXCEPTION 'placement % rests on the word of the school owner alone', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_placements_not_the_owners_word';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_placements_not_the_owners_word BEFORE INSERT OR UPDATE OF status ON placements
  FOR EACH ROW EXECUTE FUNCTION law_placements_not_the_owners_word();
"""


def _laws() -> None:
    """What no statement may do, whoever writes it."""
    for text in (RELATED, ROOMS, ACCOUNT, APART, OWN_WORD):
        op.execute(text)
    for table in ("place_checks", "placement_proofs"):
        op.execute(
            f"CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
        )
    op.execute(
        "CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON school_listings "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
    )
