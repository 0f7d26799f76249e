"""Verifying (查验): what anyone may know of a certificate, and the signed list of those that stand no more."""
