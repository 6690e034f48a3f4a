"""A sample of each page, in all its states, for `python -m ui.gallery` and the tests of the screen."""

from typing import Final

import msgspec

from kiosk.pages import (
    AnyPage,
    CaseRow,
    Cases,
    Consent,
    Device,
    Fact,
    Guide,
    IdleWarning,
    Menu,
    NotEligible,
    Option,
    Overview,
    OverviewRow,
    PartRow,
    Problem,
    Question,
    Result,
    Review,
    Search,
    Services,
    Signature,
    Tile,
    Welcome,
    Working,
)
from kiosk.states import DELIVERED, QUEUED, Words

_ME: Final = "王**"
_STEPS: Final = [
    "乡镇和县民政局核对，20个工作日内办结",
    "有事会打您留的电话",
    "办理窗口：青禾县柳溪镇便民服务中心，028-0000-0018",
]
_OTHERS: Final = [Option(value="en", label="English")]
_TILE: Final = Tile(service="gaoling-jintie", name="高龄津贴", summary="年满80岁的老人，按月领取")

_TILES: Final = [
    _TILE,
    Tile(service="b", name="困难残疾人生活补贴", summary="有残疾证，家里困难的，每月一份"),
    Tile(service="c", name="城乡居民养老待遇申领", summary="年满60岁，按月领养老金", note="您可能可以办"),
    Tile(service="d", name="义务教育入学（含随迁子女）", summary="给孩子报名上小学、初中", note="现在不在办理期"),
]


_FEE: Final = [
    Fact(label="缴什么", value="居民医保费（一年）"), Fact(label="订单号", value="JF8K3M5P7Q9R2T"),
    Fact(label="这个码能用到", value="10:15"),
]  # fmt: skip


def _question(kind: str, value: str = "", error: str = "") -> Question:
    choice = kind == "choice"
    return Question(
        title="高龄津贴", person=_ME, back=True, next_label="下一步", step=1 if choice else 2, steps=5,
        question="account_kind" if choice else "account", text="津贴打到哪张卡？" if choice else "请输入卡上的银行卡号",
        help="社保卡的银行卡号印在卡的正面或背面，16到19位数字。一位一位照着按。", kind=kind, value=value, error=error,
        options=[Option(value="social", label="社保卡"), Option(value="bank", label="银行卡")] if choice else [],
        max_length=19, group=4,
    )  # fmt: skip


_NAME: Final = [
    [90, 220, 300, 210], [110, 480, 290, 470], [190, 210, 190, 780], [80, 800, 320, 780],
    [430, 230, 560, 220], [560, 220, 500, 420, 420, 560], [400, 420, 620, 410], [500, 420, 520, 760, 480, 700],
    [720, 300, 900, 280], [800, 140, 790, 500, 700, 820], [800, 480, 860, 640, 930, 800],
]  # fmt: skip


def _signature(strokes: list[list[int]]) -> Signature:
    return Signature(
        title="请您签名", person=_ME, back=True, next_label="签好了，下一步" if strokes else "", step=9, steps=9,
        text="我填的是真的。我同意民政部门向银行、社保、不动产、车辆等单位核对我的收入和财产；家里有变化，我会告诉他们。\n"
        "我承诺这些是真的，不真实的由我负责：收入证明、本人的社保卡或银行卡。",
        hint="王** 替人办事，请在白框里签代办人自己的名字。", strokes=strokes, ratio=2.5,
        clear_label="重写", cannot_label="不会写字",
    )  # fmt: skip


def _result(words: Words, paper: str, text: str, code: str = "", payment: str = "") -> Result:
    return Result(
        title="已提交", person=_ME, back=True, back_label="办别的事", next_label="完成，收起信息",
        number="QH0001-RT000012-X", numbered="回执号", service="高龄津贴",
        state=words.word, state_text=words.text, then=_STEPS,
        qr="https://tongban.example/p/AAAAAAAAAAAAAAAAAAAAAA#K0001-000012-B." + "x" * 140,
        paper=paper, paper_text=text, code=code, payment=payment,
    )  # fmt: skip


_NO_RECEIPT: Final = "回执没有打印出来。您的申请已经提交，不受影响。请用手机拍下这一页。"
_PARTS: Final = [
    PartRow(name=name, number=f"QH0001-RT00001{at}-X", state="待发送")
    for at, name in enumerate(["残疾人证新办", "困难残疾人生活补贴", "重度残疾人护理补贴"])
]

