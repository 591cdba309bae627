"""Pages of the organizers about a conference."""
