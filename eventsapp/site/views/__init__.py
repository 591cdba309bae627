"""Public pages, by audience."""
