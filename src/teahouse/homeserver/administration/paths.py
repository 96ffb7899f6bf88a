"""Where the administration is found."""

from __future__ import annotations

V1 = "/_teahouse/admin/v1"
