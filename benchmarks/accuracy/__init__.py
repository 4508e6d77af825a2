"""One file per question of accuracy; data sets come by a flag and are never part of the project."""
