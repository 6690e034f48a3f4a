"""The words for a case's state. The kiosk's own queue has other words than the platform: 已送达 is not 已接件."""

from dataclasses import dataclass
from typing import Final

from kiosk.saying import to_say


@dataclass(frozen=True)
class Words:
    """word: the state in one term; text: what it means for the citizen."""

    word: str
    text: str


QUEUED: Final = Words(to_say("待发送"), to_say("材料已加密存在本机，断电也不会丢。网络一通就自动发出，您不用再来。"))
DELIVERED: Final = Words(to_say("已送达"), to_say("材料已送到县里的办事平台，等待接件。"))

PLATFORM: Final = {
    "received": Words(to_say("已接件"), to_say("办事平台已经收到，等工作人员受理。")),
    "accepted": Words(to_say("已受理"), to_say("工作人员已经受理，正在办理。")),
    "not-accepted": Words(to_say("不予受理"), to_say("没有受理，原因见下面的说明。")),
    "returned": Words(to_say("补正"), to_say("材料要补充，请按下面的说明补齐。")),
    "processing": Words(to_say("部门办理"), to_say("主管部门正在办理。")),
    "special": Words(to_say("特别程序"), to_say("正在做核查、公示等，不算在办理时限里。")),
    "completed": Words(to_say("办结"), to_say("已经办完。")),
    "rejected": Words(to_say("退件"), to_say("没有通过，原因见下面的说明。")),
    "withdrawn": Words(to_say("撤销"), to_say("已经撤回。")),
}
"""Keys: the platform's state names on the wire. Words: facts page on services, 办件状态."""


def platform_words(state: str) -> Words:
    """A state that this version does not know is shown raw, never guessed."""
    return PLATFORM.get(state, Words(state, to_say("详细情况请打窗口电话询问。")))
