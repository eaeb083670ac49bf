import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.marks import marks


def repaired(text: str) -> str:
    return Reading.of(text).edited(marks(text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("贯彻?xx市节约用水条例?，成效明显", "贯彻《xx市节约用水条例》，成效明显"),
        ("印发?滨河绿道管理办法〔试行〕?后", "印发《滨河绿道管理办法（试行）》后"),
        (
            "出台?关于盘活闲置厂房,发展夜间经济的意见?、?集市管理方法?和?惠民清单?等",
            "出台《关于盘活闲置厂房,发展夜间经济的意见》、《集市管理方法》和《惠民清单》等",
        ),
        ("發布？節水行動計劃？。", "發布《節水行動計劃》。"),
        ("宣传?安全生产法?，", "宣传《安全生产法》，"),
        (
            "新修订的?芦川市科学技术进步条例?于2022年3月1日起实施",
            "新修订的《芦川市科学技术进步条例》于2022年3月1日起实施",
        ),
        (
            "牵头制订?关于区、县(市)年度创新发展考核的实施意见?、"
            "?关于开展示范园区创建工作的方法?和?企业孵化器认定和管理方法?等",
            "牵头制订《关于区、县(市)年度创新发展考核的实施意见》、"
            "《关于开展示范园区创建工作的方法》和《企业孵化器认定和管理方法》等",
        ),
        ("发布?2022年平台服务指南?,面向全市", "发布《2022年平台服务指南》,面向全市"),
        ("出台了？先进集体评选办法？，", "出台了《先进集体评选办法》，"),
        ("现将?节水工作要点?印发给你们", "现将《节水工作要点》印发给你们"),
        ("以?节水工作指南?为准绳", "以《节水工作指南》为准绳"),
        ("?节水管理办法??用水标准?相继出台", "《节水管理办法》《用水标准》相继出台"),
        ("按照市政府?关于盘活闲置厂房的意见?要求", "按照市政府《关于盘活闲置厂房的意见》要求"),
        ("落实?关于盘活闲置厂房的意见?\n二、", "落实《关于盘活闲置厂房的意见》\n二、"),
    ],
)
def test_titles_get_their_marks(text: str, expected: str) -> None:
    assert repaired(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "问题在哪?没有意见?",
        "怎么办?全面落实方案?",
        "群众是否满意?群众满意度最高的政策?就是便民",
        "群众是否满意？群众满意度最高的政策？就是便民",
        "您对部门的工作是否满意？对我局提出的工作方案？有何意见？",
        "您对工作是否满意？对我局提出的工作方案？我们欢迎意见",
        "缺人才？完善引进政策？缺资金？出台扶持办法？",
        "缺人才?完善引进政策?缺资金?出台扶持办法?",
        "问题出在哪里？根源在于制度？",
        "为什么要制定条例？因为没有实施办法？",
        "为什么要制定？节水实施办法？已经有了",
        "今年干什么？明年的工作计划？",
        "政策是否落实？节水实施办法？于三月印发",
        "部门没有落实？节水实施办法？于三月印发",
        "措施都落实？节水实施办法？就是保障",
        "市政府?节水实施办法?于三月印发",
        "宣传落实?节水实施办法?",
        "为什么?大家怎样看这个方案?",
        "这能行吗?我们都同意这个计划?",
        "贯彻?节水条例，成效明显",
        "贯彻?节水条例?和?",
        "?先开工。后补报告?",
        "?完善规划,启动建设,编制方案?",
        "第一问?\n第二个方案?",
        "?条例?",
        f"?{'长' * 70}方案?",
    ],
)
def test_questions_and_lone_marks_stay(text: str) -> None:
    assert repaired(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("〝晨星〞和“清泉〞、“远帆〟", "“晨星”和“清泉”、“远帆”"),
        ("〔三〕骨干〔龙头〕车间5个", "（三）骨干（龙头）车间5个"),
        ("国发〔2023〕5号、政办〔２０２２〕12号", "国发〔2023〕5号、政办〔２０２２〕12号"),
        ("政办〔2023-2024〕1号、〔2023—24〕6号", "政办〔2023-2024〕1号、〔2023—24〕6号"),
        ("政办〔20 23〕3号、〔 2021年 〕4号", "政办〔20 23〕3号、〔 2021年 〕4号"),
        ("〔20 家〕企业、〔2023年底〕前", "（20 家）企业、（2023年底）前"),
        ("｢双港｣建成｡投产､见效･", "「双港」建成。投产、见效·"),
        ("修路﹐架桥﹑﹙通水﹚﹝通电﹞3﹒5亿", "修路，架桥、（通水）（通电）3.5亿"),
        ("多彩山乡﹒清凉夏日", "多彩山乡·清凉夏日"),
        ("完成。。增收，，见效、、好；；", "完成。增收，见效、好；"),
        ("完成，。好。，", "完成。好。"),
        ("等等。。。。。。还有……好！！真的？？", "等等。。。。。。还有……好！！真的？？"),
    ],
)
def test_signs_become_ordinary(text: str, expected: str) -> None:
    assert repaired(text) == expected


@pytest.mark.parametrize("unit", ["贯彻?节水条例?，", "何?", "?", "？", "。", "贯彻?关于条例"])
def test_long_lines_take_linear_time(unit: str) -> None:
    begin = time.process_time()
    list(marks(unit * (200_000 // len(unit))))
    assert time.process_time() - begin < 5


SIGNS = st.text(alphabet="关于节水条例方案的?？。，、；〔〕2023号〞｡﹒\n", max_size=60)


@given(SIGNS)
def test_edits_are_ordered_and_disjoint(text: str) -> None:
    position = 0
    for edit in marks(text):
        assert position <= edit.start < edit.end
        position = edit.end


@given(SIGNS.map(lambda text: text.replace("｡", "").replace("〕", "")))
def test_a_second_time_finds_nothing(text: str) -> None:
    once = repaired(text)
    assert repaired(once) == once
