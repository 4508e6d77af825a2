"""Events for other programs: CSV, XES (IEEE 1849-2016) and OCEL 2.0 JSON."""
