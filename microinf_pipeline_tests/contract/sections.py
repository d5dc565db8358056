"""Each case as a section of a configuration, as a user would write it.

To add a network, give the lines of its section, with `{base}` where its server answers. Keep out: running anything.
"""

from __future__ import annotations

from typing import Final

from microinf_pipeline_tests.contract.case import Case
from microinf_pipeline_tests.unit.sources.fake_facebook import NAME as FACEBOOK_NAME
from microinf_pipeline_tests.unit.sources.fake_facebook import US as FACEBOOK_PAGE
from microinf_pipeline_tests.unit.sources.fake_instagram import NAME, US

#: By the name of a case's module: its section. Secrets are ${SECRET_1}, ${SECRET_2} … of the case, in its order.
SECTIONS: Final = {
    "bluesky": "type: bluesky, service: '{base}', identifier: acme.example.test, app_password: '${SECRET_1}'",
    "facebook": "type: facebook, service: '{base}', access_token: '${SECRET_1}', app_secret: '${SECRET_3}', public_pages: true,"
    f" pages: {{acme: '{FACEBOOK_PAGE}'}}",
    "instagram": "type: instagram, service: '{base}', access_token: '${SECRET_1}', app_secret: '${SECRET_2}',"
    f" accounts: {{acme: '{US}'}}, hashtags: 0",
    "linkedin": "type: linkedin, enabled: true, service: '{base}', login: '{base}', client_id: app, client_secret: '${SECRET_1}',"
    " refresh_token: '${SECRET_3}'",
    "mastodon": "type: mastodon, instances: [{host: '{base}', token: '${SECRET_1}'}]",
    "reddit": "type: reddit, service: '{base}', token_service: '{base}', client_id: app, client_secret: '${SECRET_1}',"
    " username: acme_team, refresh_token: '${SECRET_3}'",
    "threads": "type: threads, service: '{base}', username: acme_tea, access_token: '${SECRET_1}'",
    "tiktok_business": "type: tiktok, access: business, service: '{base}', client_key: app, client_secret: '${SECRET_1}',"
    " refresh_token: '${SECRET_3}', business_id: business-1, username: acmecola, tcm_account_id: tcm-1",
    "tiktok_research": "type: tiktok, access: research, service: '{base}', client_key: project, client_secret: '${SECRET_1}'",
    "x": "type: x, service: '{base}', bearer_token: '${SECRET_1}', compliance: false, overlap_hours: 24",
    "youtube": "type: youtube, service: '{base}', api_key: '${SECRET_1}'",
}
#: What stands before the sections.
HEAD: Final = f"""\
home: home
brands:
  - id: acme
    name: Acme
    timezone: UTC
    hashtags: ["#acme"]
    handles: {{instagram: [{NAME}], tiktok: [acmecola], threads: [acme_tea], facebook: [{FACEBOOK_NAME}]}}
    owned_accounts: {{linkedin: ["100"]}}
sources:
"""


def name_of(case: type[Case]) -> str:
    return case.__module__.rpartition(".")[2]


def section(case: type[Case], base: str) -> tuple[str, dict[str, str]]:
    """The case's line of `sources:` with its server at `base`, and its secrets by the environment variables it names."""
    name, told = name_of(case), SECTIONS[name_of(case)].replace("{base}", base)
    secrets = {f"{name}_{place}".upper(): secret for place, secret in enumerate(case.secrets, 1)}
    for place, variable in enumerate(secrets, 1):
        told = told.replace(f"SECRET_{place}", variable)
    return f"  - {{name: {name}, {told}}}\n", secrets
