"""Pages of the decision board."""
