"""Receipt numbers: kiosk, journal, sequence and a check character. Pure: shared with the platform.

`K0001-RT000012-X`: two letters made of the journal's random id keep numbers apart when a kiosk has to begin a new
journal and its sequences start again. The check character is ISO/IEC 7064 MOD 37,36 over the letters and digits before
it; it finds every single wrong character and every swap of two neighbours but 0Z-like pairs at the modulus.
"""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which are read as digits."""


def _check_character(text: str) -> str:
    carry = 36
    for character in text:
        carry = (carry + _ALPHABET.index(character)) % 36 or 36
        carry = carry * 2 % 37
    return _ALPHABET[(37 - carry) % 36]


def receipt_number(kiosk: str, journal: bytes, sequence: int) -> str:
    """`kiosk` is letters A–Z and digits; `sequence` from 1."""
    first, second = divmod(int.from_bytes(journal[:2], "big") % len(_LETTERS) ** 2, len(_LETTERS))
    numbered = f"{_LETTERS[first]}{_LETTERS[second]}{sequence:06d}"
    return f"{kiosk}-{numbered}-{_check_character(kiosk + numbered)}"


def is_receipt_number(text: str) -> bool:
    kiosk, _, rest = text.upper().partition("-")
    numbered, _, check = rest.partition("-")
    if not kiosk or not numbered or any(c not in _ALPHABET for c in kiosk + numbered):
        return False
    return check == _check_character(kiosk + numbered)
