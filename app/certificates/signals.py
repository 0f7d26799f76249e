"""What later steps may listen to; sent inside the transaction, with `by`."""

from blinker import Namespace

_certificates = Namespace()
certificates_issued = _certificates.signal("certificates-issued")
"""Sender: the `CertificateBatch`; its certificates are flushed."""
certificate_revoked = _certificates.signal("certificate-revoked")
"""Sender: the `Certificate`; its reason is set."""
certificate_replaced = _certificates.signal("certificate-replaced")
"""Sender: the old `Certificate`, with `new`: the one that stands in its place; both are flushed."""
