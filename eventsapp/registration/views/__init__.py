"""The pages of registration, one module for each audience."""
