"""The pages of the approval desk, one module for each audience."""
