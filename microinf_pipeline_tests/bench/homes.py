"""Homes of the bench: a configuration over folders of invented posts, one file a night."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from microinf_pipeline_tests.bench.posts import Batch, write_posts

_CONFIG = """\
home: home
brands:
  - id: acme
    name: Acme
    timezone: Europe/Berlin
    hashtags: ["#acme"]
    keywords: [Acme]
    handles: {instagram: [acme_official]}
    domains: [acme.example]
    owned_accounts: {instagram: [acme_official]}
  - {id: zephyra, name: Zephyra, timezone: UTC, hashtags: ["#zephyra"], keywords: [Zephyra]}
campaigns:
  - {id: spring, brand: acme, hashtags: ["#trailrun"], start: 2026-03-01, end: 2026-06-01}
sources:
  - name: export
    type: files
    path: files/*.ndjson
    holds: posts
    network: instagram
    origin: licensed_export
    columns:
      post_id: id
      url: url
      account_id: {path: owner.id}
      handle: {path: owner.username}
      display_name: {path: owner.full_name}
      followers: {path: owner.followers}
      text: text
      created_at: {column: created_at, as: iso}
      observed_at: {column: fetched_at, as: iso}
      language: language
      media_types: {column: media_type, as: {map: {image: picture, video: video, carousel: picture}}}
      likes: {path: metrics.likes}
      comments: {path: metrics.comments}
      shares: {path: metrics.shares}
      views: {path: metrics.views}
"""


@dataclass(frozen=True)
class BenchHome:
    """A folder with a configuration, its input files, and the home that nights fill."""

    folder: Path

    @classmethod
    def create(cls, folder: Path) -> BenchHome:
        (folder / "files").mkdir(parents=True)
        (folder / "microinf.yaml").write_text(_CONFIG, encoding="utf-8")
        return cls(folder)

    @property
    def config(self) -> Path:
        return self.folder / "microinf.yaml"

    def file_of(self, batch: Batch) -> Path:
        return self.folder / "files" / f"{batch.night}.ndjson"

    def deliver(self, batch: Batch) -> Path:
        """Lay down the file that the night of the batch picks up."""
        path = self.file_of(batch)
        write_posts(path, batch)
        return path
