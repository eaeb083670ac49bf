import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.wrapped_lines import wrapped_lines

REPORT = """云岭县水务局年度工作总结
一、主要工作成效
今年以来，县水务局坚持节水优先、系统治理，全年完成水利投资3.6亿元，新建供水管网42公里，改造老旧泵站6座，供水保证率达到98%。
（一）农村饮水安全
农村饮水安全工程惠及31个行政村，水质达标率比上年提高4.5个百分点，群众对供水服务的满意度明显提升。水费收缴率达到96%，管护经费得到保障。
（二）河道治理
1.河道采砂整治行动查处违法案件19起，清退非法船只7艘，岸线面貌明显改善，水土流失面积减少12平方公里。
2.水库除险加固按期完工，汛期没有发生一起溃坝事故，防汛物资储备充足，监测预警信息及时发到每一个村组，群众安全感得到增强。
二、存在的主要问题
管网漏损率仍然偏高，部分乡镇供水设施老化，专业技术人员缺乏，水利工程建设资金缺口较大，智慧水务平台的数据没有得到充分利用。
"""
NEVER_FIRST = "，。、；：）”％%"
SIGNS = st.text(
    alphabet=st.sampled_from("工作年月成，。；：、（）“”《》一二1３.%aB \t\u3000\r\n\n\n"),
    max_size=200,
)


def mended(text: str) -> str:
    return Reading.of(text).edited(wrapped_lines(text)).text


def wrapped(text: str, width: int, narrow: float, indent: str = "", breaks: str = "\n") -> str:
    """The text set in lines of ``width``; an ASCII character is ``narrow`` wide."""
    paragraphs = []
    for paragraph in text.split("\n"):
        lines, room = [indent], width - len(indent)
        for sign in paragraph:
            room -= narrow if sign.isascii() else 1
            if room < 0 and sign not in NEVER_FIRST:
                lines.append("")
                room = width - (narrow if sign.isascii() else 1)
            lines[-1] += sign
        paragraphs.append(breaks.join(lines))
    return breaks.join(paragraphs)


@pytest.mark.parametrize("width", [28, 30, 33, 36, 40])
@pytest.mark.parametrize("narrow", [0.5, 1.0])
@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\n\n"])
def test_wrapped_paragraphs(width: int, narrow: float, breaks: str) -> None:
    assert mended(wrapped(REPORT, width, narrow, breaks=breaks)) == REPORT.replace("\n", breaks)


@pytest.mark.parametrize("width", [28, 34, 40])
def test_indents_and_empty_lines_part_paragraphs(width: int) -> None:
    indented = re.sub("^(?=.)", "　　", REPORT, flags=re.MULTILINE)
    assert mended(wrapped(indented, width, 0.5)) == indented
    parted = re.sub("\n(?=.)", "\n\n", REPORT)
    text = "\n\n".join(wrapped(line, width, 0.5) for line in parted.split("\n\n"))
    assert mended(text) == parted


def test_a_full_line_that_ends_a_sentence_goes_on_where_paragraphs_are_indented() -> None:
    sentence = "全县水务系统干部职工团结一心攻坚克难完成年度各项目标任务。"
    paragraph = f"　　{sentence[2:]}{REPORT.splitlines()[2]}"
    body = re.sub("^(?=.)", "　　", REPORT, flags=re.MULTILINE) + paragraph
    text = wrapped(body, len(sentence), 0.5)
    assert f"{sentence[2:]}\n今年" in text
    assert mended(text) == body


@pytest.mark.parametrize(
    ("damaged", "expected"),
    [
        ("完成投资三亿元\n，同比增长一成。", "完成投资三亿元，同比增长一成。"),
        ("（\n三）改革开放持续深化。", "（三）改革开放持续深化。"),
        ("人均寿命达到\n\n79岁\n\n。", "人均寿命达到\n\n79岁。"),
        ("他说：“保供水。\n”大家鼓掌。", "他说：“保供水。”大家鼓掌。"),
        (
            "全县上下齐心协力推进水利工程建设步伐加快，\n各项工作取得实效。",
            "全县上下齐心协力推进水利工程建设步伐加快，各项工作取得实效。",
        ),
        ("完成水库加固。二是\n建设智慧平台。", "完成水库加固。二是建设智慧平台。"),
        (
            "水源保护区全部立碑定界，取水口监测实现全覆盖，乡镇供水设施管护责任落实到人。"
            "全县供水设\n施运行平稳。",
            "水源保护区全部立碑定界，取水口监测实现全覆盖，乡镇供水设施管护责任落实到人。"
            "全县供水设施运行平稳。",
        ),
        (
            "全县水务工作者认真学习贯彻会议精神，引进 Smart City,\nWater Cloud 系统，效果良好。",
            "全县水务工作者认真学习贯彻会议精神，引进 Smart City, Water Cloud 系统，效果良好。",
        ),
    ],
)
def test_single_breaks_inside_a_sentence(damaged: str, expected: str) -> None:
    assert mended(damaged) == expected


