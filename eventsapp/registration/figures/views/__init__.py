"""Pages of figures: of the doors, and reports."""
