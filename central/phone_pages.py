"""The page on which a phone sends pictures of a paper. It names the paper and nobody; it works without JavaScript."""

from html import escape
from typing import Final

from central.pages import local_time, whole_page
from central.phone_files import MAX_FILE
from central.phone_uploads import MAX_FILES, Opened, Sent

SAID: Final = {
    "ok": ("said", "收到了。还有就接着传。传完了，回到机器上按“下一步”。"),
    "type": ("said void", "有的没收：只收照片（JPG、PNG、HEIC）和 PDF。请重新拍一张。"),
    "size": ("said void", f"有的没收：太大了，一张不能超过 {MAX_FILE // 1_000_000} MB。请重新拍一张。"),
    "full": ("said void", f"有的没收：已经有 {MAX_FILES} 张了。要换，请先删掉一张。"),
    "nothing": ("said void", "还没有选照片。请先拍照或选照片，再按“发送”。"),
    "cut": ("said void", "没有传完，网络断了。下面列出的已经收到，没有的请再传一次。"),
    "busy": ("said void", "现在收不下。请等一分钟，再选一次照片，按“发送”。"),
    "removed": ("said", "删掉了。"),
}
"""What became of the last tap: class and words."""
_KINDS: Final = {"application/pdf": "PDF"}
_CLOSED: Final = {
    "unknown": ("请重新扫码", "这个地址不对。请回到机器前，再扫一次屏幕上的二维码。"),
    "expired": ("请重新扫码", "时间过了，这一页不能再传。请回到机器前，再扫一次屏幕上的二维码。传好的都还在。"),
    "used": ("已经交上去了", "材料已经跟着申请交上去了，这里不能再传。还要补交，请带身份证到任何一台通办机。"),
}


def upload_page(opened: Opened, token: str, said: str) -> str:
    """token: as in the address. said: a key of SAID, or empty."""
    notice = '<p class="{}">{}</p>'.format(*SAID[said]) if said in SAID else ""
    sent = opened.sent
    rows = "".join(_row(at, one, token) for at, one in enumerate(sent, start=1))
    count = f"<h2>已经收到 {len(sent)} 张</h2><ol>{rows}</ol>" if sent else ""
    return whole_page(f"传材料：{opened.name}", notice + count + (_form(token) if len(sent) < MAX_FILES else _FULL))


_FULL: Final = f"<p>已经有 {MAX_FILES} 张，够了。要换一张，请先删掉一张。传完了，回到机器上按“下一步”。</p>"


def _form(token: str) -> str:
    return (
        f'<form method="post" action="/u/{token}" enctype="multipart/form-data">'
        '<label>先拍照<input type="file" name="camera" accept="image/*" capture="environment"></label>'
        "<label>或者选手机里的照片、文件（可以选几张）"
        '<input type="file" name="files" accept="image/*,application/pdf" multiple></label>'
        "<button>发送</button></form>"
        "<p>把纸放平，四个角都拍进去，字要看得清。</p>"
        f"<p>一共最多 {MAX_FILES} 张，一张不超过 {MAX_FILE // 1_000_000} MB。传完了，回到机器上按“下一步”。</p>"
    )


def _row(at: int, sent: Sent, token: str) -> str:
    kind = _KINDS.get(sent.attachment.media_type, "照片")
    size = f"{max(1, sent.attachment.size // 1000):,} KB"
    return (
        f"<li>{kind}　{local_time(sent.received_ms)[-5:]}　{size}"
        f'<form method="post" action="/u/{token}/remove"><input type="hidden" name="file" value="{sent.row}">'
        f'<button class="small" aria-label="删掉第 {at} 张">删掉这张</button></form></li>'
    )


def closed_page(why: str) -> str:
    """why: of phone_uploads.ClosedError."""
    title, text = _CLOSED[why]
    return whole_page(title, f"<p>{escape(text)}</p>")
