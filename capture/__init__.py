"""Devices and the samples that they give: bytes with provenance, decoded on demand.

Knows nothing of ``models`` and ``pipeline``.
"""
