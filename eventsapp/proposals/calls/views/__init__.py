"""Pages of calls: those of the organizers, and the public ones."""
