"""Pages about data: of a registered person, and of the workspace."""
