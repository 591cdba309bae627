"""The pages of enrolment, one module for each audience."""
