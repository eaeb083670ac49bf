import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.page_breaks import page_breaks

SENTENCES = (
    "云岭县水务局坚持节水优先，全年新建供水管网四十二公里，改造老旧泵站六座。",
    "农村饮水安全工程惠及三十一个行政村，水质达标率比上年提高四个百分点。",
    "河道采砂整治行动查处违法案件十九起，清退非法船只七艘，岸线面貌明显改善。",
    "水库除险加固按期完工，汛期没有发生一起溃坝事故，群众安全感得到增强。",
    "智慧水务平台接入监测点二百三十个，漏损率由去年的两成降到一成半。",
)
PARAGRAPH = "".join(SENTENCES)
REPORT = "云岭县水务局年度工作总结 一、主要成绩 " + PARAGRAPH * 6
PAGE = 210
SIGNS = st.text(
    alphabet=st.sampled_from("工作年月成。，；：、（）“”— -－·/第共页Page 123456８\n\r\f\t\u3000"),
    max_size=200,
)


def mended(text: str) -> str:
    return Reading.of(text).edited(page_breaks(text)).text


def pages(text: str, length: int = PAGE) -> list[str]:
    return [text[start : start + length] for start in range(0, len(text), length)]


def numbered(parts: list[str], breaks: str = "\n\n", first: int = 1) -> str:
    return breaks.join(f"{number}、{part}" for number, part in enumerate(parts, first))


@pytest.mark.parametrize("breaks", ["\n\n", "\n", "\r\n\r\n", "\n \n"])
def test_site_numbers_are_taken_out_and_their_sentences_joined(breaks: str) -> None:
    assert mended(numbered(pages(REPORT), breaks)) == REPORT


def test_site_numbers_between_furniture() -> None:
    text = f"资源描述\n\n{numbered(pages(REPORT))}\n\n展开阅读全文"
    assert mended(text) == f"资源描述\n\n{REPORT}\n\n展开阅读全文"


def test_a_site_number_between_two_sentences_goes_with_its_series() -> None:
    parts = pages(REPORT)
    whole = "".join(parts[:2]).rfind("。") + 1
    parts[:2] = [REPORT[:PAGE], REPORT[PAGE:whole]]
    parts[2] = REPORT[whole : 3 * PAGE]
    assert mended(numbered(parts)) == REPORT


def test_site_numbers_cut_numbers_words_and_clauses() -> None:
    parts = [
        f"{PARAGRAPH}全县有8",
        f"90多家企业享受优惠。{PARAGRAPH}覆盖电子信息",
        f"、生物医药等领域。{PARAGRAPH}完成投资3.",
        f"6亿元。{PARAGRAPH}",
    ]
    assert mended(numbered(parts)) == "".join(parts)


ITEMS = [
    "加强组织领导。成立专班，明确责任，层层抓好落实，全年召开调度会十二次",
    "狠抓项目建设。开工水利工程十四个，完成投资两亿元，资金支付率超过九成",
    "强化行业监管。开展执法检查六十次，整改问题三十五个，没有发生安全事故",
    "提升服务水平。办理群众诉求四百件，满意率保持在全县前列，获得通报表扬",
]


@pytest.mark.parametrize("stop", ["。", "；", ""])
@pytest.mark.parametrize("breaks", ["\n", "\n\n"])
@pytest.mark.parametrize("more", ["", PARAGRAPH])
def test_numbered_items_stay(stop: str, breaks: str, more: str) -> None:
    text = "主要工作如下：" + breaks + numbered([f"{item}{stop}{more}" for item in ITEMS], breaks)
    assert mended(text) == text


EQUAL_ITEMS = [
    "加强水库巡查值守，全年排查隐患二百余次，整改问题十九处，汛期没有一起险情，群众普遍反映良好",
    "推进农村饮水工程，新增管网四十余公里，受益村民两万名，水质全部达标，季度检测从未出现异常",
    "开展河道采砂整治，查处违法案件十九起，清退船只共七艘，岸线明显改观，沿岸企业均已签订承诺",
    "抓好干部教育培训，举办专题学习二十期，参训人员三百名，作风持续好转，考核成绩居于全市前茅",
    "做好防汛物资储备，更换编织袋五万余条，添置水泵十二台，库房管理规范，调运演练做到一呼百应",
]