def test_many_cut_paragraphs_show_that_the_layout_is_lost() -> None:
    sentence = "水利工程建设、供水设施管护和防汛抗旱工作扎实推进，各项指标好于上年。"
    parts = [
        f"{sentence * 2}全县水利工",
        f"程进展顺利。{sentence}今年供水设",
        f"施运行平稳。{sentence}全面防汛抗",
        f"旱准备就绪。{sentence}经过努力群众",
        "用上了放心水。",
    ]
    assert mended("\n".join(parts)) == "".join(parts)


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        REPORT.replace("\n", "\n\n"),
        REPORT.replace("\n", "\r\n"),
        "长风破浪会有时，\n直挂云帆济沧海。",
        "尊敬的各位领导、各位来宾、各位代表、各位同事，\n大家好。",
        "云岭县人民政府\n云岭县水务局\n二〇二三年十二月",
        "联系人：张三\n电话：12345\n地址：云岭县人民路\n邮编：100000",
        "加快建设更具山水特色的现代化产业体系\n深入实施新一轮找矿突破战略行动。",
        "坚持以改革创新为根本动力，全力释放经济社会高质量发展新活力\n突出科技创新引领，推进改革。",
        "为了加快农业的发展和农村各项社会事业的全面进步，\n一要落实政策，二要增加投入。",
        "全县水务工作坚持稳中求进工作总基调，主要做了以下工作，\n1、狠抓项目。\n2、强化监管。",
        "- 新建供水管网四十二公里，改造老旧泵站六座，\n- 农村饮水工程惠及三十一个村",
        "| 指标 | 年度目标任务，\n| 完成 | 年度目标",
        "指标\t目标任务完成情况说明与上年同期相比增减变动，\n投资\t三亿元",
        "水源保护区全部立碑定界，取水口监测实现全覆盖，乡镇管护责任落实到人。全县运行平稳"
        "\n各乡镇要引以为戒。",
        "",
        "\n",
        "工",
    ],
)
def test_what_is_no_wrapped_text_stays(text: str) -> None:
    assert mended(text) == text


def test_short_entries_of_one_length_stay() -> None:
    heads = ("新建城区公园绿地", "改造农村户用厕所", "整修乡镇卫生院所", "疏浚骨干排灌河渠")
    tails = ("二十一处投入使用", "三千余户全部验收", "十四家并配齐设备", "五十六公里见成效")
    entries = [f"{head}工程项目共计{tail}" for head in heads for tail in tails]
    assert mended("\n".join(entries)) == "\n".join(entries)


@given(SIGNS)
def test_edits_are_ordered_and_take_out_blanks_only(text: str) -> None:
    edits = list(wrapped_lines(text))
    assert all(earlier.end <= later.start for earlier, later in pairwise(edits))
    for edit in edits:
        assert edit.start < edit.end
        assert text[edit.start : edit.end].isspace()
        assert edit.replacement in ("", " ")


@given(SIGNS)
def test_lines_that_end_their_sentences_stay(text: str) -> None:
    lines = ("".join(line.split()) for line in text.splitlines())
    closed = "\n".join(f"工作{line.strip('，。；：、（）“”《》%')}。" for line in lines)
    assert mended(closed) == closed


@pytest.mark.parametrize("unit", ["工作" * 16 + "\n", "，\n", "（\n", "\r\n \u3000", "1\n"])
def test_long_texts_take_linear_time(unit: str) -> None:
    started = time.perf_counter()
    list(wrapped_lines(unit * (100_000 // len(unit))))
    assert time.perf_counter() - started < 10
