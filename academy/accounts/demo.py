"""The people of an academy that is only being tried out. `flask seed` makes them; production never has them."""

from dataclasses import dataclass
from typing import Any

from academy.permissions import ROLES


@dataclass(frozen=True)
class DemoPerson:
    """A fixed sign-in that everybody may know."""

    username: str
    password: str
    role: str

    @property
    def role_name(self) -> Any:
        """The role in the language of the request."""
        return ROLES[self.role]


DEMO = (
    DemoPerson("trainee", "study2026", "trainee"),
    DemoPerson("instructor", "teach2026", "instructor"),
    DemoPerson("unitadmin", "district2026", "unit_admin"),
    DemoPerson("admin", "manage2026", "admin"),
)
