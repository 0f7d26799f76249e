"""What anyone may download to check certificates without us: the signed list of revocations, and who signs."""

import gzip
import hashlib
from functools import lru_cache
from http import HTTPStatus

from flask import Response, request

from app.certificates.verifying import queries, service
from app.certificates.verifying.models import RevocationList
from app.certificates.views.blueprint import bp
from app.kernel.access import PUBLIC, needs
from app.kernel.errors import DomainError
from app.kernel.marking import N_

FRESH = 300
"""Seconds for which nobody need ask again."""


class NoList(DomainError):
    """No list was signed yet, and nobody can sign one now."""

    status = 503


@bp.get("/verify/revocations.json")
@needs(PUBLIC)
def revocations() -> Response:
    """The certificates that stand no more, as last signed."""
    return _file(_newest(), "json", "application/json")


@bp.get("/verify/revocations.p7s")
@needs(PUBLIC)
def revocations_signature() -> Response:
    """The signature of that list, detached: CMS, DER."""
    return _file(_newest(), "p7s", "application/pkcs7-signature")


@bp.get("/verify/certificate.pem")
@needs(PUBLIC)
def signing_certificate() -> Response:
    """The certificates that sign, or once signed, for this installation, the present one first."""
    content = "".join(service.chains()).encode()
    response = Response(content, mimetype="application/x-pem-file")
    return _kept(response, hashlib.sha256(content).hexdigest(), "sidan-signing.pem")


def _newest() -> RevocationList:
    found = service.first_list()
    if found is None:
        raise NoList(N_("撤销名单还没有生成：这里现在签不了名。请过一个小时再来，或者问发证的单位。"))
    return found


def _file(newest: RevocationList, ending: str, media_type: str) -> Response:
    """One file of a list: whoever has it already is not sent it again, and its content is read once."""
    packed = ending == "json" and bool(request.accept_encodings["gzip"])
    response = Response(mimetype=media_type)
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.last_modified = newest.issued_at
    etag = f"{newest.sha256}.{ending}{'.gz' if packed else ''}"
    kept = _kept(response, etag, f"revocations-{newest.number}.{ending}")
    if kept.status_code == HTTPStatus.OK:
        content = newest.signature if ending == "p7s" else _packed(newest.sha256)
        kept.set_data(content if packed or ending == "p7s" else gzip.decompress(content))
    return kept


@lru_cache(maxsize=1)
def _packed(sha256: str) -> bytes:
    return queries.packed_list(sha256)


def _kept(response: Response, etag: str, filename: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = f"public, max-age={FRESH}"
    response.set_etag(etag)
    response.make_conditional(request)
    return response
