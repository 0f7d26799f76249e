"""The demo story, told through the same services that people use."""
