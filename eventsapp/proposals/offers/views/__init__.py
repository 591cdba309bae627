"""Pages of offers, changes and reports."""
