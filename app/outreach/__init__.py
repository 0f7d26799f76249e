"""Outreach (服务到人): nobody is left out; every round asked, every service noted, every day's work listed by rule."""
