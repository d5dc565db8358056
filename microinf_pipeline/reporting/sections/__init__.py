"""The sections of the report, in the order of a morning: what to do first, what it rests on last."""

from __future__ import annotations

from microinf_pipeline.reporting.sections import (
    advocacy,
    campaigns,
    completeness,
    content,
    contests,
    disclosure,
    duplicates,
    numbers,
    outreach,
    quality,
    restated,
    retention,
    roi,
    voice,
    waiting,
)
from microinf_pipeline.reporting.sections.book import Section

SECTIONS: tuple[Section, ...] = tuple(
    module.SECTION
    for module in (
        campaigns,
        outreach,
        waiting,
        content,
        disclosure,
        voice,
        retention,
        advocacy,
        contests,
        roi,
        numbers,
        restated,
        completeness,
        quality,
        duplicates,
    )
)
