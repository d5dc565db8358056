"""What Dagster loads: the definitions for the configuration in use (MICROINF_CONFIG, else ./microinf.yaml).

Without a configuration they load with no sources. A broken one is not loaded around: its error, with every problem and
line, is what the UI shows of this code location.
"""

from microinf_pipeline.orchestration.assembly import build_defs
from microinf_pipeline.settings import empty_settings, find, load

_config = find(None)
defs = build_defs(load(_config) if _config else empty_settings())
