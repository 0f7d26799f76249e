"""Denials 否认报名: a person signed up by somebody else says no; the seat and the claim line are held until decided."""
