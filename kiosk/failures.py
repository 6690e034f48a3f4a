"""Expected failures: exceptions with a stable code. Anything else is a bug, crashes loudly, and is restarted."""


def code_of(error: BaseException) -> str | None:
    """The stable code of an expected failure; None for a bug."""
    code = getattr(error, "code", None)
    return code if isinstance(code, str) else None
