"""What else a kiosk asks for: enrolment, a new key, uploads, questions about one citizen."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get, patch, post
from litestar.datastructures import State
from litestar.exceptions import ClientException, InternalServerException
from litestar.params import JSONBody, PathParameter, QueryParameter

from central import platform_key
from central.answering import REFUSING, respond
from central.attachments import UploadError, Uploads
from central.contract import ChunkOperation, KeyOperation, PublicOperation, QuestionOperation, SignedOperation
from central.enrolment import EnrolmentError, change_request_key, enrol
from central.ingest import Kiosk
from central.journal_api import KioskId
from central.platform import RefusedError, platform_of
from central.publishing import FOLDER, newest_root
from central.signed import identify, signed_body
from central.store import Transaction
from offline_cache.sealing import REQUEST_SUITE, suite
from sync.question import open_question
from sync.signature import SignatureError
from sync.wire import (
    AttachmentState,
    CatalogueRoot,
    EnrolmentAnswer,
    EnrolmentRequest,
    KeyChange,
    KeyChanged,
    SealedAnswer,
    SealedQuestion,
    key_change_message,
)

MAX_OFFSET: Final = 2**40
Digest = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="the locked file's digest, as hex digits")]


@post("/v1/enrolments", operation_class=PublicOperation, summary="Register a kiosk with its one-time code")
async def enrolments(request: Request[Any, Any, State], data: JSONBody[EnrolmentRequest]) -> EnrolmentAnswer:
    platform = platform_of(request)
    try:
        kiosk = await platform.store.do(lambda work: enrol(work, data, platform.now_ms()))
    except EnrolmentError as error:
        raise RefusedError(error.code, str(error)) from error
    key = platform_key.current(platform.data, data.suite)
    return EnrolmentAnswer(kiosk, key.key_id, key.public_key, platform.public_address, platform.now_ms())


@post(
    "/v1/kiosks/{kiosk:str}/request-key", status_code=200, operation_class=KeyOperation,
    summary="A new key for the kiosk's requests; this one is signed with the old",
)  # fmt: skip
async def put_request_key(request: Request[Any, Any, State], kiosk: KioskId) -> KeyChanged:
    platform = platform_of(request)
    _, body = await signed_body(request, kiosk)
    change = _decoded(body, KeyChange)

    async def job(work: Transaction) -> None:
        await change_request_key(work, kiosk, change.public_key)
        key = suite(REQUEST_SUITE).verifying_key(change.public_key)
        if not key.verify(change.proof, key_change_message(kiosk, change.public_key)):
            raise EnrolmentError("enrol.suite", "the new key did not sign its own change")

    try:
        await platform.store.do(job)
    except EnrolmentError as error:
        raise RefusedError(error.code, str(error)) from error
    return KeyChanged(platform.now_ms())


@get("/v1/kiosks/{kiosk:str}/attachments/{digest:str}", operation_class=SignedOperation, summary="How far an upload is")
async def attachment(request: Request[Any, Any, State], kiosk: KioskId, digest: Digest) -> AttachmentState:
    platform = platform_of(request)
    known, _ = await signed_body(request, kiosk)
    offset, complete = _uploads(request, known).state(bytes.fromhex(digest))
    return AttachmentState(offset, complete, platform.now_ms())


@patch(
    "/v1/kiosks/{kiosk:str}/attachments/{digest:str}", operation_class=ChunkOperation,
    summary="A chunk of an attachment; what arrived before a cut is kept",
)  # fmt: skip
async def patch_attachment(
    request: Request[Any, Any, State],
    kiosk: KioskId,
    digest: Digest,
    offset: Annotated[int, QueryParameter(ge=0, le=MAX_OFFSET, description="where the chunk begins")],
    size: Annotated[int, QueryParameter(ge=1, le=MAX_OFFSET, description="of the whole attachment, in bytes")],
) -> AttachmentState:
    platform = platform_of(request)
    known, verified = await identify(request, kiosk)
    uploads, name = _uploads(request, known), bytes.fromhex(digest)
    try:
        counted = await uploads.take(name, offset, size, _pieces(request))
        try:
            verified.check_digest(counted)
        except SignatureError as error:
            uploads.take_back(name, offset)
            raise RefusedError(error.code, str(error)) from error
        complete = await uploads.finish(name, size)
    except UploadError as error:
        raise RefusedError(error.code, str(error), error.wanted) from error
    return AttachmentState(uploads.state(name)[0], complete, platform.now_ms())


@get(
    "/v1/kiosks/{kiosk:str}/catalogue", operation_class=SignedOperation,
    summary="Whom to believe about the catalogue: TUF's root metadata",
)  # fmt: skip
async def catalogue_root(request: Request[Any, Any, State], kiosk: KioskId) -> CatalogueRoot:
    platform = platform_of(request)
    await signed_body(request, kiosk)
    return CatalogueRoot(newest_root(platform.data / FOLDER), platform.now_ms())


@post(
    "/v1/kiosks/{kiosk:str}/questions", status_code=200, operation_class=QuestionOperation,
    summary="A sealed question about the citizen whose card lies on the reader",
)  # fmt: skip
async def questions(request: Request[Any, Any, State], kiosk: KioskId) -> SealedAnswer:
    platform = platform_of(request)
    known, body = await signed_body(request, kiosk)
    given = _decoded(body, SealedQuestion)
    key = platform_key.keys(platform.data).get(given.platform_key)
    if key is None or key.suite != known.suite:
        raise RefusedError("question.unreadable", "sealed to a key that this platform does not have")
    try:
        question = open_question(suite(key.suite).opening_key(key.private_key), kiosk, given.sealed)
        sealed = await respond(platform, kiosk, question)
    except REFUSING as error:
        raise RefusedError(error.code, str(error)) from error
    return SealedAnswer(sealed, platform.now_ms())


def _uploads(request: Request[Any, Any, State], kiosk: Kiosk) -> Uploads:
    return Uploads(platform_of(request).data, kiosk.kiosk, suite(kiosk.suite))


async def _pieces(request: Request[Any, Any, State]) -> AsyncIterator[bytes]:
    """The body as it comes; ends, with what came, where the connection does."""
    try:
        async for piece in request.stream():
            yield piece
    except InternalServerException as error:
        raise ClientException("the connection broke off") from error


def _decoded(body: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except ValueError as error:
        raise RefusedError("request.malformed", f"not a {kind.__name__}: {error}") from error
