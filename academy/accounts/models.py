"""People, their roles, and failed sign-ins."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.clock import now
from academy.db import Base, PrimaryKey
from academy.i18n import lazy as _l
from academy.organizations.models import Unit

POSTS = {
    "": _l("未填写"),
    "grid_worker": _l("网格员"),
    "community_worker": _l("社区工作者"),
    "secretary": _l("社区书记"),
    "social_worker": _l("社会工作者"),
    "volunteer": _l("志愿者骨干"),
    "staff": _l("机关与学院工作人员"),
}


def new_session_key() -> str:
    """Return a fresh random key; sessions that carry another one are over."""
    return secrets.token_urlsafe(18)


class Person(Base):
    """Somebody with an account. `username` and `phone` are kept in normal form, so that both can be signed in with."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("locale IN ('zh','en') OR length(locale) BETWEEN 2 AND 10", name="locale_short"),
        CheckConstraint("theme IN ('auto','light','dark')", name="theme_known"),
        CheckConstraint("text_size IN ('md','lg','xl','xxl')", name="text_size_known"),
        Index("ix_person_unit_id_name", "unit_id", "name"),
    )

    id: Mapped[PrimaryKey]
    username: Mapped[str] = mapped_column(String(40), unique=True)
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    session_key: Mapped[str] = mapped_column(String(40), default=new_session_key)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    post: Mapped[str] = mapped_column(String(40), default="")
    locale: Mapped[str] = mapped_column(String(10), default="zh")
    theme: Mapped[str] = mapped_column(String(10), default="auto")
    text_size: Mapped[str] = mapped_column(String(4), default="md")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_sign_in_at: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship()
    roles: Mapped[list[PersonRole]] = relationship(
        back_populates="person", cascade="all, delete-orphan", order_by="PersonRole.role"
    )

    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the session cookie remembers."""
        return f"{self.id}.{self.session_key}"

    @property
    def role_names(self) -> frozenset[str]:
        """The names of the roles that this person holds."""
        return frozenset(entry.role for entry in self.roles)

    @property
    def scope_paths(self) -> tuple[str, ...]:
        """The subtrees (paths of units) that this person may see the people of; ("/",) is everything."""
        if "admin" in self.role_names:
            return ("/",)
        return tuple(entry.unit.path for entry in self.roles if entry.role == "unit_admin" and entry.unit)


class PersonRole(Base):
    """That a person holds a role; a unit admin holds it for a unit and everything below."""

    __tablename__ = "person_role"
    __table_args__ = (
        CheckConstraint("role IN ('trainee','instructor','class_supervisor','unit_admin','admin')", name="role_known"),
        CheckConstraint("role <> 'unit_admin' OR unit_id IS NOT NULL", name="unit_admin_has_unit"),
        Index("ix_person_role_role", "role"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))

    person: Mapped[Person] = relationship(back_populates="roles")
    unit: Mapped[Unit | None] = relationship()


class SignInGuard(Base):
    """Failed sign-ins for one typed name, whether or not such a person exists (so that nothing is given away)."""

    __tablename__ = "sign_in_guard"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures_counted"),)

    login: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    first_failure_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]
