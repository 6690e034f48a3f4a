"""The page on which a phone sends pictures of a paper. It names the paper and nobody; it works without JavaScript."""

from html import escape
from typing import Final

from central.pages import in_language, local_time, paragraph, whole_page
from central.phone_files import MAX_FILE
from central.phone_uploads import MAX_FILES, Opened, Sent
from central.saying import Saying, to_say

SAID: Final = {
    "ok": ("said", to_say("收到了。还有就接着传。传完了，回到机器上按“下一步”。")),
    "type": ("said void", to_say("有的没收：只收照片（JPG、PNG、HEIC）和 PDF。请重新拍一张。")),
    "size": ("said void", to_say("有的没收：太大了，一张不能超过 {megabytes} MB。请重新拍一张。")),
    "full": ("said void", to_say("有的没收：已经有 {files} 张了。要换，请先删掉一张。")),
    "nothing": ("said void", to_say("还没有选照片。请先拍照或选照片，再按“发送”。")),
    "cut": ("said void", to_say("没有传完，网络断了。下面列出的已经收到，没有的请再传一次。")),
    "busy": ("said void", to_say("现在收不下。请等一分钟，再选一次照片，按“发送”。")),
    "removed": ("said", to_say("删掉了。")),
}
"""What became of the last tap: class and words."""
_MOST: Final = {"files": MAX_FILES, "megabytes": MAX_FILE // 1_000_000}
_CLOSED: Final = {
    "unknown": (to_say("请重新扫码"), to_say("这个地址不对。请回到机器前，再扫一次屏幕上的二维码。")),
    "expired": (
        to_say("请重新扫码"),
        to_say("时间过了，这一页不能再传。请回到机器前，再扫一次屏幕上的二维码。传好的都还在。"),
    ),
    "used": (
        to_say("已经交上去了"),
        to_say("材料已经跟着申请交上去了，这里不能再传。还要补交，请带身份证到任何一台通办机。"),
    ),
}


def upload_page(say: Saying, opened: Opened, token: str, said: str) -> str:
    """token: as in the address. said: a key of SAID, or empty."""
    notice = ""
    if said in SAID:
        kind, text = SAID[said]
        notice = paragraph(say(text, **_MOST), kind)
    sent = opened.sent
    rows = "".join(_row(say, at, one, token) for at, one in enumerate(sent, start=1))
    count = f"<h2>{escape(say('已经收到 {count} 张', count=len(sent)))}</h2><ol>{rows}</ol>" if sent else ""
    form = _form(say, token) if len(sent) < MAX_FILES else paragraph(say(_FULL, **_MOST))
    return whole_page(say, say("传材料：{name}", name=opened.name), notice + count + form)


_FULL: Final = to_say("已经有 {files} 张，够了。要换一张，请先删掉一张。传完了，回到机器上按“下一步”。")


def _form(say: Saying, token: str) -> str:
    return (
        f'<form method="post" action="/u/{token}{in_language(say)}" enctype="multipart/form-data">'
        f"<label>{escape(say('先拍照'))}"
        '<input type="file" name="camera" accept="image/*" capture="environment"></label>'
        f"<label>{escape(say('或者选手机里的照片、文件（可以选几张）'))}"
        '<input type="file" name="files" accept="image/*,application/pdf" multiple></label>'
        f"<button>{escape(say('发送'))}</button></form>"
        + paragraph(say("把纸放平，四个角都拍进去，字要看得清。"))
        + paragraph(say("一共最多 {files} 张，一张不超过 {megabytes} MB。传完了，回到机器上按“下一步”。", **_MOST))
    )


def _row(say: Saying, at: int, sent: Sent, token: str) -> str:
    kind = "PDF" if sent.attachment.media_type == "application/pdf" else say("照片")
    size = f"{max(1, sent.attachment.size // 1000):,} KB"
    name = escape(say("删掉第 {at} 张", at=at))
    return (
        f"<li>{escape(kind)}　{local_time(sent.received_ms)[-5:]}　{size}"
        f'<form method="post" action="/u/{token}/remove{in_language(say)}">'
        f'<input type="hidden" name="file" value="{sent.row}">'
        f'<button class="small" aria-label="{name}">{escape(say("删掉这张"))}</button></form></li>'
    )


def closed_page(say: Saying, why: str) -> str:
    """why: of phone_uploads.ClosedError."""
    title, text = _CLOSED[why]
    return whole_page(say, say(title), paragraph(say(text)))
