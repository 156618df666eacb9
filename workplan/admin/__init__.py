"""The admin of areas, of plans as printed, and of editorial notes."""

from workplan.admin import areas, notes, plans

__all__ = ["areas", "notes", "plans"]
