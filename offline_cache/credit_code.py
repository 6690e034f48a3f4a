"""统一社会信用代码 (GB 32100): its characters, and what the last one proves. Pure: shared with the platform."""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""No I O Z S V."""
LENGTH: Final = 18


def is_credit_code(code: str) -> bool:
    """MOD 31, weights 3 to the power of the place."""
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return False
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
    return ALPHABET[-total % 31] == code[17]