PAGES: Final[dict[str, AnyPage]] = {
    "welcome": Welcome(
        title="把身份证放在读卡区", hint="不用打字，不用记密码", services=["高龄津贴"], languages=_OTHERS,
    ),
    "welcome-many": Welcome(
        title="把身份证放在读卡区", hint="不用打字，不用记密码",
        services=[*(tile.name for tile in _TILES[:3]), "义务教育入学（含随迁子女）等35件事"], languages=_OTHERS,
    ),
    "welcome-notice": Welcome(
        title="把身份证放在读卡区", hint="不用打字，不用记密码", services=["高龄津贴"], code="reader.no-answer",
        notice="读卡器没有反应。请稍等。一直这样就到窗口办理。工作人员：拔下读卡器等十秒再插上", languages=_OTHERS,
    ),
    "services": Services(title="您要办什么事？", person=_ME, tiles=[_TILE], cases=0, languages=_OTHERS),
    "services-many": Services(
        title="您要办什么事？（第1页，共3页）", person=_ME, next_label="更多的事", tiles=_TILES, cases=2,
        draft="高龄津贴", languages=_OTHERS,
    ),
    "services-all": Services(
        title="您要办什么事？", person=_ME, tiles=[_TILE], cases=2, draft="高龄津贴", languages=_OTHERS,
    ),
    "typed": Question(
        title="没带身份证", back=True, next_label="下一步", question="id_number", text="请输入身份证号码",
        help="手输号码能看办事指南、留电话、报失救急；别的事要刷卡，会告诉您到哪里办。", kind="id-number",
        value="519901196209050", group=6, max_length=18, error="号码不对：18位，最后一位可能是X，请再看一遍",
    ),
    "company-who": Menu(
        title="林木采伐许可", person=_ME, back=True, text="这件事替谁办？",
        options=[
            Option(value="person", label="替我自己办"),
            Option(value="company", label="替单位办（公司、合作社等）"),
        ],
    ),
    "company-code": Question(
        title="单位参保登记", person=_ME, back=True, next_label="下一步", question="credit_code",
        text="请输入单位的统一社会信用代码", help="营业执照上有，18位数字和大写字母。四个一组照着按。",
        kind="credit-code", value="91519901MA0000001", group=4, max_length=18, error="还差1位，一共18位",
    ),
    "company-found": Menu(
        title="请核对单位", person=_ME, back=True, next_label="对，下一步",
        text="授权已经核对。下面填的内容只用来办这家单位的事。",
        facts=[
            Fact(label="单位", value="青禾县****有限公司"), Fact(label="您是", value="经办人 王**"),
            Fact(label="授权到", value="2027-12-31"),
        ],
    ),
    "company-refused": NotEligible(
        title="单位参保登记：现在不能在这里办", person=_ME, back=True, next_label="看看别的事", can_print=True,
        reason="办事平台上没有这家单位给您的授权，或者授权到期了。请法定代表人自己刷卡来办，或者带执照到窗口登记授权。"
        "也请看看代码输对了没有。",
        facts=[
            Fact(label="到哪里办", value="青禾县医疗保障中心（人民路8号医保大厅）"),
            Fact(label="什么时候", value="周一至周五 9:00–17:00"),
            Fact(label="带什么", value="营业执照、法定代表人身份证、您的身份证；单位的公章"),
            Fact(label="问谁", value="028-0000-0393"),
        ],
    ),
    "company-later": Menu(
        title="现在核对不了授权", person=_ME, back=True,
        text="办事平台现在连不上。可以先填好交上来，平台收到后再核对；没有授权的，会退回来并告诉您怎么办。",
        options=[Option(value="later", label="先填好，以后核对"), Option(value="again", label="再核对一次")],
    ),
    "company-guide": Guide(
        title="单位参保登记", person="王** 为 青禾县****有限公司", back=True, next_label="开始办理",
        text="招了职工的单位，成立30天内要到医保登记，给职工缴医保。"
        "您替单位办事的授权还没有核对，平台收到后再核对；没有授权的，会退回来。",
        facts=[
            Fact(label="大约要", value="6分钟"), Fact(label="费用", value="不收费"),
            Fact(label="要准备", value="营业执照；身份证；职工名册；单位账户的证明"),
        ],
    ),
    "guardian": Menu(
        title="请监护人把身份证放上来", person=_ME, back=True,
        text="孩子不满14周岁，由监护人来填写和同意。请拿起孩子的卡，把监护人的身份证放到读卡区。",
        options=[Option(value="typed", label="没带卡，手工输入")],
    ),
    "guardian-failed": Menu(
        title="请监护人把身份证放上来", person=_ME, back=True,
        text="这是孩子的卡。请拿起孩子的卡，放监护人的身份证。还是读不到，就手工输入，一样能办。",
        options=[Option(value="typed", label="没带卡，手工输入")],
    ),
    "code": Question(
        title="核对本人", person=_ME, back=True, next_label="下一步", question="code", kind="digits", value="274951",
        text="短信验证码已发到尾号0018的手机，请输入6位数字", max_length=6,
        help="没收到的，等半分钟可以重新发送。",
        error="验证码不对，请看最新的一条短信，再输一次",
        options=[
            Option(value="again", label="重新发送"), Option(value="other", label="没有手机、收不到：请工作人员核对"),
        ],
    ),
    "held": Menu(
        title="已有的证照", person=_ME, back=True,
        text="平台上可能已有您的证照，可以不用再交。要查吗？只查有没有，不看内容，只在您这次办事时用。",
        facts=[Fact(label="要查的", value="户口簿、残疾证、父母一方的居住证、出生医学证明")],
        options=[Option(value="yes", label="同意，查一下"), Option(value="no", label="不查，我自己交")],
    ),
    "typed-often": Problem(
        title="现在不能手输号码", back=True, text="现在不能手输号码", code="typed.often",
        todo="请放上身份证办，或过一刻钟再来；急事请到窗口，或打 12345",
    ),
    "acting": Menu(
        title="替别人办", person=_ME, back=True,
        text="请拿起您的卡，把办事人的身份证放到读卡区。您的姓名和证件会一起记下来。不是本人同意的，不要代办。",
    ),
    "leaving": Menu(
        title="这件事还没办完", person="李** 替 王**", back=True,
        text="填好的内容可以加密存到办事平台，24小时内在任何一台通办机放上身份证，就能接着办。不存的，现在就清掉。",
        options=[Option(value="keep", label="存起来，以后接着办"), Option(value="drop", label="不存，清掉")],
    ),
    "search": Search(
        title="找要办的事", person=_ME, back=True, next_label="看更多", typed="", rows=[
            Option(value=f"event:{at}", label=words) for at, words in enumerate(["生孩子", "上学", "看病", "残疾"])
        ],
        hint="按拼音或每个字的头一个字母，例如 glj；也可以选：",
    ),
    "search-found": Search(
        title="找要办的事", person=_ME, back=True, next_label="看更多", typed="canji", hint="找到这些",
        rows=[
            Option(value="a", label="困难残疾人生活补贴"),
            Option(value="b", label="重度残疾人护理补贴"),
            Option(value="c", label="残疾人证新办"),
            Option(value="d", label="残疾人机动轮椅车燃油补贴的发放　〔这里不能办：区残联〕"),
        ],
    ),
    "sending": Menu(
        title="用手机传：户口簿（户主页和本人页）", person=_ME, back=True, next_label="下一步", text="已经收到 2 张。",
        qr="https://platform.example.gov.cn/u/2bXk0y1m3QmJ8yZp5r7Tn9uVw4xAqCe6FgHiKlMoPsU",
        qr_hint="1. 用手机的相机或微信扫这个码\n2. 在手机上拍照，把纸拍清楚\n"
        "3. 在手机上按“发送”\n4. 看这里收到几张，收齐了按“下一步”",
        options=[Option(value="arrived", label="我传好了"), Option(value="other", label="换一种办法交")],
    ),
    "help": Menu(
        title="请人帮忙", person=_ME, back=True,
        text="填了一半的内容还在，返回就能接着办。不要把身份证交给不认识的人。",
        facts=[
            Fact(label="现场", value="青禾县柳溪镇便民服务中心工作人员，周一至周五 9:00–12:00、13:30–17:00"),
            Fact(label="打电话", value="028-0000-0018，或 12345（全天）"),
        ],
        options=[
            Option(value="call", label="叫工作人员过来"),
            Option(value="huidian", label="请给我打电话：留个号码，工作人员打过来"),
        ],
    ),
    "called": Menu(
        title="已经叫了工作人员", person=_ME, back=True,
        text="请在机器旁边等。屏幕问您还在吗，就按“我还在”。等久了没人来，就打下面的电话。",
        facts=[
            Fact(label="叫了谁", value="青禾县柳溪镇便民服务中心的工作人员"),
            Fact(label="上班时间", value="周一至周五 9:00–12:00、13:30–17:00"),
            Fact(label="什么时候叫的", value="10:05"), Fact(label="打电话", value="028-0000-0018，或 12345（全天）"),
        ],
    ),
    "guide": Guide(
        title="高龄津贴", person=_ME, back=True, next_label="开始办理",
        text="年满80岁、户口在青禾县的老人，政府每月发给高龄津贴，直接打到银行卡或社保卡里。",
        facts=[
            Fact(label="大约要", value="3分钟"), Fact(label="费用", value="不收费"),
            Fact(label="要准备", value="身份证（已放好，不用再交）；本人的社保卡或银行卡（要看卡号）"),
            Fact(label="办理时限", value="20个工作日内办结"),
            Fact(label="谁来办", value="乡镇人民政府受理，县民政局审批"),
        ],
    ),
    "question-choice": _question("choice", "social"),
    "question-many": Question(
        title="低保", person=_ME, back=True, next_label="", step=2, steps=9, question="reason",
        text="家里难在哪里？选最主要的一个", help="选一个最主要的。别的可以在后面说。", kind="choice",
        options=[
            Option(value=str(at), label=label)
            for at, label in enumerate([
                "有人生病，看病花钱多", "残疾，干不了活", "年纪大，没有收入", "没有活干", "孩子读书花钱多",
                "遭了灾，或出了意外", "别的原因",
            ])
        ],
    ),
    "question-digits": _question("digits"),
    "question-text": Question(
        title="居住证", person=_ME, back=True, next_label="下一步", step=3, steps=9, question="address",
        text="您现在住在哪里？", help="默认是身份证上的地址。住在别处的，改成现在的住址。", kind="text",
        value="四川省青禾县柳溪镇正街", sound="hao", candidates=list("好号浩毫豪郝耗壕"), more=True, max_length=60,
        options=[Option(value="unsaid", label="不会打字，先空着")],
    ),
    "question-text-error": Question(
        title="居住证", person=_ME, back=True, next_label="下一步", step=3, steps=9, question="address",
        text="您现在住在哪里？", help="默认是身份证上的地址。住在别处的，改成现在的住址。", kind="text",
        error="请填写现住址", options=[Option(value="unsaid", label="不会打字，先空着")],
    ),
    "question-error": _question("digits", "6222020200112233446", "银行卡号不对，请对照卡片再看一遍"),
    "not-eligible": NotEligible(
        title="高龄津贴：现在不能在这里办", person=_ME, back=True, next_label="看看别的事", can_print=True,
        reason="高龄津贴要年满80岁。您到2042年9月5日满80岁，从那天起就可以办。",
        facts=[
            Fact(label="到哪里办", value="到时在任何一台通办机，或 青禾县柳溪镇便民服务中心（柳溪镇正街18号一楼）"),
            Fact(label="什么时候", value="2042年9月5日起；窗口时间 周一至周五 9:00–12:00、13:30–17:00"),
            Fact(label="带什么", value="身份证、社保卡或银行卡"),
            Fact(label="问谁", value="现在可以先问问别的补贴：028-0000-0018，或打 12345"),
        ],
        has_answers=True,
    ),
    "review": Review(
        title="请核对", person=_ME, back=True, next_label="都对，下一步", step=4, steps=5,
        facts=[
            Fact(label="姓名", value=_ME), Fact(label="身份证号", value="5199************4X"),
            Fact(label="收款的卡", value="社保卡", question="account_kind"),
            Fact(label="银行卡号", value="6222 0202 0011 2233 446", question="account"),
            Fact(label="联系电话", value="1380 0000 018", question="phone"),
        ],
    ),
    "signature": _signature([]),
    "signature-signed": _signature(_NAME),
    "consent": Consent(
        title="请您同意", person=_ME, back=True, step=5, steps=5, agree_label="我同意", agreed=False,
        text="为了办理高龄津贴，您的身份证信息、银行卡号和电话会加密送到县民政局，只用来核对和发放津贴。"
        "不同意就不能在这里办，可以到窗口办理。",
    ),
    "working": Working(title="正在提交", person=_ME, text="正在加密保存，请稍等……"),
    "result-queued": _result(QUEUED, "confirmed", "回执已打印，请取走。"),
    "result-printing": _result(DELIVERED, "printing", "正在打印回执……"),
    "result-failed": _result(
        DELIVERED, "failed", _NO_RECEIPT, "printer.paper-out"
    ),
    "result-no-paper": _result(QUEUED, "", ""),
    "result-bundle": msgspec.structs.replace(
        _result(QUEUED, "confirmed", "回执已打印，请取走。"), service="残疾人服务", parts=_PARTS,
        then=["残疾人辅助器具：要等前面的事办好再办", _STEPS[1]],
    ),
    "result-bundle-failed": msgspec.structs.replace(
        _result(QUEUED, "failed", _NO_RECEIPT, "printer.paper-out"),
        service="残疾人服务", parts=_PARTS, then=["残疾人辅助器具：要等前面的事办好再办", _STEPS[1]],
    ),
    "result-unknown": _result(DELIVERED, "unknown", "打印机没有回话。纸出来了吗？", "printer.no-answer"),
    "result-paid": _result(
        DELIVERED, "confirmed", "回执已打印，请取走。",
        payment="已缴费：居民医保费（一年） 400.00元",
    ),
    "result-unpaid": _result(
        DELIVERED, "failed", _NO_RECEIPT, "printer.paper-out",
        "还没收到缴费结果，付过的不要再付",
    ),
    "cases": Cases(
        title="我办的事", person=_ME, back=True,
        cases=[
            CaseRow(
                service="高龄津贴", number=f"K0001-00001{at}-B", platform_number="BJ20261123000001",
                submitted="2026-11-23 22:20", state=state, text=text, position=1, entry_id="aa", kind=kind,
            )
            for at, (state, text, kind) in enumerate(
                [
                    ("补正", "户口簿本人那一页没有拍清楚，请补。", "returned"),
                    ("办结", "已经办完。", "completed"),
                ]
            )
        ],
    ),
    "case": Menu(
        title="高龄津贴", person=_ME, back=True, text="",
        facts=[
            Fact(label="现在", value="补正。户口簿本人那一页没有拍清楚，请补。"),
            Fact(label="回执号", value="K0001-000010-B"),
            Fact(label="平台编号", value="BJ20261123000001"), Fact(label="提交时间", value="2026-11-23 22:20"),
        ],
        options=[Option(value="supplement", label="补材料"), Option(value="withdraw", label="撤回这件事")],
    ),
    "case-completed": Menu(
        title="居民医保参保和缴费", person=_ME, back=True, text="",
        facts=[
            Fact(label="现在", value="办结。已经办完。"), Fact(label="回执号", value="K0001-000010-B"),
            Fact(label="平台编号", value="BJ20261123000001"), Fact(label="提交时间", value="2026-11-23 22:20"),
            Fact(label="费用", value="未缴费"),
        ],
        options=[
            Option(value="pay", label="缴费"), Option(value="certificate", label="领证明"),
            Option(value="rate", label="评一评这次服务"),
            Option(value="consent", label="收回对使用我的信息的同意"),
        ],
    ),
    "paying": Menu(
        title="缴费", person=_ME, back=True, text="付好了，这里自己会知道。", big="400.00元",
        qr="https://pay.example/?order=JF8K3M5P7Q9R2T", qr_hint="用手机微信、支付宝或云闪付扫码付款", facts=_FEE,
        options=[Option(value="paid", label="付好了"), Option(value="later", label="以后再付")],
    ),
    "paying-waiting": Menu(
        title="缴费", person=_ME, back=True, text="正在准备付款码，请稍等。事情已经交上，不受影响。", facts=_FEE[:1],
        options=[Option(value="later", label="以后再付")],
    ),
    "paying-lost": Menu(
        title="缴费", person="李** 替 王**", back=True,
        text="网络断了，不知道付好没有。付过的不要再付，网络通了就知道。",
        big="400.00元", qr="https://pay.example/?order=JF8K3M5P7Q9R2T",
        qr_hint="用手机微信、支付宝或云闪付扫码付款", facts=_FEE,
        options=[Option(value="paid", label="付好了"), Option(value="later", label="以后再付")],
    ),
    "paying-expired": Menu(
        title="缴费", person=_ME, back=True, big="400.00元",
        text="这个付款码过时了。还没付的，可以换一个；付过的不要再付，钱到了自动记上。", facts=_FEE[:2],
        options=[Option(value="again", label="换一个付款码"), Option(value="later", label="以后再付")],
    ),
    "certificate": Menu(
        title="居住证明", person=_ME, back=True, next_label="领好了", text="已打印，请取走。",
        qr="https://tongban.example/c/" + "A" * 43,
        qr_hint="用手机扫码保存证明。盖章的证明，用手机打开，或到窗口打印。不要给别人扫。",
        facts=[
            Fact(label="验证码", value="8K3M-5P7Q-9R2T"),
            Fact(label="谁都能核验", value="https://tongban.example/v/8K3M5P7Q9R2T"),
            Fact(label="这个码能用到", value="10:12"),
        ],
        options=[Option(value="print", label="打印验证码")],
    ),
    "rate": Menu(
        title="评一评", person=_ME, back=True,
        text="愿意的话，说说这次办得怎么样。不评也可以。您的评价不会给办事的人看到是谁评的。",
        options=[
            Option(value=f"score:{score}", label=words)
            for score, words in [(5, "非常满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "非常不满意")]
        ],
    ),
    "cases-copy": Cases(
        title="我办的事", person=_ME, back=True, paper="unknown", paper_text="打印机没有回话。纸出来了吗？",
        code="printer.no-answer",
        cases=[
            CaseRow(
                service="高龄津贴", number="K0001-000012-B", platform_number="BJ20261123000001", position=12,
                submitted="2026-11-23 22:20", state="已受理", text="工作人员已经受理，正在办理。",
            )
        ],
    ),
    "problem": Problem(
        title="身份证已经过期", person=_ME, next_label="知道了", text="身份证已经过期", code="card.expired",
        todo="请先到派出所换领身份证。急用可以当场申请临时身份证，拿到后到窗口办理",
    ),
    "pin": Question(
        title="维护", person="维护人员", back=True, step=1, steps=1, question="pin", text="请输入六位维护密码",
        help="密码由管理单位保管。每次试密码都有记录。", kind="digits", value="●●●", max_length=6,
        error="试错太多，请等 30 秒再试。",
    ),
    "overview": Overview(
        title="检查结果", person="维护人员", back=True, next_label="重新检查",
        rows=[
            OverviewRow(area=area, name=name, severity=severity, text=text, code=code)
            for area, name, severity, text, code in [
                ("reader", "读卡器", "error", "读卡器没有反应", "reader.no-answer"),
                ("printer", "打印机", "ok", "正常", ""),
                ("identity", "登记", "ok", "K0001", ""), ("services", "事项", "ok", "41 项可以办", ""),
                ("runtime", "临时文件夹", "ok", "在内存里", ""), ("journal", "日志", "ok", "120345 条，完好", ""),
                ("space", "存储空间", "warning", "本机存储快满了，不能收材料照片", "space.no-attachments"),
                ("platform", "办事平台", "error", "网络上有别的程序代答", "platform.not-ours"),
                ("agent", "网络同步", "warning", "很久没有连上办事平台", "agent.silent"),
                ("catalogue", "办事目录", "ok", "第 202611241200 版，平台设置“银行大厅”", ""),
                ("backlog", "待发", "ok", "待发 213 条，材料 9 份（已传 40%）", ""),
                ("clock", "时间", "ok", "与平台相差 0.2 秒", ""),
            ]
        ],
    ),
    "device": Device(
        title="读卡器", person="维护人员", back=True, next_label="试读一张卡", can_restart=True,
        facts=[
            Fact(label="情况", value="读卡器没有反应（reader.no-answer）"),
            Fact(label="原因", value="没通电、安全模块死机，或波特率不对"),
            Fact(label="怎么办（维护人员）", value="拔下读卡器等十秒再插上"),
        ],
        result="没有读到：请把身份证平放在读卡区（card.none）",
        history=[
            Fact(label=f"2026-11-23 22:{at:02}", value=value)
            for at, value in [(41, "没有回答　读卡器没有反应"), (12, "正常"), (11, "没有接上"), (2, "正常")]
        ],
    ),
}  # fmt: skip
WARNING: Final = IdleWarning(text="您还在吗？不再操作，就要收起您的信息了。", seconds=18)


TECHNICIANS: Final = {"pin", "overview", "device"}
"""Pages that are Chinese in every language."""
