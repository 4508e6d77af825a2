"""Networks and text engines, each behind a small protocol; weights by catalogue and digest.

Knows nothing of ``capture`` and ``pipeline``.
"""
