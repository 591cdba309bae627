"""Pages about who may come to events: in the workspace, on a person's own pages, and for focal points."""
