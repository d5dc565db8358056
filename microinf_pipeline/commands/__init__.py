"""What the commands of `microinf` do before and after the pipeline: options, checks of the call, what is printed.

Put here: one function a command; heavy imports inside it, so that `--help` is quick. Keep out: the work itself.
"""
