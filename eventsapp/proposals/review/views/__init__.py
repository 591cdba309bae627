"""Pages of screening and review."""
