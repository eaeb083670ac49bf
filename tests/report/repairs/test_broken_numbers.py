import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.broken_numbers import broken_numbers
from report.repairs.edits import Reading

SIGNS = st.text(
    alphabet=st.sampled_from("长达年个百分点万亿元件第PM019２０.．,，%％、。 \t\u3000\r\n\n"),
    max_size=120,
)


def mended(text: str) -> str:
    return Reading.of(text).edited(broken_numbers(text)).text


@pytest.mark.parametrize(
    ("damaged", "expected"),
    [
        ("同比增长8.\n3%；", "同比增长8.3%；"),
        ("同比增长17.\r\n4％；", "同比增长17.4％；"),
        ("同比增长8. \n\n 3个百分点", "同比增长8.3个百分点"),
        ("总收入66651.\n77万元", "总收入66651.77万元"),
        ("比例为1:0.\n8，", "比例为1:0.8，"),
        ("达到１２\n．５％", "达到１２．５％"),
        ("增长8\n.3%", "增长8.3%"),
        ("增长8. 3%", "增长8.3%"),
        ("投资8. 35亿元", "投资8.35亿元"),
        ("增长8 ．8 ％", "增长8．8 ％"),
        ("增长1 2.5%", "增长12.5%"),
        ("均重达到4.\n4克以上", "均重达到4.4克以上"),
        ("配比1.\n5:1", "配比1.5:1"),
        (
            "完成投资2\n00亿元，接待游客12\n300人次，产值达1 200亿元，1,\n200户脱贫",
            "完成投资200亿元，接待游客12300人次，产值达1200亿元，1,200户脱贫",
        ),
        ("新建住房,1,\n200户入住", "新建住房,1,200户入住"),
        ("计划投资10\f0亿元", "计划投资100亿元"),
        ("推进1\n00项工程，占7\n0%以上", "推进100项工程，占70%以上"),
        ("培训3\n050人，", "培训3050人，"),
        ("惠及群众5\n0余户", "惠及群众50余户"),
        ("同比增长1\n0%，", "同比增长10%，"),
        ("建成高标准农田12\n000亩，", "建成高标准农田12000亩，"),
        ("总投资1 200.5万元；投入2\u2009300万元；", "总投资1 200.5万元；投入2300万元；"),
        ("减免税费16\n\n亿元以上，", "减免税费16亿元以上，"),
        ("产值突破3\n亿元大关", "产值突破3亿元大关"),
        ("种植面积35\n万亩，绿化25\n平方公里。", "种植面积35万亩，绿化25平方公里。"),
        ("惠及居民1,\n234户。", "惠及居民1,234户。"),
        ("惠及居民812,\r\n234户。", "惠及居民812,234户。"),
        ("投资3\n亿元，", "投资3亿元，"),
        ("总值74.4\n\n万亿元", "总值74.4万亿元"),
        ("分别增长6%、14\n%。", "分别增长6%、14%。"),
        ("建成园区12\n个。", "建成园区12个。"),
        ("光缆550\n多万公里", "光缆550多万公里"),
        ("预计20\n23年完成", "预计2023年完成"),
        ("预计202\n3年完成", "预计2023年完成"),
        ("自2023\n年以来", "自2023年以来"),
        ("空气中PM\n2.5\n浓度下降", "空气中PM2.5浓度下降"),
        ("空气中PM2.\n5浓度下降", "空气中PM2.5浓度下降"),
        ("从1 9 9 7 年起", "从1997 年起"),
        ("增加4 9 2 5 0 万吨", "增加49250 万吨"),
        ("下降1 0 ．0 6 ‰", "下降10．06 ‰"),
        (
            "1 9 9 7 年、1 9 9 8 年和2 0 0 0 年，在1 2 月2 0 日",
            "1997 年、1998 年和2000 年，在12 月20 日",
        ),
    ],
)
def test_broken_numbers(damaged: str, expected: str) -> None:
    assert mended(damaged) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1.\n2023年完成投资",
        "一、成效\n12.\n3个项目开工",
        "8.\n3%的企业",
        "共获奖项12.\n2024年继续努力",
        "共获奖项12.\n3、加强监管",
        "任务完成.共获奖项12.\n3个项目开工",
        "任务：1. 3个项目。",
        "1. 5万人以上的城市",
        "第3\n个人总结",
        "附件3\n亿元以上项目",
        "表2\n万元以上",
        "产值\n12\n万元",
        "共有职工12\n个人事迹材料",
        "面积320\n亩均论英雄",
        "2023\n年度工作总结",
        "新增规上企业12\n亿元企业达到3家",
        "项目35\n万人评议活动",
        "面积25\n平方公里以上园区3个",
        "目标值95\n万元产值能耗",
        "编制台账12\n亿元台账3本",
        "2021\n年终总结",
        "2022\n年报",
        "2022\n年计划",
        "项目20\n23年终总结",
        "新建2.\n5个新项目",
        "托位达到4.\n4个，",
        "产值达到12,\n345个项目",
        "于2021年完成\n12\n300人次",
        "企业名录12\n300户，",
        "接待游客12\n300人以上团队",
        "接待游客1.2\n300人次，",
        "青年干部20\n00后职工",
        "投诉案件12\n0个部门办理",
        "新增就业12\n05月底",
        "附件2\n00亿元，",
        "项目1 200万元，",
        "达1 200万元企业",
        "达2023 200户，",
        "完成12, 345, 678三个编号",
        "完成3项,\n125家企业",
        "第 2 210 475 位访客",
        "得分 3 5 7 2 分",
        "上一页 1 2 下一页",
        "上一页 1 2 3 4 5 下一页",
        "实施“1 5 1”工程",
        "于 4 月 18 日上线，比 2023 年少 3 起",
        "增长8.3%，投资1,234万元，PM2.5浓度",
        "",
    ],
)
def test_what_is_no_broken_number_stays(text: str) -> None:
    assert mended(text) == text


@given(SIGNS)
def test_edits_are_ordered_and_take_out_blanks_only(text: str) -> None:
    edits = list(broken_numbers(text))
    assert all(earlier.end <= later.start for earlier, later in pairwise(edits))
    for edit in edits:
        assert edit.start < edit.end
        assert not edit.replacement
        assert text[edit.start : edit.end].isspace()


@pytest.mark.parametrize(
    "unit",
    ["1 ", "1.\n", "PM\n", "1 .", "\n", " ", "1.", "1\n", "2 3 45 ", "达1\n00", "投12\n300人，"],
)
def test_long_texts_take_linear_time(unit: str) -> None:
    started = time.perf_counter()
    list(broken_numbers(unit * (100_000 // len(unit))))
    assert time.perf_counter() - started < 10
