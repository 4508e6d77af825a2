"""Documents: from a scan to its type, its fields with their certainty, and its portrait."""
