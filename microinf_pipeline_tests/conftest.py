"""What the whole suite shares: `--hypothesis-profile=all` looks at more examples than the default."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("all", max_examples=300, deadline=None)
