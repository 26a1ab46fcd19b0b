"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

from academy.db import Json, UtcDateTime

revision = "0001_cb3f13b7"
down_revision = None
branch_labels = None
depends_on = None

# Tables that refer to each other: PostgreSQL gets these keys once both tables are there; SQLite has them in the tables.
CIRCULAR = (
    ("fk_course_current_version_id_course_version", "course", "course_version", "current_version_id"),
    ("fk_question_current_version_id_question_version", "question", "question_version", "current_version_id"),
    ("fk_textbook_current_edition_id_edition", "textbook", "edition", "current_edition_id"),
)


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "certificate_series",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_certificate_series_last_counted")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_certificate_series")),
    )
    op.create_table(
        "certificate_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('course','class','annual')", name=op.f("ck_certificate_template_kind_known")),
        sa.CheckConstraint("is_active OR NOT is_default", name=op.f("ck_certificate_template_default_is_active")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_template")),
        sa.UniqueConstraint("name", name=op.f("uq_certificate_template_name")),
    )
    with op.batch_alter_table("certificate_template", schema=None) as batch_op:
        batch_op.create_index(
            "uq_certificate_template_one_default_a_kind",
            ["kind"],
            unique=True,
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )

    op.create_table(
        "question_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("open_for_practice", sa.Boolean(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_question_category_named")),
        sa.CheckConstraint("parent_id IS NULL OR subject = ''", name=op.f("ck_question_category_subject_at_the_top")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_question_category_not_in_itself")),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["question_category.id"],
            name=op.f("fk_question_category_parent_id_question_category"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_category")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_question_category_parent_id_name")),
    )
    with op.batch_alter_table("question_category", schema=None) as batch_op:
        batch_op.create_index(
            "uq_question_category_name_at_the_top",
            ["name"],
            unique=True,
            sqlite_where=sa.text("parent_id IS NULL"),
            postgresql_where=sa.text("parent_id IS NULL"),
        )

    op.create_table(
        "regulation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("in_force_since", sa.Date(), nullable=True),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("change_count", sa.Integer(), nullable=False),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("address = '' OR address LIKE 'https://%'", name=op.f("ck_regulation_address_https")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_regulation_titled")),
        sa.CheckConstraint("change_count >= 0", name=op.f("ck_regulation_changes_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulation")),
        sa.UniqueConstraint("title", "number", name=op.f("uq_regulation_title_number")),
    )
    op.create_table(
        "sign_in_guard",
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_failure_at", UtcDateTime(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_sign_in_guard_failures_counted")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_sign_in_guard")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "level IN ('college','city','district','subdistrict','community')", name=op.f("ck_unit_level_known")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_unit_parent_id_name")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index("ix_unit_parent_id_position", ["parent_id", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_path"), ["path"], unique=False)
        batch_op.create_index(
            "uq_unit_name_top",
            ["name"],
            unique=True,
            sqlite_where=sa.text("parent_id IS NULL"),
            postgresql_where=sa.text("parent_id IS NULL"),
        )

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("session_key", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("text_size", sa.String(length=4), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_sign_in_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "locale IN ('zh','en') OR length(locale) BETWEEN 2 AND 10", name=op.f("ck_person_locale_short")
        ),
        sa.CheckConstraint("text_size IN ('md','lg','xl','xxl')", name=op.f("ck_person_text_size_known")),
        sa.CheckConstraint("theme IN ('auto','light','dark')", name=op.f("ck_person_theme_known")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id_unit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("phone", name=op.f("uq_person_phone")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_unit_id_name", ["unit_id", "name"], unique=False)

    op.create_table(
        "annual_requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("span_years", sa.Integer(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("required_hundredths", sa.Integer(), nullable=False),
        sa.Column("elective_hundredths", sa.Integer(), nullable=False),
        sa.Column("total_hundredths", sa.Integer(), nullable=False),
        sa.Column("due_month", sa.Integer(), nullable=False),
        sa.Column("due_day", sa.Integer(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "due_month BETWEEN 1 AND 12 AND due_day BETWEEN 1 AND 31", name=op.f("ck_annual_requirement_due_is_a_day")
        ),
        sa.CheckConstraint("from_year BETWEEN 2000 AND 2200", name=op.f("ck_annual_requirement_from_year_range")),
        sa.CheckConstraint(
            "required_hundredths >= 0 AND elective_hundredths >= 0",
            name=op.f("ck_annual_requirement_parts_not_negative"),
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_annual_requirement_revision_counted")),
        sa.CheckConstraint("span_years BETWEEN 1 AND 5", name=op.f("ck_annual_requirement_span_known")),
        sa.CheckConstraint(
            "total_hundredths >= required_hundredths + elective_hundredths",
            name=op.f("ck_annual_requirement_total_holds_parts"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_annual_requirement_created_by_id_person"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_annual_requirement_unit_id_unit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_requirement")),
        info={"append_only": ()},
    )
    with op.batch_alter_table("annual_requirement", schema=None) as batch_op:
        batch_op.create_index(
            "uq_annual_requirement_everybody",
            ["post", "span_years", "from_year", "revision"],
            unique=True,
            sqlite_where=sa.text("unit_id IS NULL"),
            postgresql_where=sa.text("unit_id IS NULL"),
        )
        batch_op.create_index(
            "uq_annual_requirement_unit",
            ["unit_id", "post", "span_years", "from_year", "revision"],
            unique=True,
            sqlite_where=sa.text("unit_id IS NOT NULL"),
            postgresql_where=sa.text("unit_id IS NOT NULL"),
        )

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("subject_label", sa.String(length=160), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_audit_entry_actor_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_entry_subject_type_subject_id", ["subject_type", "subject_id"], unique=False)

    op.create_table(
        "carry_over_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("most_hundredths", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("amount_hundredths", sa.Integer(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("people >= 0 AND amount_hundredths >= 0", name=op.f("ck_carry_over_run_figures_counted")),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name=op.f("fk_carry_over_run_done_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["person.id"], name=op.f("fk_carry_over_run_undone_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carry_over_run")),
    )
    with op.batch_alter_table("carry_over_run", schema=None) as batch_op:
        batch_op.create_index(
            "uq_carry_over_run_year",
            ["year"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.Column("current_version_id", sa.Integer(), nullable=True),
        sa.Column("draft_changed_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("goals", Json, nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("obligation", sa.String(length=10), nullable=False),
        sa.Column("credit_hundredths", sa.Integer(), nullable=False),
        sa.Column("cover_text", sa.String(length=4), nullable=False),
        sa.Column("cover_hue", sa.String(length=20), nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.CheckConstraint("obligation IN ('required','elective')", name=op.f("ck_course_obligation_known")),
        sa.CheckConstraint("credit_hundredths BETWEEN 0 AND 100000", name=op.f("ck_course_credit_range")),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["course_version.id"],
            name=op.f("fk_course_current_version_id_course_version"),
            ondelete="RESTRICT",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_course_owner_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("slug", name=op.f("uq_course_slug")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index("ix_course_owner_id", ["owner_id"], unique=False)

    op.create_table(
        "marking_phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_marking_phrase_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_phrase")),
        sa.UniqueConstraint("person_id", "text", name=op.f("uq_marking_phrase_person_id_text")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name=op.f("ck_membership_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit_id_unit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_unit_id", ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_membership_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "person_role",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role <> 'unit_admin' OR unit_id IS NOT NULL", name=op.f("ck_person_role_unit_admin_has_unit")
        ),
        sa.CheckConstraint(
            "role IN ('trainee','instructor','class_supervisor','unit_admin','admin')",
            name=op.f("ck_person_role_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_role_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_person_role_unit_id_unit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
    )
    with op.batch_alter_table("person_role", schema=None) as batch_op:
        batch_op.create_index("ix_person_role_role", ["role"], unique=False)

    op.create_table(
        "practice_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("chosen", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('due','notebook','chapter')", name=op.f("ck_practice_session_kind_known")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_practice_session_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_session")),
        sa.UniqueConstraint("token", name=op.f("uq_practice_session_token")),
    )
    with op.batch_alter_table("practice_session", schema=None) as batch_op:
        batch_op.create_index("ix_practice_session_person_id_id", ["person_id", "id"], unique=False)

    op.create_table(
        "practice_settings",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("leave_after", sa.Integer(), nullable=False),
        sa.Column("keep_reviewing", sa.Boolean(), nullable=False),
        sa.CheckConstraint("leave_after BETWEEN 1 AND 3", name=op.f("ck_practice_settings_leave_after_range")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_practice_settings_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_practice_settings")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("current_version_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["question_category.id"],
            name=op.f("fk_question_category_id_question_category"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["question_version.id"],
            name=op.f("fk_question_current_version_id_question_version"),
            ondelete="RESTRICT",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_question_owner_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index("ix_question_category_id", ["category_id"], unique=False)
        batch_op.create_index("ix_question_current_version_id", ["current_version_id"], unique=False)
        batch_op.create_index("ix_question_owner_id", ["owner_id"], unique=False)

    op.create_table(
        "quiz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.Column("generated", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("time_limit_seconds", sa.Integer(), nullable=True),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=False),
        sa.Column("retry_wait_seconds", sa.Integer(), nullable=False),
        sa.Column("shuffle_questions", sa.Boolean(), nullable=False),
        sa.Column("shuffle_options", sa.Boolean(), nullable=False),
        sa.Column("review_policy", sa.String(length=20), nullable=False),
        sa.Column("grade_method", sa.String(length=10), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("access_code", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("feedback", sa.String(length=20), nullable=False),
        sa.Column("tries_allowed", sa.Integer(), nullable=False),
        sa.Column("penalty_hundredths", sa.Integer(), nullable=False),
        sa.Column("paper_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("feedback <> ''", name=op.f("ck_quiz_feedback_named")),
        sa.CheckConstraint(
            "feedback <> 'after_closing' OR closes_at IS NOT NULL", name=op.f("ck_quiz_closes_before_feedback")
        ),
        sa.CheckConstraint("grade_method IN ('best','last','average')", name=op.f("ck_quiz_grade_method_known")),
        sa.CheckConstraint(
            "review_policy IN ('after_submission','after_pass','never')", name=op.f("ck_quiz_review_policy_known")
        ),
        sa.CheckConstraint("attempts_allowed BETWEEN 0 AND 100", name=op.f("ck_quiz_attempts_allowed_range")),
        sa.CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at", name=op.f("ck_quiz_opens_before_closing")
        ),
        sa.CheckConstraint("paper_count BETWEEN 1 AND 4", name=op.f("ck_quiz_paper_count_range")),
        sa.CheckConstraint("pass_percent BETWEEN 0 AND 100", name=op.f("ck_quiz_pass_percent_range")),
        sa.CheckConstraint("penalty_hundredths BETWEEN 0 AND 100", name=op.f("ck_quiz_penalty_range")),
        sa.CheckConstraint(
            "time_limit_seconds IS NULL OR time_limit_seconds BETWEEN 60 AND 86400",
            name=op.f("ck_quiz_time_limit_sane"),
        ),
        sa.CheckConstraint("tries_allowed BETWEEN 1 AND 10", name=op.f("ck_quiz_tries_allowed_range")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_quiz_owner_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_quiz_unit_id_unit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz")),
    )
    op.create_table(
        "reader_settings",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("values", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reader_settings_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reader_settings")),
    )
    op.create_table(
        "regulation_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regulation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("announced_by_id", sa.Integer(), nullable=True),
        sa.Column("announced_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("what <> ''", name=op.f("ck_regulation_change_says_what")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_regulation_change_number_from_one")),
        sa.ForeignKeyConstraint(
            ["announced_by_id"],
            ["person.id"],
            name=op.f("fk_regulation_change_announced_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["regulation_id"],
            ["regulation.id"],
            name=op.f("fk_regulation_change_regulation_id_regulation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulation_change")),
        sa.UniqueConstraint("regulation_id", "number", name=op.f("uq_regulation_change_regulation_id_number")),
    )
    op.create_table(
        "requirement_note",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_requirement_note_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_requirement_note")),
    )
    op.create_table(
        "rule_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("rule_set", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("rule_version >= 1", name=op.f("ck_rule_choice_version_from_one")),
        sa.CheckConstraint(
            "unit_id IS NOT NULL OR length(rule_set) > 0", name=op.f("ck_rule_choice_college_has_a_set")
        ),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["person.id"], name=op.f("fk_rule_choice_chosen_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_rule_choice_unit_id_unit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_choice")),
        info={"append_only": ()},
    )
    with op.batch_alter_table("rule_choice", schema=None) as batch_op:
        batch_op.create_index("ix_rule_choice_unit_id_starts_on", ["unit_id", "starts_on"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_stored_file_sha256_whole")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_stored_file_size_counted")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_stored_file_owner_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index("ix_stored_file_owner_id_created_at", ["owner_id", "created_at"], unique=False)
        batch_op.create_index("ix_stored_file_sha256", ["sha256"], unique=False)

    op.create_table(
        "study_clock",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("spent", Json, nullable=False),
        sa.Column("studied", Json, nullable=False),
        sa.Column("player", sa.Integer(), nullable=True),
        sa.Column("player_since", UtcDateTime(), nullable=True),
        sa.Column("player_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(player IS NULL) = (player_since IS NULL) AND (player IS NULL) = (player_until IS NULL)",
            name=op.f("ck_study_clock_player_has_times"),
        ),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_study_clock_revision_counted")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_study_clock_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_study_clock")),
    )
    op.create_table(
        "textbook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.Column("current_edition_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("hue", sa.String(length=20), nullable=False),
        sa.Column("editors", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["current_edition_id"],
            ["edition.id"],
            name=op.f("fk_textbook_current_edition_id_edition"),
            ondelete="RESTRICT",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_textbook_owner_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_textbook")),
        sa.UniqueConstraint("slug", name=op.f("uq_textbook_slug")),
    )
    op.create_table(
        "backfill_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("chosen", Json, nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("total_hundredths", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=True),
        sa.Column("rolled_back_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "(state = 'rolled_back') = (rolled_back_at IS NOT NULL)",
            name=op.f("ck_backfill_batch_rolled_back_has_time"),
        ),
        sa.CheckConstraint(
            "(state IN ('imported','rolled_back')) = (imported_at IS NOT NULL)",
            name=op.f("ck_backfill_batch_imported_has_time"),
        ),
        sa.CheckConstraint(
            "state IN ('previewed','imported','rolled_back')", name=op.f("ck_backfill_batch_state_known")
        ),
        sa.CheckConstraint("entry_count >= 0 AND total_hundredths >= 0", name=op.f("ck_backfill_batch_counted")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_backfill_batch_file_id_stored_file"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_backfill_batch_owner_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfill_batch")),
    )
    with op.batch_alter_table("backfill_batch", schema=None) as batch_op:
        batch_op.create_index("ix_backfill_batch_created_at", ["created_at"], unique=False)

    op.create_table(
        "certificate_template_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("layout", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=30), nullable=False),
        sa.Column("title_en", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("signatory", sa.String(length=60), nullable=False),
        sa.Column("signatory_en", sa.String(length=120), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("pattern", sa.String(length=60), nullable=False),
        sa.Column("validity_months", sa.Integer(), nullable=True),
        sa.Column("seal_file_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_certificate_template_version_number_counted")),
        sa.CheckConstraint(
            "validity_months IS NULL OR validity_months BETWEEN 1 AND 600",
            name=op.f("ck_certificate_template_version_validity_range"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_certificate_template_version_created_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["seal_file_id"],
            ["stored_file.id"],
            name=op.f("fk_certificate_template_version_seal_file_id_stored_file"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["certificate_template.id"],
            name=op.f("fk_certificate_template_version_template_id_certificate_template"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_template_version")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_certificate_template_version_template_id_number")),
    )
    op.create_table(
        "chapter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_chapter_course_id_course"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chapter")),
    )
    with op.batch_alter_table("chapter", schema=None) as batch_op:
        batch_op.create_index("ix_chapter_course_id_position", ["course_id", "position"], unique=False)

    op.create_table(
        "course_certificate",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_certificate_course_id_course"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["certificate_template.id"],
            name=op.f("fk_course_certificate_template_id_certificate_template"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_certificate")),
    )
    op.create_table(
        "course_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lesson_count", sa.Integer(), nullable=False),
        sa.Column("chapter_count", sa.Integer(), nullable=False),
        sa.Column("required_count", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("teacher_name", sa.String(length=60), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("goals", Json, nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("obligation", sa.String(length=10), nullable=False),
        sa.Column("credit_hundredths", sa.Integer(), nullable=False),
        sa.Column("cover_text", sa.String(length=4), nullable=False),
        sa.Column("cover_hue", sa.String(length=20), nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.CheckConstraint("obligation IN ('required','elective')", name=op.f("ck_course_version_obligation_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_course_version_number_from_one")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_version_course_id_course"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["person.id"],
            name=op.f("fk_course_version_published_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_version")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_course_version_course_id_number")),
    )
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("textbook_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("hue", sa.String(length=20), nullable=False),
        sa.Column("editors", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_edition_number_from_one")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_edition_published_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["textbook_id"], ["textbook.id"], name=op.f("fk_edition_textbook_id_textbook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("textbook_id", "number", name=op.f("uq_edition_textbook_id_number")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("arguments", Json, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=400), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('waiting','running','done','failed')", name=op.f("ck_job_state_known")),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_job_progress_counted")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_job_tries_counted")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_job_file_id_stored_file"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_job_owner_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("token", name=op.f("uq_job_token")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_owner_id_created_at", ["owner_id", "created_at"], unique=False)

    op.create_table(
        "marking_plan",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("two_markers", sa.Boolean(), nullable=False),
        sa.Column("limit_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("limit_percent BETWEEN 0 AND 100", name=op.f("ck_marking_plan_limit_percent_range")),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz.id"], name=op.f("fk_marking_plan_quiz_id_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("quiz_id", name=op.f("pk_marking_plan")),
    )
    op.create_table(
        "question_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=240), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name=op.f("ck_question_link_three_at_most")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_link_question_id_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_link")),
        sa.UniqueConstraint(
            "question_id", "kind", "target_id", "place", name=op.f("uq_question_link_question_id_kind_target_id_place")
        ),
        sa.UniqueConstraint("question_id", "position", name=op.f("uq_question_link_question_id_position")),
    )
    with op.batch_alter_table("question_link", schema=None) as batch_op:
        batch_op.create_index("ix_question_link_kind_target_id", ["kind", "target_id"], unique=False)

    op.create_table(
        "question_regulation",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("regulation_id", sa.Integer(), nullable=False),
        sa.Column("checked_number", sa.Integer(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("checked_number >= 0", name=op.f("ck_question_regulation_checked_counted")),
        sa.ForeignKeyConstraint(
            ["checked_by_id"],
            ["person.id"],
            name=op.f("fk_question_regulation_checked_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_question_regulation_question_id_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["regulation_id"],
            ["regulation.id"],
            name=op.f("fk_question_regulation_regulation_id_regulation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("question_id", "regulation_id", name=op.f("pk_question_regulation")),
    )
    with op.batch_alter_table("question_regulation", schema=None) as batch_op:
        batch_op.create_index("ix_question_regulation_regulation_id", ["regulation_id"], unique=False)

    op.create_table(
        "question_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("difficulty", sa.String(length=10), nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("difficulty IN ('easy','medium','hard')", name=op.f("ck_question_version_difficulty_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_question_version_number_from_one")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_question_version_created_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_version_question_id_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_version_question_id_number")),
    )
    op.create_table(
        "quiz_allowance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("extra_seconds", sa.Integer(), nullable=False),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=1), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "extra_seconds > 0 OR extra_attempts > 0 OR paper <> ''", name=op.f("ck_quiz_allowance_allows_something")
        ),
        sa.CheckConstraint("paper IN ('','A','B','C','D')", name=op.f("ck_quiz_allowance_paper_known")),
        sa.CheckConstraint("extra_attempts BETWEEN 0 AND 100", name=op.f("ck_quiz_allowance_extra_attempts_range")),
        sa.CheckConstraint("extra_seconds BETWEEN 0 AND 86400", name=op.f("ck_quiz_allowance_extra_seconds_range")),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_quiz_allowance_granted_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_quiz_allowance_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_allowance_quiz_id_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_allowance")),
        sa.UniqueConstraint("quiz_id", "person_id", name=op.f("uq_quiz_allowance_quiz_id_person_id")),
    )
    with op.batch_alter_table("quiz_allowance", schema=None) as batch_op:
        batch_op.create_index("ix_quiz_allowance_person_id", ["person_id"], unique=False)

    op.create_table(
        "quiz_code_guess",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.CheckConstraint("wrong > 0", name=op.f("ck_quiz_code_guess_wrong_counted")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_quiz_code_guess_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_code_guess_quiz_id_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "quiz_id", name=op.f("pk_quiz_code_guess")),
    )
    op.create_table(
        "quiz_marker",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_quiz_marker_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_marker_quiz_id_quiz"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("quiz_id", "person_id", name=op.f("pk_quiz_marker")),
    )
    with op.batch_alter_table("quiz_marker", schema=None) as batch_op:
        batch_op.create_index("ix_quiz_marker_person_id", ["person_id"], unique=False)

    op.create_table(
        "quiz_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("instructions", sa.String(length=1000), nullable=False),
        sa.Column("shuffle_questions", sa.Boolean(), nullable=True),
        sa.Column("time_limit_seconds", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "time_limit_seconds IS NULL OR time_limit_seconds BETWEEN 60 AND 86400",
            name=op.f("ck_quiz_section_time_limit_sane"),
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_section_quiz_id_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_section")),
    )
    with op.batch_alter_table("quiz_section", schema=None) as batch_op:
        batch_op.create_index("ix_quiz_section_quiz_id_position", ["quiz_id", "position"], unique=False)

    op.create_table(
        "quiz_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("draw_count", sa.Integer(), nullable=False),
        sa.Column("draw_from", Json, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("marks_hundredths", sa.Integer(), nullable=False),
        sa.CheckConstraint("(question_id IS NULL) = (draw_count > 0)", name=op.f("ck_quiz_slot_question_or_draw")),
        sa.CheckConstraint("draw_count BETWEEN 0 AND 100", name=op.f("ck_quiz_slot_draw_count_range")),
        sa.CheckConstraint("marks_hundredths BETWEEN 1 AND 100000", name=op.f("ck_quiz_slot_marks_positive")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_quiz_slot_question_id_question"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_slot_quiz_id_quiz"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_slot")),
        sa.UniqueConstraint("quiz_id", "question_id", name=op.f("uq_quiz_slot_quiz_id_question_id")),
    )
    with op.batch_alter_table("quiz_slot", schema=None) as batch_op:
        batch_op.create_index("ix_quiz_slot_question_id", ["question_id"], unique=False)
        batch_op.create_index("ix_quiz_slot_quiz_id_position", ["quiz_id", "position"], unique=False)

    op.create_table(
        "quiz_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("marks_hundredths", sa.Integer(), nullable=False),
        sa.Column("plan", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("time_limit_seconds", sa.Integer(), nullable=True),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=False),
        sa.Column("retry_wait_seconds", sa.Integer(), nullable=False),
        sa.Column("shuffle_questions", sa.Boolean(), nullable=False),
        sa.Column("shuffle_options", sa.Boolean(), nullable=False),
        sa.Column("review_policy", sa.String(length=20), nullable=False),
        sa.Column("grade_method", sa.String(length=10), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("access_code", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("feedback", sa.String(length=20), nullable=False),
        sa.Column("tries_allowed", sa.Integer(), nullable=False),
        sa.Column("penalty_hundredths", sa.Integer(), nullable=False),
        sa.Column("paper_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("feedback <> ''", name=op.f("ck_quiz_version_feedback_named")),
        sa.CheckConstraint(
            "feedback <> 'after_closing' OR closes_at IS NOT NULL", name=op.f("ck_quiz_version_closes_before_feedback")
        ),
        sa.CheckConstraint(
            "grade_method IN ('best','last','average')", name=op.f("ck_quiz_version_grade_method_known")
        ),
        sa.CheckConstraint(
            "review_policy IN ('after_submission','after_pass','never')",
            name=op.f("ck_quiz_version_review_policy_known"),
        ),
        sa.CheckConstraint("attempts_allowed BETWEEN 0 AND 100", name=op.f("ck_quiz_version_attempts_allowed_range")),
        sa.CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at",
            name=op.f("ck_quiz_version_opens_before_closing"),
        ),
        sa.CheckConstraint("paper_count BETWEEN 1 AND 4", name=op.f("ck_quiz_version_paper_count_range")),
        sa.CheckConstraint("pass_percent BETWEEN 0 AND 100", name=op.f("ck_quiz_version_pass_percent_range")),
        sa.CheckConstraint("penalty_hundredths BETWEEN 0 AND 100", name=op.f("ck_quiz_version_penalty_range")),
        sa.CheckConstraint("question_count > 0 AND marks_hundredths > 0", name=op.f("ck_quiz_version_has_questions")),
        sa.CheckConstraint(
            "time_limit_seconds IS NULL OR time_limit_seconds BETWEEN 60 AND 86400",
            name=op.f("ck_quiz_version_time_limit_sane"),
        ),
        sa.CheckConstraint("tries_allowed BETWEEN 1 AND 10", name=op.f("ck_quiz_version_tries_allowed_range")),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_version_quiz_id_quiz"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_quiz_version_unit_id_unit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_version")),
        sa.UniqueConstraint("quiz_id", "number", name=op.f("uq_quiz_version_quiz_id_number")),
    )
    op.create_table(
        "textbook_chapter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("textbook_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["textbook_id"], ["textbook.id"], name=op.f("fk_textbook_chapter_textbook_id_textbook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_textbook_chapter")),
    )
    with op.batch_alter_table("textbook_chapter", schema=None) as batch_op:
        batch_op.create_index("ix_textbook_chapter_textbook_id_position", ["textbook_id", "position"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("wanted_kind", sa.String(length=60), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("received >= 0 AND received <= length", name=op.f("ck_upload_received_within_length")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_upload_file_id_stored_file"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_upload_owner_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("token", name=op.f("uq_upload_token")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("quiz_version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=1), nullable=False),
        sa.Column("network", sa.String(length=45), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("origin", Json, nullable=False),
        sa.Column("return_path", sa.String(length=300), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("deadline_at", UtcDateTime(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("submitted_by", sa.String(length=10), nullable=False),
        sa.Column("score_numerator", sa.BigInteger(), nullable=False),
        sa.Column("score_denominator", sa.BigInteger(), nullable=False),
        sa.Column("marks_hundredths", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("awaiting", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)", name=op.f("ck_attempt_submitted_has_time")
        ),
        sa.CheckConstraint("state IN ('open','submitted')", name=op.f("ck_attempt_state_known")),
        sa.CheckConstraint("submitted_by IN ('','person','deadline')", name=op.f("ck_attempt_submitted_by_known")),
        sa.CheckConstraint("awaiting = 0 OR NOT passed", name=op.f("ck_attempt_nobody_passes_early")),
        sa.CheckConstraint("awaiting >= 0", name=op.f("ck_attempt_awaiting_counted")),
        sa.CheckConstraint("score_denominator > 0", name=op.f("ck_attempt_score_denominator_positive")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attempt_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_attempt_quiz_id_quiz"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["quiz_version_id"],
            ["quiz_version.id"],
            name=op.f("fk_attempt_quiz_version_id_quiz_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("person_id", "quiz_id", "number", name=op.f("uq_attempt_person_id_quiz_id_number")),
        sa.UniqueConstraint("token", name=op.f("uq_attempt_token")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_quiz_version_id", ["quiz_version_id"], unique=False)
        batch_op.create_index("ix_attempt_state_deadline_at", ["state", "deadline_at"], unique=False)
        batch_op.create_index(
            "uq_attempt_open_once",
            ["person_id", "quiz_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "certificate_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("source_key", sa.String(length=60), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("recipients", Json, nullable=False),
        sa.Column("refused", Json, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("job_token", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('course','class','annual')", name=op.f("ck_certificate_batch_kind_known")),
        sa.CheckConstraint("state IN ('waiting','done')", name=op.f("ck_certificate_batch_state_known")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_certificate_batch_created_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["certificate_template_version.id"],
            name=op.f("fk_certificate_batch_version_id_certificate_template_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_batch")),
        sa.UniqueConstraint("token", name=op.f("uq_certificate_batch_token")),
    )
    with op.batch_alter_table("certificate_batch", schema=None) as batch_op:
        batch_op.create_index("ix_certificate_batch_created_at", ["created_at"], unique=False)

    op.create_table(
        "edition_chapter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("chapter_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("paragraph_count", sa.Integer(), nullable=False),
        sa.Column("headings", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"],
            ["textbook_chapter.id"],
            name=op.f("fk_edition_chapter_chapter_id_textbook_chapter"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_edition_chapter_edition_id_edition"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_chapter")),
        sa.UniqueConstraint("edition_id", "chapter_id", name=op.f("uq_edition_chapter_edition_id_chapter_id")),
        sa.UniqueConstraint("edition_id", "position", name=op.f("uq_edition_chapter_edition_id_position")),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("message", Json, nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=246), nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'undone') = (undone_at IS NOT NULL)", name=op.f("ck_import_batch_undone_has_time")
        ),
        sa.CheckConstraint(
            "state IN ('reading','failed','previewed','importing','imported','undone')",
            name=op.f("ck_import_batch_state_known"),
        ),
        sa.CheckConstraint("found >= 0 AND removed >= 0 AND retired >= 0", name=op.f("ck_import_batch_counted")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_import_batch_file_id_stored_file"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_import_batch_job_id_job"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_import_batch_owner_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index("ix_import_batch_owner_id", ["owner_id", "created_at"], unique=False)

    op.create_table(
        "item_analysis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_version_id", sa.Integer(), nullable=False),
        sa.Column("which", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("result", Json, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("computed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('waiting','done','failed')", name=op.f("ck_item_analysis_state_known")),
        sa.CheckConstraint("which IN ('first','all')", name=op.f("ck_item_analysis_which_known")),
        sa.ForeignKeyConstraint(
            ["quiz_version_id"],
            ["quiz_version.id"],
            name=op.f("fk_item_analysis_quiz_version_id_quiz_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_analysis")),
        sa.UniqueConstraint("quiz_version_id", name=op.f("uq_item_analysis_quiz_version_id")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount_hundredths", sa.Integer(), nullable=False),
        sa.Column("obligation", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=10), nullable=False),
        sa.Column("rule_set", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("source_type", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("source_version_id", sa.Integer(), nullable=True),
        sa.Column("source_title", sa.String(length=160), nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("unit_path", sa.String(length=120), nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reversed') = (reverses_id IS NOT NULL)", name=op.f("ck_ledger_entry_reversal_names_entry")
        ),
        sa.CheckConstraint(
            "category IN ('course','quiz','class','teaching','practice','external','other')",
            name=op.f("ck_ledger_entry_category_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('earned','backfilled','recognised','converted','carried_over','reversed')",
            name=op.f("ck_ledger_entry_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('earned','backfilled','recognised') OR amount_hundredths >= 0",
            name=op.f("ck_ledger_entry_amount_sign"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('recognised','reversed') OR length(reason) > 0", name=op.f("ck_ledger_entry_reason_given")
        ),
        sa.CheckConstraint("obligation IN ('required','elective')", name=op.f("ck_ledger_entry_obligation_known")),
        sa.CheckConstraint(
            "amount_hundredths BETWEEN -10000000 AND 10000000", name=op.f("ck_ledger_entry_amount_sane")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["backfill_batch.id"],
            name=op.f("fk_ledger_entry_batch_id_backfill_batch"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_ledger_entry_entered_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ledger_entry_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proof_id"], ["stored_file.id"], name=op.f("fk_ledger_entry_proof_id_stored_file"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["ledger_entry.id"],
            name=op.f("fk_ledger_entry_reverses_id_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_ledger_entry_unit_id_unit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entry_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_entry_reverses_id")),
        info={"append_only": ("unit_path",)},
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_ledger_entry_person_id_earned_on", ["person_id", "earned_on"], unique=False)
        batch_op.create_index("ix_ledger_entry_source_type_source_id", ["source_type", "source_id"], unique=False)
        batch_op.create_index("ix_ledger_entry_unit_path_earned_on", ["unit_path", "earned_on"], unique=False)

    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("chapter_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("completion", Json, nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(chapter_id IS NULL) = (removed_at IS NOT NULL)", name=op.f("ck_lesson_removed_has_no_chapter")
        ),
        sa.ForeignKeyConstraint(
            ["chapter_id"], ["chapter.id"], name=op.f("fk_lesson_chapter_id_chapter"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_lesson_course_id_course"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
    )
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.create_index("ix_lesson_chapter_id_position", ["chapter_id", "position"], unique=False)
        batch_op.create_index("ix_lesson_course_id", ["course_id"], unique=False)

    op.create_table(
        "practice_item",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("answer", Json, nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("fraction_numerator", sa.BigInteger(), nullable=True),
        sa.Column("fraction_denominator", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("fraction_denominator > 0", name=op.f("ck_practice_item_fraction_denominator_positive")),
        sa.CheckConstraint(
            "fraction_numerator IS NULL OR answered_at IS NOT NULL", name=op.f("ck_practice_item_graded_is_answered")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_practice_item_question_version_id_question_version"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["practice_session.id"],
            name=op.f("fk_practice_item_session_id_practice_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "position", name=op.f("pk_practice_item")),
        sa.UniqueConstraint(
            "session_id", "question_version_id", name=op.f("uq_practice_item_session_id_question_version_id")
        ),
    )
    op.create_table(
        "question_print",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("exact", sa.String(length=64), nullable=False),
        sa.Column("near", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["question_version.id"],
            name=op.f("fk_question_print_version_id_question_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_question_print")),
    )
    with op.batch_alter_table("question_print", schema=None) as batch_op:
        batch_op.create_index("ix_question_print_exact", ["exact"], unique=False)
        batch_op.create_index("ix_question_print_near", ["near"], unique=False)

    op.create_table(
        "quiz_version_slot",
        sa.Column("quiz_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=1), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("marks_hundredths", sa.Integer(), nullable=False),
        sa.CheckConstraint("marks_hundredths > 0", name=op.f("ck_quiz_version_slot_marks_positive")),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_quiz_version_slot_question_version_id_question_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["quiz_version_id"],
            ["quiz_version.id"],
            name=op.f("fk_quiz_version_slot_quiz_version_id_quiz_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("quiz_version_id", "position", "paper", name=op.f("pk_quiz_version_slot")),
    )
    op.create_table(
        "reading_state",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("chapter_id", sa.Integer(), nullable=False),
        sa.Column("textbook_id", sa.Integer(), nullable=False),
        sa.Column("shown", Json, nullable=False),
        sa.Column("shown_count", sa.Integer(), nullable=False),
        sa.Column("paragraph_count", sa.Integer(), nullable=False),
        sa.Column("position_anchor", sa.String(length=16), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"],
            ["textbook_chapter.id"],
            name=op.f("fk_reading_state_chapter_id_textbook_chapter"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reading_state_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["textbook_id"], ["textbook.id"], name=op.f("fk_reading_state_textbook_id_textbook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "chapter_id", name=op.f("pk_reading_state")),
    )
    with op.batch_alter_table("reading_state", schema=None) as batch_op:
        batch_op.create_index("ix_reading_state_person_id_updated_at", ["person_id", "updated_at"], unique=False)

    op.create_table(
        "regrade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("key_version_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(action = 'key') = (key_version_id IS NOT NULL)", name=op.f("ck_regrade_key_is_named")),
        sa.CheckConstraint("action IN ('key','full','left_out')", name=op.f("ck_regrade_action_known")),
        sa.CheckConstraint(
            "state IN ('waiting','done','undoing','undone','failed')", name=op.f("ck_regrade_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["key_version_id"],
            ["question_version.id"],
            name=op.f("fk_regrade_key_version_id_question_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_regrade_made_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_regrade_question_id_question"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_regrade_quiz_id_quiz"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
    )
    with op.batch_alter_table("regrade", schema=None) as batch_op:
        batch_op.create_index("ix_regrade_quiz_id", ["quiz_id"], unique=False)
        batch_op.create_index(
            "uq_regrade_one_at_a_time",
            ["quiz_id", "question_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting','undoing')"),
            postgresql_where=sa.text("state IN ('waiting','undoing')"),
        )

    op.create_table(
        "version_chapter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_version_chapter_version_id_course_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_chapter")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_version_chapter_version_id_position")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source_key", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("subject_en", sa.String(length=200), nullable=False),
        sa.Column("hours_hundredths", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("printed", Json, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("unit_path", sa.String(length=120), nullable=False),
        sa.Column("unit_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_reason", sa.String(length=12), nullable=True),
        sa.Column("revoked_note", sa.String(length=400), nullable=False),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL AND revoked_reason IS NULL) OR (revoked_at IS NOT NULL AND revoked_reason IN ('mistake','replaced','misconduct','other'))",
            name=op.f("ck_certificate_revoked_with_reason"),
        ),
        sa.CheckConstraint("kind IN ('course','class','annual')", name=op.f("ck_certificate_kind_known")),
        sa.CheckConstraint("expires_on IS NULL OR expires_on > issued_on", name=op.f("ck_certificate_expires_later")),
        sa.CheckConstraint("hours_hundredths >= 0", name=op.f("ck_certificate_hours_counted")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["certificate_batch.id"],
            name=op.f("fk_certificate_batch_id_certificate_batch"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_certificate_created_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_certificate_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_replaces_id_certificate"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["person.id"], name=op.f("fk_certificate_revoked_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_certificate_unit_id_unit"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["certificate_template_version.id"],
            name=op.f("fk_certificate_version_id_certificate_template_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_certificate_replaces_id")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index("ix_certificate_batch_id", ["batch_id"], unique=False)
        batch_op.create_index("ix_certificate_issued_on", ["issued_on"], unique=False)
        batch_op.create_index("ix_certificate_person_id_issued_on", ["person_id", "issued_on"], unique=False)
        batch_op.create_index("ix_certificate_revoked_at", ["revoked_at"], unique=False)
        batch_op.create_index("ix_certificate_unit_path", ["unit_path"], unique=False)
        batch_op.create_index(
            "uq_certificate_one_valid",
            ["person_id", "source_key"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("unit_path", sa.String(length=120), nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("required_count", sa.Integer(), nullable=False),
        sa.Column("last_lesson_id", sa.Integer(), nullable=True),
        sa.Column("enrolled_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("last_studied_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("completed_version_id", sa.Integer(), nullable=True),
        sa.Column("completed_by", sa.String(length=10), nullable=False),
        sa.Column("test_out_attempt_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(completed_by = 'test_out') = (test_out_attempt_id IS NOT NULL)",
            name=op.f("ck_enrolment_testing_out_names_attempt"),
        ),
        sa.CheckConstraint(
            "(state = 'completed') = (completed_at IS NOT NULL)", name=op.f("ck_enrolment_completed_has_time")
        ),
        sa.CheckConstraint("completed_by IN ('','rules','test_out')", name=op.f("ck_enrolment_completed_by_known")),
        sa.CheckConstraint("state IN ('enrolled','studying','completed')", name=op.f("ck_enrolment_state_known")),
        sa.CheckConstraint(
            "done_count >= 0 AND done_count <= required_count", name=op.f("ck_enrolment_done_within_required")
        ),
        sa.ForeignKeyConstraint(
            ["completed_version_id"],
            ["course_version.id"],
            name=op.f("fk_enrolment_completed_version_id_course_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_enrolment_course_id_course"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["last_lesson_id"], ["lesson.id"], name=op.f("fk_enrolment_last_lesson_id_lesson"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["test_out_attempt_id"],
            ["attempt.id"],
            name=op.f("fk_enrolment_test_out_attempt_id_attempt"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_enrolment_unit_id_unit"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_enrolment_version_id_course_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("person_id", "course_id", name=op.f("uq_enrolment_person_id_course_id")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index("ix_enrolment_course_id_state", ["course_id", "state"], unique=False)
        batch_op.create_index("ix_enrolment_person_id_last_studied_at", ["person_id", "last_studied_at"], unique=False)
        batch_op.create_index("ix_enrolment_unit_id_course_id_state", ["unit_id", "course_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_unit_path"), ["unit_path"], unique=False)

    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("difficulty", sa.String(length=10), nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("category", sa.String(length=246), nullable=False),
        sa.Column("notes", Json, nullable=False),
        sa.Column("exact", sa.String(length=64), nullable=False),
        sa.Column("near", sa.String(length=64), nullable=False),
        sa.Column("same_as", sa.Integer(), nullable=False),
        sa.Column("same_question_id", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('new','near','double','there','bad','loss')", name=op.f("ck_import_row_state_known")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_import_row_number_from_one")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id_import_batch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_import_row_question_id_question"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["same_question_id"],
            ["question.id"],
            name=op.f("fk_import_row_same_question_id_question"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_import_row_batch_id_number")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index("ix_import_row_question_id", ["question_id"], unique=False)
        batch_op.create_index("ix_import_row_same_question_id", ["same_question_id"], unique=False)

    op.create_table(
        "lesson_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("chapter_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("completion", Json, nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"],
            ["version_chapter.id"],
            name=op.f("fk_lesson_version_chapter_id_version_chapter"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_version_lesson_id_lesson"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_lesson_version_version_id_course_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_version")),
        sa.UniqueConstraint("version_id", "lesson_id", name=op.f("uq_lesson_version_version_id_lesson_id")),
    )
    with op.batch_alter_table("lesson_version", schema=None) as batch_op:
        batch_op.create_index("ix_lesson_version_chapter_id_position", ["chapter_id", "position"], unique=False)
        batch_op.create_index("ix_lesson_version_lesson_id", ["lesson_id"], unique=False)

    op.create_table(
        "mock_exam",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.CheckConstraint("parts BETWEEN 1 AND 20", name=op.f("ck_mock_exam_parts_range")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_mock_exam_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mock_exam_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_mock_exam")),
    )
    with op.batch_alter_table("mock_exam", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mock_exam_person_id"), ["person_id"], unique=False)

    op.create_table(
        "notebook_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=True),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("wrong_count", sa.Integer(), nullable=False),
        sa.Column("right_count", sa.Integer(), nullable=False),
        sa.Column("right_in_a_row", sa.Integer(), nullable=False),
        sa.Column("last_answer", Json, nullable=True),
        sa.Column("last_right", sa.Boolean(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("box", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("left_by", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_revision", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("left_by IN ('','answers','hand')", name=op.f("ck_notebook_entry_left_by_known")),
        sa.CheckConstraint("box BETWEEN 1 AND 5", name=op.f("ck_notebook_entry_box_range")),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_notebook_entry_note_bounded")),
        sa.CheckConstraint(
            "wrong_count >= 0 AND right_count >= 0 AND right_in_a_row >= 0", name=op.f("ck_notebook_entry_counted")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_notebook_entry_attempt_id_attempt"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notebook_entry_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_notebook_entry_question_id_question"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_notebook_entry_question_version_id_question_version"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz.id"], name=op.f("fk_notebook_entry_quiz_id_quiz"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notebook_entry")),
        sa.UniqueConstraint("person_id", "question_id", name=op.f("uq_notebook_entry_person_id_question_id")),
    )
    with op.batch_alter_table("notebook_entry", schema=None) as batch_op:
        batch_op.create_index("ix_notebook_entry_person_id_due_on", ["person_id", "due_on"], unique=False)

    op.create_table(
        "notebook_pending",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_notebook_pending_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notebook_pending_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz.id"], name=op.f("fk_notebook_pending_quiz_id_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_notebook_pending")),
    )
    with op.batch_alter_table("notebook_pending", schema=None) as batch_op:
        batch_op.create_index("ix_notebook_pending_person_id_quiz_id", ["person_id", "quiz_id"], unique=False)

    op.create_table(
        "paragraph",
        sa.Column("edition_chapter_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_chapter_id"],
            ["edition_chapter.id"],
            name=op.f("fk_paragraph_edition_chapter_id_edition_chapter"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("edition_chapter_id", "position", name=op.f("pk_paragraph")),
        sa.UniqueConstraint("edition_chapter_id", "anchor", name=op.f("uq_paragraph_edition_chapter_id_anchor")),
    )
    op.create_table(
        "practice_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("answer", Json, nullable=True),
        sa.Column("fraction_numerator", sa.BigInteger(), nullable=False),
        sa.Column("fraction_denominator", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("fraction_denominator > 0", name=op.f("ck_practice_record_fraction_denominator_positive")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_practice_record_attempt_id_attempt"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_practice_record_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_practice_record_question_id_question"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_practice_record_question_version_id_question_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_record")),
    )
    with op.batch_alter_table("practice_record", schema=None) as batch_op:
        batch_op.create_index("ix_practice_record_attempt_id", ["attempt_id"], unique=False)
        batch_op.create_index("ix_practice_record_person_id_id", ["person_id", "id"], unique=False)

    op.create_table(
        "quiz_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("detail", sa.String(length=45), nullable=False),
        sa.CheckConstraint("kind IN ('left','back','network','second_tab')", name=op.f("ck_quiz_event_kind_known")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_quiz_event_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_event")),
        sa.UniqueConstraint("attempt_id", "kind", "at", name=op.f("uq_quiz_event_attempt_id_kind_at")),
    )
    op.create_table(
        "reading_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("chapter_id", sa.Integer(), nullable=False),
        sa.Column("edition_chapter_id", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("anchors", Json, nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_reading_evidence_seconds_counted")),
        sa.ForeignKeyConstraint(
            ["chapter_id"],
            ["textbook_chapter.id"],
            name=op.f("fk_reading_evidence_chapter_id_textbook_chapter"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["edition_chapter_id"],
            ["edition_chapter.id"],
            name=op.f("fk_reading_evidence_edition_chapter_id_edition_chapter"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reading_evidence_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_evidence")),
        sa.UniqueConstraint(
            "person_id",
            "edition_chapter_id",
            "opened_at",
            "sequence",
            name=op.f("uq_reading_evidence_person_id_edition_chapter_id_opened_at_sequence"),
        ),
    )
    with op.batch_alter_table("reading_evidence", schema=None) as batch_op:
        batch_op.create_index("ix_reading_evidence_person_id_chapter_id", ["person_id", "chapter_id"], unique=False)

    op.create_table(
        "response",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("marks_hundredths", sa.Integer(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("answer", Json, nullable=True),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=True),
        sa.Column("fraction_numerator", sa.Integer(), nullable=True),
        sa.Column("fraction_denominator", sa.Integer(), nullable=False),
        sa.Column("awaiting", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.CheckConstraint("confidence BETWEEN 1 AND 9", name=op.f("ck_response_confidence_range")),
        sa.CheckConstraint("fraction_denominator > 0", name=op.f("ck_response_fraction_denominator_positive")),
        sa.CheckConstraint("marks_hundredths > 0", name=op.f("ck_response_marks_positive")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_response_sequence_counted")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_response_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_response_question_version_id_question_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("attempt_id", "position", name=op.f("pk_response")),
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index(
            "ix_response_awaiting",
            ["attempt_id"],
            unique=False,
            sqlite_where=sa.text("awaiting"),
            postgresql_where=sa.text("awaiting"),
        )
        batch_op.create_index("ix_response_question_version_id", ["question_version_id"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f("ck_appeal_answered_has_time")),
        sa.CheckConstraint("state IN ('open','kept','changed')", name=op.f("ck_appeal_state_known")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_appeal_answered_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id", "position"],
            ["response.attempt_id", "response.position"],
            name=op.f("fk_appeal_attempt_id_position_response"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index("ix_appeal_attempt_id_position", ["attempt_id", "position"], unique=False)
        batch_op.create_index(
            "uq_appeal_open_once",
            ["attempt_id", "position"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "lesson_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("lesson_version_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("covered", Json, nullable=False),
        sa.Column("share_num", sa.Integer(), nullable=False),
        sa.Column("share_den", sa.Integer(), nullable=False),
        sa.Column("score_num", sa.BigInteger(), nullable=True),
        sa.Column("score_den", sa.BigInteger(), nullable=False),
        sa.Column("answered", Json, nullable=False),
        sa.Column("position", sa.String(length=40), nullable=False),
        sa.Column("study_seconds", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("score_den > 0 AND score_num >= 0", name=op.f("ck_lesson_progress_score_is_a_share")),
        sa.CheckConstraint(
            "share_den > 0 AND share_num >= 0 AND share_num <= share_den",
            name=op.f("ck_lesson_progress_share_within_one"),
        ),
        sa.CheckConstraint("study_seconds >= 0", name=op.f("ck_lesson_progress_study_seconds_counted")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_lesson_progress_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_progress_lesson_id_lesson"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lesson_version_id"],
            ["lesson_version.id"],
            name=op.f("fk_lesson_progress_lesson_version_id_lesson_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_progress")),
        sa.UniqueConstraint("enrolment_id", "lesson_id", name=op.f("uq_lesson_progress_enrolment_id_lesson_id")),
    )
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=True),
        sa.Column("choices", Json, nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("NOT whole OR round = 3", name=op.f("ck_mark_whole_decides")),
        sa.CheckConstraint(
            "denominator > 0 AND numerator >= 0 AND numerator <= denominator", name=op.f("ck_mark_share_within_one")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_mark_number_from_one")),
        sa.CheckConstraint("round BETWEEN 1 AND 3", name=op.f("ck_mark_round_known")),
        sa.ForeignKeyConstraint(
            ["attempt_id", "position"],
            ["response.attempt_id", "response.position"],
            name=op.f("fk_mark_attempt_id_position_response"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["person.id"], name=op.f("fk_mark_marker_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint(
            "attempt_id", "position", "part", "number", name=op.f("uq_mark_attempt_id_position_part_number")
        ),
    )
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.create_index("ix_mark_marker_id", ["marker_id"], unique=False)

    op.create_table(
        "quiz_try",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answer", Json, nullable=True),
        sa.Column("fraction_numerator", sa.Integer(), nullable=False),
        sa.Column("fraction_denominator", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("hint", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "fraction_denominator > 0 AND fraction_numerator BETWEEN 0 AND fraction_denominator",
            name=op.f("ck_quiz_try_fraction_range"),
        ),
        sa.CheckConstraint("hint >= 0", name=op.f("ck_quiz_try_hint_counted")),
        sa.CheckConstraint("number > 0", name=op.f("ck_quiz_try_number_counted")),
        sa.ForeignKeyConstraint(
            ["attempt_id", "position"],
            ["response.attempt_id", "response.position"],
            name=op.f("fk_quiz_try_attempt_id_position_response"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attempt_id", "position", "number", name=op.f("pk_quiz_try")),
    )
    op.create_table(
        "regrade_change",
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("old_numerator", sa.Integer(), nullable=True),
        sa.Column("old_denominator", sa.Integer(), nullable=False),
        sa.Column("old_awaiting", sa.Boolean(), nullable=False),
        sa.Column("new_numerator", sa.Integer(), nullable=True),
        sa.Column("new_denominator", sa.Integer(), nullable=False),
        sa.Column("score_numerator", sa.BigInteger(), nullable=False),
        sa.Column("score_denominator", sa.BigInteger(), nullable=False),
        sa.Column("score_marks", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "old_denominator > 0 AND new_denominator > 0", name=op.f("ck_regrade_change_denominators_positive")
        ),
        sa.CheckConstraint("score_denominator > 0", name=op.f("ck_regrade_change_score_denominator_positive")),
        sa.ForeignKeyConstraint(
            ["attempt_id", "position"],
            ["response.attempt_id", "response.position"],
            name=op.f("fk_regrade_change_attempt_id_position_response"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["regrade_id"], ["regrade.id"], name=op.f("fk_regrade_change_regrade_id_regrade"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("regrade_id", "attempt_id", "position", name=op.f("pk_regrade_change")),
    )
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("progress_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("lesson_version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("stretches", Json, nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("granted", Json, nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f("ck_dispute_answered_has_time")),
        sa.CheckConstraint("state = 'open' OR length(answer) > 0", name=op.f("ck_dispute_answer_given")),
        sa.CheckConstraint("state IN ('open','settled','declined')", name=op.f("ck_dispute_state_known")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_dispute_reason_given")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_dispute_answered_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_dispute_course_id_course"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lesson_version_id"],
            ["lesson_version.id"],
            name=op.f("fk_dispute_lesson_version_id_lesson_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["progress_id"],
            ["lesson_progress.id"],
            name=op.f("fk_dispute_progress_id_lesson_progress"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index("ix_dispute_course_id_state_opened_at", ["course_id", "state", "opened_at"], unique=False)
        batch_op.create_index("ix_dispute_progress_id", ["progress_id"], unique=False)
        batch_op.create_index(
            "uq_dispute_progress_id_open",
            ["progress_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "lesson_work",
        sa.Column("progress_id", sa.Integer(), nullable=False),
        sa.Column("state", Json, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_lesson_work_revision_counted")),
        sa.ForeignKeyConstraint(
            ["progress_id"],
            ["lesson_progress.id"],
            name=op.f("fk_lesson_work_progress_id_lesson_progress"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("progress_id", name=op.f("pk_lesson_work")),
    )
    op.create_table(
        "play_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("progress_id", sa.Integer(), nullable=False),
        sa.Column("lesson_version_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_version_id"],
            ["lesson_version.id"],
            name=op.f("fk_play_session_lesson_version_id_lesson_version"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_play_session_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["progress_id"],
            ["lesson_progress.id"],
            name=op.f("fk_play_session_progress_id_lesson_progress"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_play_session")),
    )
    with op.batch_alter_table("play_session", schema=None) as batch_op:
        batch_op.create_index("ix_play_session_progress_id", ["progress_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("progress_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("lesson_version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("handed_in_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'draft') = (handed_in_at IS NULL)", name=op.f("ck_submission_handed_in_has_time")),
        sa.CheckConstraint("state IN ('draft','waiting','marked','returned')", name=op.f("ck_submission_state_known")),
        sa.CheckConstraint("number > 0", name=op.f("ck_submission_number_counted")),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_submission_revision_counted")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_submission_course_id_course"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_submission_lesson_id_lesson"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lesson_version_id"],
            ["lesson_version.id"],
            name=op.f("fk_submission_lesson_version_id_lesson_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["progress_id"],
            ["lesson_progress.id"],
            name=op.f("fk_submission_progress_id_lesson_progress"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("progress_id", "number", name=op.f("uq_submission_progress_id_number")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(
            "ix_submission_course_id_state_handed_in_at", ["course_id", "state", "handed_in_at"], unique=False
        )
        batch_op.create_index("ix_submission_lesson_id_state", ["lesson_id", "state"], unique=False)
        batch_op.create_index(
            "uq_submission_progress_id_draft",
            ["progress_id"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )

    op.create_table(
        "assignment_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("chosen", Json, nullable=False),
        sa.Column("remarks", Json, nullable=False),
        sa.Column("points_hundredths", sa.Integer(), nullable=True),
        sa.Column("of_hundredths", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("comment", sa.String(length=3000), nullable=False),
        sa.Column("marked_at", UtcDateTime(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decision = 'marked' OR length(comment) > 0", name=op.f("ck_assignment_mark_return_has_comment")
        ),
        sa.CheckConstraint(
            "decision = 'returned' OR points_hundredths IS NOT NULL", name=op.f("ck_assignment_mark_marked_has_points")
        ),
        sa.CheckConstraint("decision IN ('marked','returned')", name=op.f("ck_assignment_mark_decision_known")),
        sa.CheckConstraint("number > 0", name=op.f("ck_assignment_mark_number_counted")),
        sa.CheckConstraint("of_hundredths > 0", name=op.f("ck_assignment_mark_something_to_reach")),
        sa.CheckConstraint(
            "points_hundredths >= 0 AND points_hundredths <= of_hundredths",
            name=op.f("ck_assignment_mark_points_within_most"),
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["person.id"], name=op.f("fk_assignment_mark_marker_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_assignment_mark_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_mark")),
        sa.UniqueConstraint("submission_id", "number", name=op.f("uq_assignment_mark_submission_id_number")),
    )
    with op.batch_alter_table("assignment_mark", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_mark_marker_id", ["marker_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("progress_id", sa.Integer(), nullable=False),
        sa.Column("lesson_version_id", sa.Integer(), nullable=False),
        sa.Column("play_session_id", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("claimed", Json, nullable=False),
        sa.Column("credited", Json, nullable=False),
        sa.Column("study_seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('watched','shown','attempt','read','marked','answered','work','settled')",
            name=op.f("ck_evidence_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["lesson_version_id"],
            ["lesson_version.id"],
            name=op.f("fk_evidence_lesson_version_id_lesson_version"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["play_session_id"],
            ["play_session.id"],
            name=op.f("fk_evidence_play_session_id_play_session"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["progress_id"],
            ["lesson_progress.id"],
            name=op.f("fk_evidence_progress_id_lesson_progress"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("play_session_id", "sequence", name=op.f("uq_evidence_play_session_id_sequence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_progress_id_received_at", ["progress_id", "received_at"], unique=False)

    op.create_table(
        "submission_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 0 AND position < 5", name=op.f("ck_submission_file_few_files")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_submission_file_file_id_stored_file"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_submission_file_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_file")),
        sa.UniqueConstraint("submission_id", "position", name=op.f("uq_submission_file_submission_id_position")),
    )
    with op.batch_alter_table("submission_file", schema=None) as batch_op:
        batch_op.create_index("ix_submission_file_file_id", ["file_id"], unique=False)

    op.make_append_only(
        "annual_requirement",
        [
            "id",
            "unit_id",
            "post",
            "span_years",
            "from_year",
            "revision",
            "required_hundredths",
            "elective_hundredths",
            "total_hundredths",
            "due_month",
            "due_day",
            "is_withdrawn",
            "note",
            "created_at",
            "created_by_id",
        ],
    )
    op.make_append_only(
        "rule_choice", ["id", "unit_id", "rule_set", "rule_version", "starts_on", "chosen_by_id", "created_at"]
    )
    op.make_append_only(
        "ledger_entry",
        [
            "id",
            "key",
            "person_id",
            "kind",
            "amount_hundredths",
            "obligation",
            "category",
            "rule_set",
            "rule_version",
            "rule",
            "source_type",
            "source_id",
            "source_version_id",
            "source_title",
            "evidence",
            "reverses_id",
            "batch_id",
            "proof_id",
            "unit_id",
            "post",
            "earned_on",
            "created_at",
            "entered_by_id",
            "reason",
        ],
    )
    if op.get_bind().dialect.name == "postgresql":
        for name, table, other, column in CIRCULAR:
            op.create_foreign_key(name, table, other, [column], ["id"], ondelete="RESTRICT")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        for name, table, _other, _column in CIRCULAR:
            op.drop_constraint(name, table, type_="foreignkey")
    op.forget_append_only("ledger_entry")
    op.forget_append_only("rule_choice")
    op.forget_append_only("annual_requirement")
    with op.batch_alter_table("submission_file", schema=None) as batch_op:
        batch_op.drop_index("ix_submission_file_file_id")

    op.drop_table("submission_file")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_progress_id_received_at")

    op.drop_table("evidence")
    with op.batch_alter_table("assignment_mark", schema=None) as batch_op:
        batch_op.drop_index("ix_assignment_mark_marker_id")

    op.drop_table("assignment_mark")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_submission_progress_id_draft",
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.drop_index("ix_submission_lesson_id_state")
        batch_op.drop_index("ix_submission_course_id_state_handed_in_at")

    op.drop_table("submission")
    with op.batch_alter_table("play_session", schema=None) as batch_op:
        batch_op.drop_index("ix_play_session_progress_id")

    op.drop_table("play_session")
    op.drop_table("lesson_work")
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_dispute_progress_id_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_dispute_progress_id")
        batch_op.drop_index("ix_dispute_course_id_state_opened_at")

    op.drop_table("dispute")
    op.drop_table("regrade_change")
    op.drop_table("quiz_try")
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.drop_index("ix_mark_marker_id")

    op.drop_table("mark")
    op.drop_table("lesson_progress")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appeal_open_once", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index("ix_appeal_attempt_id_position")

    op.drop_table("appeal")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_index("ix_response_question_version_id")
        batch_op.drop_index(
            "ix_response_awaiting", sqlite_where=sa.text("awaiting"), postgresql_where=sa.text("awaiting")
        )

    op.drop_table("response")
    with op.batch_alter_table("reading_evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_reading_evidence_person_id_chapter_id")

    op.drop_table("reading_evidence")
    op.drop_table("quiz_event")
    with op.batch_alter_table("practice_record", schema=None) as batch_op:
        batch_op.drop_index("ix_practice_record_person_id_id")
        batch_op.drop_index("ix_practice_record_attempt_id")

    op.drop_table("practice_record")
    op.drop_table("paragraph")
    with op.batch_alter_table("notebook_pending", schema=None) as batch_op:
        batch_op.drop_index("ix_notebook_pending_person_id_quiz_id")

    op.drop_table("notebook_pending")
    with op.batch_alter_table("notebook_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_notebook_entry_person_id_due_on")

    op.drop_table("notebook_entry")
    with op.batch_alter_table("mock_exam", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mock_exam_person_id"))

    op.drop_table("mock_exam")
    with op.batch_alter_table("lesson_version", schema=None) as batch_op:
        batch_op.drop_index("ix_lesson_version_lesson_id")
        batch_op.drop_index("ix_lesson_version_chapter_id_position")

    op.drop_table("lesson_version")
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_index("ix_import_row_same_question_id")
        batch_op.drop_index("ix_import_row_question_id")

    op.drop_table("import_row")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_unit_path"))
        batch_op.drop_index("ix_enrolment_unit_id_course_id_state")
        batch_op.drop_index("ix_enrolment_person_id_last_studied_at")
        batch_op.drop_index("ix_enrolment_course_id_state")

    op.drop_table("enrolment")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_certificate_one_valid",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index("ix_certificate_unit_path")
        batch_op.drop_index("ix_certificate_revoked_at")
        batch_op.drop_index("ix_certificate_person_id_issued_on")
        batch_op.drop_index("ix_certificate_issued_on")
        batch_op.drop_index("ix_certificate_batch_id")

    op.drop_table("certificate")
    op.drop_table("version_chapter")
    with op.batch_alter_table("regrade", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_regrade_one_at_a_time",
            sqlite_where=sa.text("state IN ('waiting','undoing')"),
            postgresql_where=sa.text("state IN ('waiting','undoing')"),
        )
        batch_op.drop_index("ix_regrade_quiz_id")

    op.drop_table("regrade")
    with op.batch_alter_table("reading_state", schema=None) as batch_op:
        batch_op.drop_index("ix_reading_state_person_id_updated_at")

    op.drop_table("reading_state")
    op.drop_table("quiz_version_slot")
    with op.batch_alter_table("question_print", schema=None) as batch_op:
        batch_op.drop_index("ix_question_print_near")
        batch_op.drop_index("ix_question_print_exact")

    op.drop_table("question_print")
    op.drop_table("practice_item")
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_index("ix_lesson_course_id")
        batch_op.drop_index("ix_lesson_chapter_id_position")

    op.drop_table("lesson")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entry_unit_path_earned_on")
        batch_op.drop_index("ix_ledger_entry_source_type_source_id")
        batch_op.drop_index("ix_ledger_entry_person_id_earned_on")
        batch_op.drop_index(batch_op.f("ix_ledger_entry_batch_id"))

    op.drop_table("ledger_entry")
    op.drop_table("item_analysis")
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_index("ix_import_batch_owner_id")

    op.drop_table("import_batch")
    op.drop_table("edition_chapter")
    with op.batch_alter_table("certificate_batch", schema=None) as batch_op:
        batch_op.drop_index("ix_certificate_batch_created_at")

    op.drop_table("certificate_batch")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attempt_open_once", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index("ix_attempt_state_deadline_at")
        batch_op.drop_index("ix_attempt_quiz_version_id")

    op.drop_table("attempt")
    op.drop_table("upload")
    with op.batch_alter_table("textbook_chapter", schema=None) as batch_op:
        batch_op.drop_index("ix_textbook_chapter_textbook_id_position")

    op.drop_table("textbook_chapter")
    op.drop_table("quiz_version")
    with op.batch_alter_table("quiz_slot", schema=None) as batch_op:
        batch_op.drop_index("ix_quiz_slot_quiz_id_position")
        batch_op.drop_index("ix_quiz_slot_question_id")

    op.drop_table("quiz_slot")
    with op.batch_alter_table("quiz_section", schema=None) as batch_op:
        batch_op.drop_index("ix_quiz_section_quiz_id_position")

    op.drop_table("quiz_section")
    with op.batch_alter_table("quiz_marker", schema=None) as batch_op:
        batch_op.drop_index("ix_quiz_marker_person_id")

    op.drop_table("quiz_marker")
    op.drop_table("quiz_code_guess")
    with op.batch_alter_table("quiz_allowance", schema=None) as batch_op:
        batch_op.drop_index("ix_quiz_allowance_person_id")

    op.drop_table("quiz_allowance")
    op.drop_table("question_version")
    with op.batch_alter_table("question_regulation", schema=None) as batch_op:
        batch_op.drop_index("ix_question_regulation_regulation_id")

    op.drop_table("question_regulation")
    with op.batch_alter_table("question_link", schema=None) as batch_op:
        batch_op.drop_index("ix_question_link_kind_target_id")

    op.drop_table("question_link")
    op.drop_table("marking_plan")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_owner_id_created_at")

    op.drop_table("job")
    op.drop_table("edition")
    op.drop_table("course_version")
    op.drop_table("course_certificate")
    with op.batch_alter_table("chapter", schema=None) as batch_op:
        batch_op.drop_index("ix_chapter_course_id_position")

    op.drop_table("chapter")
    op.drop_table("certificate_template_version")
    with op.batch_alter_table("backfill_batch", schema=None) as batch_op:
        batch_op.drop_index("ix_backfill_batch_created_at")

    op.drop_table("backfill_batch")
    op.drop_table("textbook")
    op.drop_table("study_clock")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_sha256")
        batch_op.drop_index("ix_stored_file_owner_id_created_at")

    op.drop_table("stored_file")
    with op.batch_alter_table("rule_choice", schema=None) as batch_op:
        batch_op.drop_index("ix_rule_choice_unit_id_starts_on")

    op.drop_table("rule_choice")
    op.drop_table("requirement_note")
    op.drop_table("regulation_change")
    op.drop_table("reader_settings")
    op.drop_table("quiz")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index("ix_question_owner_id")
        batch_op.drop_index("ix_question_current_version_id")
        batch_op.drop_index("ix_question_category_id")

    op.drop_table("question")
    op.drop_table("practice_settings")
    with op.batch_alter_table("practice_session", schema=None) as batch_op:
        batch_op.drop_index("ix_practice_session_person_id_id")

    op.drop_table("practice_session")
    with op.batch_alter_table("person_role", schema=None) as batch_op:
        batch_op.drop_index("ix_person_role_role")

    op.drop_table("person_role")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_membership_open", sqlite_where=sa.text("ended_on IS NULL"), postgresql_where=sa.text("ended_on IS NULL")
        )
        batch_op.drop_index("ix_membership_unit_id")

    op.drop_table("membership")
    op.drop_table("marking_phrase")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index("ix_course_owner_id")

    op.drop_table("course")
    with op.batch_alter_table("carry_over_run", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_carry_over_run_year",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.drop_table("carry_over_run")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject_type_subject_id")
        batch_op.drop_index("ix_audit_entry_at")

    op.drop_table("audit_entry")
    with op.batch_alter_table("annual_requirement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_annual_requirement_unit",
            sqlite_where=sa.text("unit_id IS NOT NULL"),
            postgresql_where=sa.text("unit_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_annual_requirement_everybody",
            sqlite_where=sa.text("unit_id IS NULL"),
            postgresql_where=sa.text("unit_id IS NULL"),
        )

    op.drop_table("annual_requirement")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_unit_id_name")

    op.drop_table("person")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_unit_name_top", sqlite_where=sa.text("parent_id IS NULL"), postgresql_where=sa.text("parent_id IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_unit_path"))
        batch_op.drop_index("ix_unit_parent_id_position")

    op.drop_table("unit")
    op.drop_table("sign_in_guard")
    op.drop_table("regulation")
    with op.batch_alter_table("question_category", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_question_category_name_at_the_top",
            sqlite_where=sa.text("parent_id IS NULL"),
            postgresql_where=sa.text("parent_id IS NULL"),
        )

    op.drop_table("question_category")
    with op.batch_alter_table("certificate_template", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_certificate_template_one_default_a_kind",
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )

    op.drop_table("certificate_template")
    op.drop_table("certificate_series")
