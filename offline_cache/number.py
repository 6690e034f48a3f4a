"""Receipt numbers: kiosk, sequence and a check character. Pure: shared with the platform.

`K0001-000012-X`: the check character is ISO/IEC 7064 MOD 37,36 over the letters and digits before it; it finds every
single wrong character and every swap of two neighbours but 0Z-like pairs at the modulus.
"""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _check_character(text: str) -> str:
    carry = 36
    for character in text:
        carry = (carry + _ALPHABET.index(character)) % 36 or 36
        carry = carry * 2 % 37
    return _ALPHABET[(37 - carry) % 36]


def receipt_number(kiosk: str, sequence: int) -> str:
    """`kiosk` is letters A–Z and digits; `sequence` from 1."""
    return f"{kiosk}-{sequence:06d}-{_check_character(f'{kiosk}{sequence:06d}')}"


def is_receipt_number(text: str) -> bool:
    kiosk, _, rest = text.upper().partition("-")
    sequence, _, check = rest.partition("-")
    if not kiosk or not sequence.isascii() or not sequence.isdigit() or any(c not in _ALPHABET for c in kiosk):
        return False
    return check == _check_character(kiosk + sequence)
