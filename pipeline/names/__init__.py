"""Names of persons: the same name however it is written, told from another one.

letters   what a letter may be written as, and whether two rows of letters can be the same
compare   two sources that say a name
agreement the visual zone against the machine-readable one
"""

from pipeline.names.agreement import NameAgreement, name_agreement
from pipeline.names.compare import Likeness, Name, NameComparison, compare_names, name_parts

__all__ = [
    "Likeness",
    "Name",
    "NameAgreement",
    "NameComparison",
    "compare_names",
    "name_agreement",
    "name_parts",
]
