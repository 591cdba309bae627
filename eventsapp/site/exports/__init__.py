"""The released programme for other programs. Pure functions of a snapshot: the same bytes while nothing changes."""