@pytest.mark.parametrize("stop", ["，", "；", "、", ""])
@pytest.mark.parametrize("breaks", ["\n", "\n\n"])
def test_items_of_one_length_stay(stop: str, breaks: str) -> None:
    length = min(map(len, EQUAL_ITEMS))
    more = "，".join(sentence.strip("。") for sentence in SENTENCES)
    items = [f"{item[:length]}，{more}{stop}" for item in EQUAL_ITEMS]
    text = "主要工作如下：" + breaks + numbered(items, breaks)
    assert mended(text) == text


def test_items_without_full_stops_that_differ_in_length_stay() -> None:
    parts = [f"{PARAGRAPH * times}{item}" for times, item in zip((1, 2, 1, 3), ITEMS, strict=True)]
    text = numbered(parts)
    assert mended(text) == text


def test_items_inside_pages_stay() -> None:
    items = "\n".join(f"{number}、{sentence}" for number, sentence in enumerate(SENTENCES, 1))
    text = numbered([REPORT[:PAGE], *pages(REPORT[PAGE:])]) + f"\n{items}"
    assert mended(text) == f"{REPORT}\n{items}"


MARKS = [
    "第3页 共8页",
    "第3页/共8页",
    "第 3 页，共 8 页",
    "第 3 页",
    "第3页/8",
    "共8页 第3页",
    "- 3 -",
    "-3-",
    "— 3 —",
    "–3–",
    "－３－",
    "—— 3 ——",
    "· 3 ·",
    "Page 3 of 8",
    "\f",
    "\f\n- 3 -",
    "- 3 -\n\f",
]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("breaks", ["\n", "\n\n", "\r\n"])
def test_page_marks_inside_a_sentence(mark: str, breaks: str) -> None:
    text = f"全县全年完成农田水利投资{breaks}{mark}{breaks}三亿元，同比增长一成。"
    start = f"一、主要工作\n{SENTENCES[0]}"
    assert mended(start + text) == f"{start}全县全年完成农田水利投资三亿元，同比增长一成。"


@pytest.mark.parametrize("mark", MARKS)
def test_page_marks_between_sentences_leave_the_line_break(mark: str) -> None:
    text = f"{SENTENCES[0]}\n\n{mark}\n\n{SENTENCES[1]}"
    assert mended(text).split() == [SENTENCES[0], SENTENCES[1]]
    assert mended(f"{SENTENCES[0]}\n{mark}\n　　{SENTENCES[1]}").endswith(f"\n　　{SENTENCES[1]}")


@pytest.mark.parametrize(
    ("damaged", "expected"),
    [
        ("人才严重匮乏。 第8页 共8页\n\n展开阅读全文", "人才严重匮乏。\n\n展开阅读全文"),
        ("着力推进城乡第3页 共8页一体化发展。", "着力推进城乡一体化发展。"),
        ("着力推进城乡，\n- 3 -\n一体化发展。", "着力推进城乡，一体化发展。"),
        ("二是加强监管\n- 3 -\n，确保安全。", "二是加强监管，确保安全。"),
        ("（以下简称《\n- 3 -\n办法》）", "（以下简称《办法》）"),
        ("引进 Smart\n- 3 -\nWater 平台。", "引进 Smart Water 平台。"),
        ("全年工作开局良好。\n第2页 共2页", "全年工作开局良好。"),
        ("情况如下：\n- 3 -\n全年完成", "情况如下：\n全年完成"),
        ("各项任务，\n- 3 -\n二、存在问题", "各项任务，\n二、存在问题"),
        ("各项任务\n- 3 -\n● 存在问题", "各项任务\n● 存在问题"),
        ("更换老旧管\n县水务局年报　　第1页/共4页\n网三公里。", "更换老旧管网三公里。"),
        ("更换管网。\n县水务局年报　　第1页/共4页\n新建。", "更换管网。\n县水务局年报\n新建。"),
        ("稳中\n- 2 -\n有进。\n- 3", "稳中有进。"),
        ("稳中有进。\n- 2 -\n- 4", "稳中有进。\n- 4"),
    ],
)
def test_single_marks(damaged: str, expected: str) -> None:
    assert mended(SENTENCES[0] + damaged) == SENTENCES[0] + expected


@pytest.mark.parametrize(
    ("damaged", "expected"),
    [
        ("第1页 共2页\n全年工作开局良好。", "全年工作开局良好。"),
        ("- 1 -\n　　全年工作开局良好。", "　　全年工作开局良好。"),
        ("年度工作总结\n- 1 -\n一年来，我局", "年度工作总结\n一年来，我局"),
        ("（三）智慧水务建设\n- 1 -\n一年来，我局", "（三）智慧水务建设\n一年来，我局"),
    ],
)
def test_marks_next_to_titles_and_headings(damaged: str, expected: str) -> None:
    assert mended(damaged) == expected


