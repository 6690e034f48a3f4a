"""The contract as an OpenAPI 3.1 document: what the handlers' types do not say."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    Reference,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType

from central.saying import languages
from sync.wire import BATCH_TYPE, REFUSALS

VERSION: Final = "1.3.0"
"""Of the contract: the second number grows when something is added, the first (and the path) when something goes."""

_PROBLEM: Final = Schema(
    title="Problem",
    type=OpenAPIType.OBJECT,
    required=["code", "title", "server_ms"],
    properties={
        "code": Schema(type=OpenAPIType.STRING, enum=sorted(REFUSALS)),
        "title": Schema(type=OpenAPIType.STRING),
        "server_ms": Schema(type=OpenAPIType.INTEGER, description="the platform's clock, Unix milliseconds"),
        "next": Schema(one_of=[Schema(type=OpenAPIType.INTEGER), Schema(type=OpenAPIType.NULL)]),
    },
)
_PUBLIC: Final = ("request.malformed", "enrol.code", "enrol.suite", "server.busy", "server.fault", "server.storage")


def _problems(codes: list[str]) -> dict[str, OpenAPIResponse]:
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in codes:
        by_status[REFUSALS[code][0]].append(code)
    return {
        str(status): OpenAPIResponse(
            description="; ".join(f"`{code}`: {REFUSALS[code][1]}" for code in found),
            content={"application/problem+json": OpenAPIMediaType(schema=_PROBLEM)},
        )
        for status, found in sorted(by_status.items())
    }


def _body(media_type: str, description: str) -> RequestBody:
    schema = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
    return RequestBody(content={media_type: OpenAPIMediaType(schema=schema)}, description=description, required=True)


def _json(title: str, properties: dict[str, str]) -> RequestBody:
    """properties: name -> description; all are texts."""
    schema = Schema(
        title=title,
        type=OpenAPIType.OBJECT,
        required=list(properties),
        properties={name: Schema(type=OpenAPIType.STRING, description=text) for name, text in properties.items()},
    )
    return RequestBody(content={"application/json": OpenAPIMediaType(schema=schema)}, required=True)


@dataclass
class PublicOperation(Operation):
    """Needs no signature."""

    def __post_init__(self) -> None:
        self.responses = {**(self.responses or {}), **_problems(list(_PUBLIC))}


@dataclass
class PageOperation(PublicOperation):
    """A page for phones."""

    def __post_init__(self) -> None:
        super().__post_init__()
        said = "the page's language; without it the case's or the phone's (Accept-Language)"
        schema = Schema(type=OpenAPIType.STRING, enum=languages())
        language = Parameter(name="lang", param_in="query", required=False, description=said, schema=schema)
        self.parameters = [*(self.parameters or []), language]


@dataclass
class FormOperation(PageOperation):
    """A phone's form."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.request_body = _body("multipart/form-data", "files: JPEG, PNG, HEIC or PDF, each at most 10 MB")


@dataclass
class SignedOperation(Operation):
    """Signed by a kiosk (RFC 9421), over method, path, query and Content-Digest."""

    def __post_init__(self) -> None:
        self.security = [{"signature": [], "signature-input": [], "content-digest": []}]
        codes = [code for code in REFUSALS if not code.startswith("enrol.")]
        self.responses = {**(self.responses or {}), **_problems(codes)}


@dataclass
class BatchOperation(SignedOperation):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.request_body = _body(BATCH_TYPE, "MessagePack map {entries: [[header, signature, body or nil]]}, zstd")


@dataclass
class ChunkOperation(SignedOperation):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.request_body = _body("application/octet-stream", "the locked file's bytes from `offset` on")


@dataclass
class KeyOperation(SignedOperation):
    def __post_init__(self) -> None:
        super().__post_init__()
        fields = {"public_key": "base64 of the raw Ed25519 key", "proof": "base64 of the new key's signature"}
        self.request_body = _json("KeyChange", fields)


@dataclass
class QuestionOperation(SignedOperation):
    def __post_init__(self) -> None:
        super().__post_init__()
        fields = {"platform_key": "the id of the key it is sealed to", "sealed": "base64 of the sealed question"}
        self.request_body = _json("SealedQuestion", fields)


@dataclass
class GatewayOperation(Operation):
    """Signed by the office's payment platform (docs/sync.md)."""

    def __post_init__(self) -> None:
        codes = [code for code in REFUSALS if code.startswith(("payment.", "server.", "request.malformed"))]
        self.responses = {**(self.responses or {}), **_problems(codes)}
        properties: dict[str, Reference | Schema] = {
            "order": Schema(type=OpenAPIType.STRING, description="as in the path"),
            "fen": Schema(type=OpenAPIType.INTEGER, description="the amount, a hundredth of a yuan"),
            "reference": Schema(type=OpenAPIType.STRING, description="the gateway's number of the payment"),
        }
        schema = Schema(title="Paid", type=OpenAPIType.OBJECT, required=list(properties), properties=properties)
        self.request_body = RequestBody(content={"application/json": OpenAPIMediaType(schema=schema)}, required=True)


def _header(name: str, description: str) -> SecurityScheme:
    return SecurityScheme(type="apiKey", name=name, security_scheme_in="header", description=description)


def openapi_config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Tongban 通办: kiosk and platform",
        version=VERSION,
        description="How kiosks hand in what they hold and hear what became of it; docs/sync.md explains each part.",
        components=Components(
            security_schemes={
                "signature": _header("Signature", "RFC 9421, Ed25519, tag tongban-v1"),
                "signature-input": _header("Signature-Input", "covers @method @path @query content-digest; with nonce"),
                "content-digest": _header("Content-Digest", "RFC 9530, sha-256, of the body, also of an empty one"),
            }
        ),
        path="/openapi",
        render_plugins=[],
    )
