"""Mark a sentence for translation where it is written; it is translated where it is shown. Pure."""


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for a no-op mark
    """Return the sentence unchanged; the extractor sees it."""
    return message
