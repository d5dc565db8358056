"""Settings of the networks asked directly: one module a type, named as its `type:`; the list is in `settings.sources`."""
