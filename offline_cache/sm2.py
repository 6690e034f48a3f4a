"""SM2 (GB/T 32918) by the system's OpenSSL 3: `cryptography` has none (facts: storage-sync, Sealing).

Keys are raw: a private key is the 32-byte scalar and the 65-byte public point, 97 bytes; a public key is the
uncompressed point, 65 bytes. Signatures and ciphertexts are DER, as GM/T 0009 says; the signer's id is the standard's
default.
"""

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_void_p, create_string_buffer
from typing import Any, Final

_SCALAR: Final = 32
_POINT: Final = 65
_ID: Final = b"1234567812345678"
_KEYPAIR: Final = 0x87
_PUBLIC: Final = 0x86
"""EVP_PKEY_KEYPAIR and EVP_PKEY_PUBLIC_KEY of openssl/evp.h."""


class Sm2Error(Exception):
    """OpenSSL refuses: the ciphertext was made for another key or has been changed."""

    code = "seal.unreadable"


class _Param(ctypes.Structure):
    """OSSL_PARAM of openssl/core.h."""

    _fields_ = (
        ("key", c_char_p),
        ("data_type", c_uint),
        ("data", c_void_p),
        ("data_size", c_size_t),
        ("return_size", c_size_t),
    )


_INTEGER, _TEXT, _OCTETS = 2, 4, 5


def _load() -> Any:
    lib = ctypes.CDLL("libcrypto.so.3")
    pointer, size = c_void_p, c_size_t
    for name, result, arguments in (
        ("EVP_PKEY_CTX_new_from_name", pointer, (pointer, c_char_p, c_char_p)),
        ("EVP_PKEY_CTX_new", pointer, (pointer, pointer)),
        ("EVP_PKEY_CTX_free", None, (pointer,)),
        ("EVP_PKEY_CTX_set1_id", c_int, (pointer, c_char_p, c_int)),
        ("EVP_PKEY_fromdata_init", c_int, (pointer,)),
        ("EVP_PKEY_fromdata", c_int, (pointer, POINTER(pointer), c_int, POINTER(_Param))),
        ("EVP_PKEY_keygen_init", c_int, (pointer,)),
        ("EVP_PKEY_generate", c_int, (pointer, POINTER(pointer))),
        ("EVP_PKEY_get_bn_param", c_int, (pointer, c_char_p, POINTER(pointer))),
        ("EVP_PKEY_get_octet_string_param", c_int, (pointer, c_char_p, c_char_p, size, POINTER(size))),
        ("EVP_PKEY_free", None, (pointer,)),
        ("BN_bn2binpad", c_int, (pointer, c_char_p, c_int)),
        ("BN_clear_free", None, (pointer,)),
        ("EVP_PKEY_encrypt_init", c_int, (pointer,)),
        ("EVP_PKEY_encrypt", c_int, (pointer, c_char_p, POINTER(size), c_char_p, size)),
        ("EVP_PKEY_decrypt_init", c_int, (pointer,)),
        ("EVP_PKEY_decrypt", c_int, (pointer, c_char_p, POINTER(size), c_char_p, size)),
        ("EVP_MD_CTX_new", pointer, ()),
        ("EVP_MD_CTX_free", None, (pointer,)),
        ("EVP_MD_CTX_set_pkey_ctx", None, (pointer, pointer)),
        ("EVP_sm3", pointer, ()),
        ("EVP_DigestSignInit", c_int, (pointer, pointer, pointer, pointer, pointer)),
        ("EVP_DigestSign", c_int, (pointer, c_char_p, POINTER(size), c_char_p, size)),
        ("EVP_DigestVerifyInit", c_int, (pointer, pointer, pointer, pointer, pointer)),
        ("EVP_DigestVerify", c_int, (pointer, c_char_p, size, c_char_p, size)),
        ("ERR_clear_error", None, ()),
    ):
        function = getattr(lib, name)
        function.restype = result
        function.argtypes = arguments
    return lib


_lib: Final = _load()


def _check(result: int, what: str) -> None:
    if result != 1:
        _lib.ERR_clear_error()
        raise Sm2Error(f"SM2: {what} failed")


