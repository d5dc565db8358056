"""The demo's `microinf.yaml`: an ordinary configuration, commented because it is also read as an example.

Put here: the text of the file. Keep out: anything computed; what generator and YAML share is in brands.py, and a test
holds the two together.
"""

from __future__ import annotations

from typing import Final

FILE_NAME: Final = "microinf.yaml"

TEXT: Final = r"""# A complete configuration of microinf_pipeline, for two invented brands and a competitor.
# Everything below is read by the ordinary file source; nothing here is special to the demo.
# Relative paths are relative to this file. Secrets never stand here: write ${NAME} and set NAME.

home: home                                # all data: raw, lake, logs, published (one file system)

brands:
  - id: kornwolke                         # the key in every table
    name: Kornwolke Haferdrink
    timezone: Europe/Berlin               # of the brand's local days and of campaign bounds
    keywords:
      - word: Kornwolke
        exclude:                          # here the word is dust over a field, not the brand
          - Kornwolke über dem Mähdrescher
    handles:                              # what people mention, without the @
      instagram: kornwolke.de
      tiktok: kornwolke
      x: kornwolke_de
      mastodon: kornwolke@hafen.example
    hashtags: [kornwolke]
    domains: [kornwolke.example]
    owned_accounts:                       # what they post is the brand's, never earned
      instagram: kornwolke.de
      tiktok: kornwolke
      x: kornwolke_de
      mastodon: kornwolke@hafen.example
    brand_set: haferdrinks                # share of voice is counted inside this set
    target:                               # ranks creators; filters nothing
      topics: [barista, baking, food]
      languages: [de, en]
      tiers: [nano, micro]
    products: [Kornwolke Barista, Kornwolke Natur]

  - id: bramblespoke
    name: Bramblespoke bike bags
    timezone: Europe/London
    keywords:
      - word: Bramblespoke
        exclude: [Bramblespoke Folk Band]
    handles: {instagram: bramblespoke, tiktok: bramblespoke, x: bramblespoke, mastodon: bramblespoke@velo.example}
    hashtags: [bramblespoke]
    domains: [bramblespoke.example]
    owned_accounts: {instagram: bramblespoke, tiktok: bramblespoke, x: bramblespoke, mastodon: bramblespoke@velo.example}
    target: {topics: [cycling, outdoor], languages: [en, de], tiers: [nano, micro]}

  - id: hafermond                         # a competitor: searched as well, so that share of voice is fair
    name: Hafermond
    timezone: Europe/Berlin
    keywords: [Hafermond]
    handles: {instagram: hafermond, tiktok: hafermond, x: hafermond, mastodon: hafermond@hafen.example}
    hashtags: [hafermond]
    domains: [hafermond.example]
    competitor_of: kornwolke
    brand_set: haferdrinks

campaigns:                                # start inclusive, end exclusive, in the brand's time zone
  - id: wolkenfruehstueck
    name: Wolkenfrühstück
    brand: kornwolke
    hashtags: {any: [Wolkenfrühstück, wolkenfruehstueck]}   # one of them is enough
    start: 2026-05-11
    end: 2026-06-15
    goals:
      - {metric: posts, value: 300, date_set: 2026-04-20}
    budget: {amount: 6000, currency: EUR}

  - id: schaumprobe
    name: Schaumprobe
    brand: kornwolke
    hashtags: {all: [schaumprobe, kornwolke]}               # both are needed
    start: 2026-08-24
    end: 2026-09-21
    goals:
      - {metric: creators, value: 250, date_set: 2026-08-03}
      - {metric: er_followers, value: 0.03, date_set: 2026-08-03}
    budget: {amount: 9000, currency: EUR}

  - id: ridethehedge
    name: Ride the Hedge
    brand: bramblespoke
    hashtags: [RideTheHedge]                                # a list means: any
    start: 2026-08-29
    end: 2026-10-01
    goals:
      - {metric: creators, value: 150, date_set: 2026-08-01}
    budget: {amount: 4500, currency: GBP}

contests:
  - id: wolkenwette
    name: Wolkenwette
    brand: kornwolke
    hashtags: [wolkenwette]
    start: 2026-09-01
    end: 2026-09-06
    seen_by: 2026-09-07                   # entries first seen later do not take part
    winners: 3
    alternates: 5
    terms: https://www.kornwolke.example/wolkenwette
    clauses: {employee: § 4 (1), vested: § 4 (1), second_entry: § 3, outside_window: § 2, near_copy: § 5}
    minimum_age: 18                       # never guessed: the protocol asks winners to declare it
    budget: {amount: 900, currency: EUR}

  - id: hedgetales
    name: Hedge Tales
    brand: bramblespoke
    hashtags: [hedgetales]
    method: jury                          # by the points of inputs: jury
    start: 2026-08-31
    end: 2026-09-04
    seen_by: 2026-09-05
    winners: 1
    alternates: 2
    terms: https://bramblespoke.example/hedgetales
    clauses: {employee: "4.1", vested: "4.1", second_entry: "3", outside_window: "2"}
    budget: {amount: 350, currency: GBP}

sources:                                  # their order decides only between deliveries that nothing else tells apart
  # A bought archive: half a year of all networks in one shape, imported once.
  - name: archive
    type: files
    path: archive/posts-*.ndjson.gz
    holds: posts
    network: {column: platform, map: {Instagram: instagram, TikTok: tiktok, Twitter/X: x, Mastodon: mastodon}}
    origin: licensed_export
    night: 2026-08-31                     # all rows count as captured in this night
    covers_from: 2026-03-01               # complete from here on: 'new' and 'returning' need 90 days of history
    columns: &any_network                 # YAML's anchor: the timelines below have the same columns
      post_id: key
      url: permalink
      account_id: author.key              # dots: a path into nested values
      handle: author.handle
      display_name: author.name
      followers: author.audience
      text: body
      language: language
      created_at: {column: published, as: iso}
      observed_at: {column: seen, as: iso}
      post_type: kind
      reply_to: parent
      repost_of: shared
      quote_of: quoted
      media_types: {column: media, as: "list(,)"}
      is_paid_label: paid
      likes: numbers.likes
      comments: numbers.comments
      shares: numbers.shares
      saves: numbers.saves
      quotes: numbers.quotes
      views: numbers.views

  - name: archive_profiles
    type: files
    path: archive/profiles.parquet
    holds: profiles
    network: {column: network}
    origin: licensed_export
    night: 2026-08-31
    columns: &profile                     # the nightly profiles below have the same columns
      account_id: account_id
      handle: username
      display_name: full_name
      bio: biography
      url: profile_url
      followers: followers
      following: following
      post_count: posts
      verified: verified
      created_at: joined
      observed_at: seen_at
      country: country
      email: email

  # A listening tool's nightly export: no platform ids, addresses with tracking parameters, local time, cp1252.
  - name: listening
    type: files
    path: listening/export_*.csv
    network: {column: Quelle, map: {Instagram: instagram, TikTok: tiktok, Twitter/X: x, Mastodon: mastodon, Bluesky: bluesky, Online-News: news, Blog: blog, Foren: forum}, default: other}
    origin: listening_export
    brand: {column: Suche, map: {Kornwolke DE: kornwolke, Bramblespoke UK: bramblespoke}}
    # One glob, each row finds its night; nights are days of UTC, whatever the zone of the other columns.
    night: {column: Abgerufen, as: {strptime: "%d.%m.%Y", timezone: UTC}}
    csv: {delimiter: ";", skip_rows: 2, encoding: cp1252}
    timezone: Europe/Berlin
    columns:
      url: URL
      handle: Autor
      display_name: Autorname
      text: Text
      created_at: {column: Veröffentlicht, as: {strptime: "%d.%m.%Y %H:%M"}}
      language: {column: Sprache, as: {map: {Deutsch: de, Englisch: en, Arabisch: ar, Hebräisch: he}}}
      country: Land
      sentiment: {column: Tonalität, as: {map: {positiv: 0.6, neutral: 0, negativ: -0.6}}}

  - name: instagram_feed
    type: files
    path: feeds/instagram/*.ndjson.gz
    network: instagram
    origin: platform_export
    night: {column: fetched}
    columns:
      post_id: shortcode                  # the id that the post's address carries too
      url: permalink
      account_id: owner.id
      handle: owner.username
      display_name: owner.full_name
      text: caption
      created_at: {column: taken_at, as: unix_seconds}
      observed_at: {column: fetched_at, as: iso}
      media_types: {sql: "CASE media_type WHEN 'VIDEO' THEN ['video'] ELSE ['picture'] END"}
      reply_to: parent
      is_paid_label: is_paid_partnership
      likes: like_count                   # left out where the author hides it: stays unknown
      comments: comment_count

  - name: tiktok_feed
    type: files
    path: feeds/tiktok/*.json
    network: tiktok
    origin: platform_export
    night: {column: fetched}
    columns:
      post_id: id
      url: share_url
      account_id: author.id
      handle: author.unique_id
      display_name: author.nickname
      text: video_description
      language: language
      created_at: {column: create_time_ms, as: unix_millis}
      observed_at: {column: fetched_at, as: iso}
      hashtags: hashtag_names             # added to those in the text
      media_types: {constant: video}
      likes: like_count
      comments: comment_count
      shares: share_count
      saves: favorites_count
      views: view_count

  - name: mastodon_feed
    type: files
    path: feeds/mastodon/*.ndjson.zst
    network: mastodon
    origin: platform_export
    night: {column: fetched}
    columns:
      post_id: uri
      url: url
      account_id: account.uri
      handle: account.acct
      display_name: account.display_name
      followers: account.followers_count
      text: {column: content, as: html}
      language: language
      created_at: {column: created_at, as: iso}
      edited_at: {column: edited_at, as: iso}
      observed_at: {column: fetched_at, as: iso}
      post_type: kind
      reply_to: in_reply_to_uri
      repost_of: reblog_uri
      media_types: media
      likes: favourites_count
      comments: replies_count
      shares: reblogs_count

  - name: x_feed
    type: files
    path: feeds/x/*.csv
    network: x
    origin: x_api                      # fetched through X's API: its terms allow no benchmark and no share of voice
    night: {column: fetched}
    columns:
      post_id: id
      url: url
      account_id: author_id
      handle: author_handle
      display_name: author_name
      followers: {column: author_followers, as: compact_number}   # 12.3K: kept as rounded
      text: text
      language: lang
      created_at: {column: created_at, as: iso}
      observed_at: {column: fetched_at, as: iso}
      status: state                                               # deleted, protected
      post_type: kind
      reply_to: in_reply_to
      repost_of: repost_of
      quote_of: quote_of
      media_types: {column: media, as: "list(;)"}
      likes: likes
      comments: replies
      shares: reposts
      quotes: quotes
      views: views

  # The last 30 posts of creators who came lately: no mentions, but what they usually reach.
  - name: timelines
    type: files
    path: timelines/*.ndjson.gz
    capture_reason: timeline
    network: {column: platform, map: {Instagram: instagram, TikTok: tiktok, Mastodon: mastodon}}
    origin: licensed_export
    night: {column: fetched}
    columns: *any_network

  - name: profiles
    type: files
    path: profiles/*.parquet
    holds: profiles
    network: {column: network}
    origin: platform_export
    night: {column: fetched}
    columns: *profile

inputs:                                   # your own lists; their rows are data, not configuration
  employees: inputs/employees.csv
  headcount: inputs/headcount.csv
  vested: inputs/vested.csv
  customers: inputs/customers.csv
  deals: inputs/deals.csv
  clicks: inputs/clicks.csv
  conversions: inputs/conversions.csv
  rate_card: inputs/rate_card.csv
  outreach: inputs/outreach.csv
  decisions: inputs/decisions.csv
  contest_entries: inputs/contest_entries.csv
  exclusions: inputs/exclusions.csv
  jury: inputs/jury.csv
  rights: inputs/rights.csv
  benchmarks: inputs/benchmarks.csv

gates:
  reject_share: 0.05                      # more unreadable rows than this stop the night of a source

schedule: {cron: "0 3 * * *", timezone: UTC}
"""
