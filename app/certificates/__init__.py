"""Certificates (证书): frozen, numbered for ever, checkable by anyone."""
