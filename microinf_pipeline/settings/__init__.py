"""The configuration: the only reader of `microinf.yaml` and of the environment.

Put here: what a user may say, how it is read, and what is wrong with it. Keep out: acting on it.
"""

from microinf_pipeline.settings.hashing import config_hash
from microinf_pipeline.settings.load import empty_settings, find, load, read
from microinf_pipeline.settings.model import Settings

__all__ = ["Settings", "config_hash", "empty_settings", "find", "load", "read"]
