"""Pages of those who propose."""
