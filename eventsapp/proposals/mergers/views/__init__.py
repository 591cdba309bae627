"""Pages of mergers: of the teams, and of officers."""
