"""The admin of the calendar: meetings and what is done with them, deadlines, sessions."""

from calendar_app.admin.calendar import DeadlineLines, dates_of

__all__ = ["DeadlineLines", "dates_of"]
