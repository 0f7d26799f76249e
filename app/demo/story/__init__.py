"""The demo story: one county's training in the past weeks, made by the same services that people use."""
