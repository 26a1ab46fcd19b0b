"""The import-linter contract about the furniture of a room.

Every room has the same modules, and only those of them that it needs. They import downwards:

    views > forms > services > models > rules

Another room's services, models and rules may be used; its views and forms never. The contract finds the rooms by
itself, so that a new room needs no line anywhere.
"""

from __future__ import annotations

from typing import ClassVar

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

RANKS: dict[str, int] = {"views": 4, "forms": 3, "services": 2, "models": 1, "rules": 0}
PRIVATE = frozenset({"views", "forms"})


def place(module: str) -> tuple[str, str]:
    """Return the room of a module and the piece of furniture it belongs to, each "" where there is none."""
    parts = module.split(".")
    room = ".".join(parts[:2]) if len(parts) > 1 else ""
    return room, parts[2] if len(parts) > 2 else ""


def fault(importer: str, imported: str, not_rooms: frozenset[str] = frozenset()) -> str:
    """Say what is wrong with one import; "" if nothing is."""
    importer_room, importer_piece = place(importer)
    imported_room, imported_piece = place(imported)
    if imported_room in not_rooms or imported_piece not in RANKS:
        return ""
    if importer_room != imported_room:
        return f"uses the {imported_piece} of another room" if imported_piece in PRIVATE else ""
    if importer_piece in RANKS and RANKS[importer_piece] < RANKS[imported_piece]:
        return f"{importer_piece} are below {imported_piece}"
    return ""


class FurnitureContract(Contract):
    """Checks each direct import between two modules of the root packages."""

    type_name: ClassVar[str] = "furniture"

    roots = fields.ListField(subfield=fields.StringField())
    not_rooms = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect the faulty imports with the lines where they stand."""
        not_rooms = frozenset(self.not_rooms or ())
        faults = []
        for importer in sorted(module for module in graph.modules if module.split(".")[0] in self.roots):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                if what := fault(importer, imported, not_rooms):
                    details = graph.get_import_details(importer=importer, imported=imported)
                    lines = ", ".join(str(detail["line_number"]) for detail in details)
                    faults.append(f"{importer} (line {lines}) imports {imported}: {what}")
        return ContractCheck(kept=not faults, metadata={"faults": faults})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the faulty imports."""
        for line in check.metadata["faults"]:
            output.print_error(f"- {line}", bold=False)
