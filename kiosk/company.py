"""How a company (单位) is shown. What it hands in is its business secret; of its name a bystander learns where it is
and what kind it is. Pure."""

import re
from typing import Final

from kiosk.applicant import masked_number
from offline_cache.bodies import Company

_HIDDEN: Final = "****"
_PLACE: Final = re.compile(r"(?:\w{2,8}?(?:省|自治区))?\w{2,3}?(?<![超门夜社园小景])[县市区旗州]")
"""Not 超市, 社区 and the like, which are no places of a map."""
_FORMS: Final = (
    "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "专业合作社", "合作社", "合伙企业", "家庭农场",
    "事务所", "经营部", "服务部", "公司", "学校", "医院", "幼儿园", "林场", "农场", "厂", "店", "社", "部", "中心",
)  # fmt: skip
"""Longest first where one ends like another."""


def masked_company(company: Company) -> str:
    """清河县****有限公司: the place before and the legal form behind stay, if at least two characters between them are
    hidden; else the form alone, else nothing. Whose name nobody told is shown by a part of the credit code."""
    name = company.name
    if not name:
        return masked_number(company.credit_code)
    form = next((form for form in _FORMS if name.endswith(form)), "")
    found = _PLACE.match(name)
    place = found.group() if found else ""
    if place and len(name) - len(place) - len(form) >= 2:
        return f"{place}{_HIDDEN}{form}"
    return f"{_HIDDEN}{form}" if len(name) - len(form) >= 2 else _HIDDEN
