"""The programme, for its audiences."""