@pytest.mark.parametrize("mark", ["{0}", "{0}/4"])
def test_bare_numbers_that_count_the_pages(mark: str) -> None:
    parts = pages(PARAGRAPH * 4, 190)[:4]
    text = "".join(f"{part}\n{mark.format(n)}\n" for n, part in enumerate(parts, 1))
    assert "".join(mended(text).split()) == "".join(parts)


@pytest.mark.parametrize(
    "text",
    [
        "指标\n12\n完成\n13\n增长\n14\n排名",
        "".join(f"{n}\n{sentence * 4}\n" for n, sentence in enumerate(SENTENCES, 1)),
        f"{PARAGRAPH}\n1/2\n{PARAGRAPH}",
        f"{PARAGRAPH}\n2023\n{PARAGRAPH}",
        "联系电话\n- 办公室 -\n科室 - 3 个 -",
        "- 3项任务\n- 4项任务",
        "详见附件第3页。",
        "扫描卷宗第3页共8页时发现缺损，已修补。",
        "扫描卷宗第3页 共8页时发现缺损，已修补。",
        "卷宗第3页共8页均已修补",
        "项目\t— 3 —\t办结",
        "项目 | 数量\n— 3 —\n办结 | 5",
        "投诉件\n— 3 —\n办结率",
        "气温 -3-5 度",
        "",
        "\n\n",
    ],
)
def test_what_is_no_page_mark_stays(text: str) -> None:
    assert mended(text) == text


def test_marks_in_the_cells_of_a_series_go() -> None:
    text = "云岭水务　　- 1 -\n" + PARAGRAPH + "\n云岭水务　　- 2 -\n" + PARAGRAPH
    assert "- 2 -" not in mended(text)


def test_marks_inside_a_line_that_count_the_pages_go() -> None:
    text = f"{SENTENCES[0]}第1页共2页{SENTENCES[1]}稳中第2页共2页有进"
    assert mended(text) == f"{SENTENCES[0]}{SENTENCES[1]}稳中有进"


HEADER = "云岭县水务局年度报告"


def test_running_headers_next_to_page_marks() -> None:
    parts = pages(PARAGRAPH * 3, 160)[:4]
    text = "".join(f"{part}\n- {n} -\n{HEADER}\n" for n, part in enumerate(parts, 1))
    assert "".join(mended(text).split()) == "".join(parts)


def test_running_headers_inside_sentences() -> None:
    parts = pages(PARAGRAPH * 4, 170)[:5]
    text = f"\n{HEADER}\n".join(parts)
    assert mended(text) == "".join(parts)


@pytest.mark.parametrize(
    "line", ["存在的主要问题：", "存在的主要问题", "责任单位：县水务局", "完成投资3亿元、增长2."]
)
def test_lines_that_repeat_in_every_section_stay(line: str) -> None:
    text = "".join(f"{line}\n{PARAGRAPH}\n" for _ in range(4))
    assert mended(text) == text


def test_figures_broken_over_lines_are_no_header() -> None:
    clause = "财政收入6.\n8亿元、同比增长7.\n5%，"
    text = "".join(f"{PARAGRAPH}{clause}" for _ in range(6))
    assert mended(text) == text


@given(SIGNS)
def test_edits_are_ordered_and_take_out_traces_of_pages_only(text: str) -> None:
    edits = list(page_breaks(text))
    assert all(earlier.end <= later.start for earlier, later in pairwise(edits))
    for edit in edits:
        assert edit.start < edit.end
        assert edit.replacement in ("", " ", "\n")
        assert not re.search(r"[工作年月成。；：“”]", text[edit.start : edit.end])


@given(SIGNS, SIGNS)
def test_a_report_without_page_marks_is_left_alone(left: str, right: str) -> None:
    text = re.sub(r"[0-9８第Pf\f\-—－·]", "", left + PARAGRAPH + right)
    assert list(page_breaks(text)) == []


@pytest.mark.parametrize("unit", ["第1页共8页", "1\n", "\n\n2、工作", "工\f", "- 3 -\n", "3/8\n"])
def test_long_texts_take_linear_time(unit: str) -> None:
    started = time.perf_counter()
    list(page_breaks(unit * (100_000 // len(unit))))
    assert time.perf_counter() - started < 10
