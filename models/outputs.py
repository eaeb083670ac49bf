"""The outputs of a checkpoint's head, by name."""

from __future__ import annotations

from report.domain import RhetoricalRole

ROLES = tuple(RhetoricalRole)
SALIENT = "salient"
KEPT = "kept"
OUTPUTS = (*(role.value for role in ROLES), SALIENT, KEPT)
"""The roles first, of which one is true, then the two that are yes or no."""
