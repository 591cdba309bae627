"""The filters of the programme page. They live in the programme, so that calendars can stand on them too."""

from eventsapp.programme.filters import NAMES, Filters, apply, current, days_of, parse

__all__ = ["NAMES", "Filters", "apply", "current", "days_of", "parse"]
