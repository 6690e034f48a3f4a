"""What a technician prints to see that a printer works. Names nobody."""

from typing import Final

from devices.contract import Line, Paper

TEST_PAGE: Final = Paper(
    lines=[
        Line(text="打印测试", size=2, bold=True, align="center"),
        Line(text="通办 Tongban 0123456789", align="center"),
        Line(qr="TONGBAN TEST PAGE", align="center"),
    ]
)
