"""The procedure as data: events go in, findings come out; no database is known here.

Event (event.py) <- readers/ (CSV, XES, OCEL 2.0) -> Procedure (profile.py, policies/sop/*.toml)
-> engine.py (what may come next), clocks.py (until when), alignment.py and deviations/ (what went
otherwise) -> tally.py (case, office, month) -> page/ and exports.
"""
