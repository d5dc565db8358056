"""The file source: any export, described in configuration, read by plans of SQL that the engine executes.

Put here: what turns a description and a file into a plan, and files that an engine cannot read into ones it can.
Keep out: executing anything, networks, and features derived from text.
"""
