"""Which units a person may see reports of: the same as everywhere, see academy.organizations.places."""

from academy.organizations.places import Place, place

__all__ = ["Place", "place"]
