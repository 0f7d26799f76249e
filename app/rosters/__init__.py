"""Plan by name list (名单): who, by name, is meant to be trained, and for what."""
