"""The slip of a supplement (补正凭条): the day on which something was handed in counts. Pure."""

from devices.contract import Line, Paper
from kiosk.applicant import masked_name
from kiosk.pages import CaseRow
from kiosk.setting import Setting
from offline_cache.bodies import Applicant


def supplement_slip(
    setting: Setting, row: CaseRow, asked: str, way: str, person: Applicant, helper: Applicant | None
) -> Paper:
    """asked: what had to be handed in. way: how it was."""
    say = setting.say
    texts = [
        say("事项：{service}", service=row.service),
        say("回执号 {number}", number=row.number),
        say("申请人：{name}", name=masked_name(person.name)),
        *([say("代办人：{name}", name=masked_name(helper.name))] if helper else []),
        say("要补的：{asked}", asked=asked),
        say("怎么补的：{way}", way=way),
        say("提交时间：{time}", time=f"{setting.wall():%Y-%m-%d %H:%M}"),
    ]
    return Paper(
        lines=[
            Line(text=say("补正凭条"), size=2, bold=True, align="center"),
            Line(),
            *(Line(text=text) for text in texts),
            Line(text=say("已补，等平台收到"), bold=True),
            Line(),
            Line(text=setting.place, align="center"),
        ]
    )