class _Key:
    """An EVP_PKEY, freed with this object."""

    def __init__(self, point: bytes, scalar: bytes | None) -> None:
        """Raises ValueError for bytes that are no point of the curve."""
        group, octets = create_string_buffer(b"SM2"), create_string_buffer(point, len(point))
        params = [
            _Param(b"group", _TEXT, ctypes.addressof(group), 3, 0),
            _Param(b"pub", _OCTETS, ctypes.addressof(octets), len(point), 0),
        ]
        if scalar is not None:
            number = create_string_buffer(scalar[::-1], len(scalar))
            params.append(_Param(b"priv", _INTEGER, ctypes.addressof(number), len(scalar), 0))
        params.append(_Param())
        self.pointer = c_void_p()
        context = _lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        try:
            _check(_lib.EVP_PKEY_fromdata_init(context), "preparing a key")
            selection = _PUBLIC if scalar is None else _KEYPAIR
            array = (_Param * len(params))(*params)
            _check(_lib.EVP_PKEY_fromdata(context, byref(self.pointer), selection, array), "reading a key")
        except Sm2Error as error:
            raise ValueError("not an SM2 key") from error
        finally:
            _lib.EVP_PKEY_CTX_free(context)

    def __del__(self) -> None:
        _lib.EVP_PKEY_free(self.pointer)

    def transform(self, start: Any, run: Any, data: bytes, what: str) -> bytes:
        """Encrypt or decrypt."""
        context = _lib.EVP_PKEY_CTX_new(self.pointer, None)
        try:
            _check(start(context), what)
            size = c_size_t()
            _check(run(context, None, byref(size), data, len(data)), what)
            out = create_string_buffer(size.value)
            _check(run(context, out, byref(size), data, len(data)), what)
            return out.raw[: size.value]
        finally:
            _lib.EVP_PKEY_CTX_free(context)

    def with_digest(self, start: Any, run: Any) -> int:
        """Sign or verify: `run(digest context)` after `start`, with SM3 and the signer's id."""
        digest, context = _lib.EVP_MD_CTX_new(), _lib.EVP_PKEY_CTX_new(self.pointer, None)
        try:
            _check(_lib.EVP_PKEY_CTX_set1_id(context, _ID, len(_ID)), "setting the signer's id")
            _lib.EVP_MD_CTX_set_pkey_ctx(digest, context)
            _check(start(digest, None, _lib.EVP_sm3(), None, self.pointer), "preparing a signature")
            return int(run(digest))
        finally:
            _lib.EVP_MD_CTX_free(digest)
            _lib.EVP_PKEY_CTX_free(context)


class PublicKey:
    """Verifies and encrypts. Raises ValueError for bytes that are no public key."""

    def __init__(self, public: bytes) -> None:
        if len(public) != _POINT or public[0] != 4:
            raise ValueError("an SM2 public key is an uncompressed point of 65 bytes")
        self._key = _Key(public, None)

    def verify(self, signature: bytes, message: bytes) -> bool:
        found = self._key.with_digest(
            _lib.EVP_DigestVerifyInit,
            lambda digest: _lib.EVP_DigestVerify(digest, signature, len(signature), message, len(message)),
        )
        _lib.ERR_clear_error()
        return found == 1

    def encrypt(self, plain: bytes) -> bytes:
        return self._key.transform(_lib.EVP_PKEY_encrypt_init, _lib.EVP_PKEY_encrypt, plain, "encryption")


class PrivateKey:
    """Signs and decrypts. Raises ValueError for bytes that are no private key."""

    def __init__(self, private: bytes) -> None:
        if len(private) != _SCALAR + _POINT:
            raise ValueError("an SM2 private key is a scalar and its point, 97 bytes")
        self.public = private[_SCALAR:]
        self._key = _Key(self.public, private[:_SCALAR])

    def sign(self, message: bytes) -> bytes:
        out, size = create_string_buffer(80), c_size_t(80)
        _check(
            self._key.with_digest(
                _lib.EVP_DigestSignInit,
                lambda digest: _lib.EVP_DigestSign(digest, out, byref(size), message, len(message)),
            ),
            "signing",
        )
        return out.raw[: size.value]

    def decrypt(self, sealed: bytes) -> bytes:
        """Raises Sm2Error."""
        return self._key.transform(_lib.EVP_PKEY_decrypt_init, _lib.EVP_PKEY_decrypt, sealed, "decryption")


def generate() -> bytes:
    """A new private key."""
    context, key, number = _lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None), c_void_p(), c_void_p()
    try:
        _check(_lib.EVP_PKEY_keygen_init(context), "making a key")
        _check(_lib.EVP_PKEY_generate(context, byref(key)), "making a key")
        scalar, point, size = create_string_buffer(_SCALAR), create_string_buffer(_POINT), c_size_t()
        _check(_lib.EVP_PKEY_get_bn_param(key, b"priv", byref(number)), "reading a new key")
        if _lib.BN_bn2binpad(number, scalar, _SCALAR) != _SCALAR:
            raise Sm2Error("SM2: reading a new key failed")
        _check(_lib.EVP_PKEY_get_octet_string_param(key, b"pub", point, _POINT, byref(size)), "reading a new key")
        return scalar.raw + point.raw
    finally:
        _lib.BN_clear_free(number)
        _lib.EVP_PKEY_free(key)
        _lib.EVP_PKEY_CTX_free(context)
