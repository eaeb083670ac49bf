import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from report.domain import Report
from report.segmentation import segment

SIGNS = st.text(
    alphabet=st.sampled_from(
        "的是工作年月完成增长问题将。！？；，、：!?;,:.（）()《》“”\n\r\t \u3000"
        "一二三十12358%０９①#-&第部分章"
    ),
    max_size=400,
)


def quotes(report: Report) -> list[str]:
    return [sentence.span.quote(report.text) for sentence in report.sentences]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成投资3亿元。同比增长8.3%。", ["完成投资3亿元。", "同比增长8.3%。"]),
        ("任务重！怎么办？抓落实；见成效。", ["任务重！", "怎么办？", "抓落实；", "见成效。"]),
        ("他说：“完成了。”大家鼓掌。", ["他说：“完成了。”", "大家鼓掌。"]),
        ("出台意见（试行；暂行。）后见效。", ["出台意见（试行；暂行。）后见效。"]),
        ("印发《办法。第二版》。", ["印发《办法。第二版》。"]),
        ("研发ramp;d投入;增长", ["研发ramp;d投入;", "增长"]),
        ("要点&bull;甲", ["要点&bull;甲"]),
        ("增长8.\n3%;规上企业", ["增长8.\n3%;", "规上企业"]),
        ("12.\n9%的企业", ["12.", "9%的企业"]),
        ("1. 增长8.\n5%", ["1. 增长8.\n5%"]),
        ("占比达到12.\n2024年继续", ["占比达到12.", "2024年继续"]),
        ("1.\n2023年完成", ["1.", "2023年完成"]),
        ("修订?条例?于3月实施", ["修订?条例?于3月实施"]),
        ("第一行\r\n第二行\u2028第三行", ["第一行", "第二行", "第三行"]),
        ("  前后有空白。\u3000", ["前后有空白。"]),
        ("好。。。真好！！", ["好。。。", "真好！！"]),
        (
            "存在问题：一是人手不足。二是经费紧张。",
            ["存在问题：", "一是人手不足。", "二是经费紧张。"],
        ),
        (
            "取得进展一、各项工作(一)出台意见(二)建设平台二、打算",
            ["取得进展一、各项工作", "(一)出台意见", "(二)建设平台二、打算"],
        ),
        ("一、总结 今年完成任务。", ["一、总结", "今年完成任务。"]),
        ("获一、二、三等奖。", ["获一、二、三等奖。"]),
        ("1.甲项完成。2.乙项完成。", ["1.甲项完成。", "2.乙项完成。"]),
        ("", []),
        (" \n\t\u3000", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert quotes(segment(text)) == expected


REPORT = """某局2023年工作总结
一、工作回顾
全年完成投资3亿元。
（一）企业培育
1.高企净增21家。通过率87%。
2.中小企业入库316家，同比增长28%，真正有研发活动的只有七十九家，凑数现象不容回避。
一是出台政策。政策已落地。
（二）平台建设。平台投入运行。
二、存在的问题
人手不足。
## 附：说明
以上。"""


@pytest.mark.parametrize(
    ("quote", "headings"),
    [
        ("全年完成投资3亿元。", ["某局2023年工作总结", "一、工作回顾"]),
        (
            "通过率87%。",
            ["某局2023年工作总结", "一、工作回顾", "（一）企业培育", "1.高企净增21家。"],
        ),
        (
            "政策已落地。",
            ["某局2023年工作总结", "一、工作回顾", "（一）企业培育", "一是出台政策。"],
        ),
        ("平台投入运行。", ["某局2023年工作总结", "一、工作回顾", "（二）平台建设。"]),
        ("人手不足。", ["某局2023年工作总结", "二、存在的问题"]),
        ("以上。", ["## 附：说明"]),
        ("二、存在的问题", ["某局2023年工作总结"]),
    ],
)
def test_heading_paths(quote: str, headings: list[str]) -> None:
    report = segment(REPORT)
    [sentence] = [item for item in report.sentences if item.span.quote(REPORT) == quote]
    assert [heading.span.quote(REPORT) for heading in sentence.headings] == headings


@pytest.mark.parametrize(
    ("quote", "is_heading"),
    [
        ("一、工作回顾", True),
        ("（一）企业培育", True),
        ("（二）平台建设。", True),
        ("1.高企净增21家。", True),
        ("全年完成投资3亿元。", False),
        (
            "2.中小企业入库316家，同比增长28%，真正有研发活动的只有七十九家，凑数现象不容回避。",
            False,
        ),
    ],
)
def test_headings(quote: str, is_heading: bool) -> None:
    sentences = {item.span.quote(REPORT): item for item in segment(REPORT).sentences}
    assert sentences[quote].is_heading is is_heading


def test_unnumbered_headings_are_recognised_by_their_name() -> None:
    text = "存在的差距和不足\n对照排名，列第七位。\n下一步打算\n扩大合作。"
    path = [[h.span.quote(text) for h in s.headings] for s in segment(text).sentences]
    assert path == [[], ["存在的差距和不足"], [], ["下一步打算"]]


def test_a_long_text_without_full_stops_is_cut_at_commas_within_one_run() -> None:
    text = "，".join(f"新增第{index}批企业若干家并完成年度任务" for index in range(20))
    sentences = segment(text).sentences
    assert len(sentences) > 5
    assert len({sentence.run for sentence in sentences}) == 1
    assert max(len(sentence.span) for sentence in sentences) < 60
    assert "".join(quotes(segment(text))) == text


def test_numbers_are_never_cut() -> None:
    clause = "实现产值1,234,567.89万元同比增长8.\n5%并完成全部年度任务"
    for quote in quotes(segment(",".join([clause] * 8))):
        assert "1,234,567.89万元" in quote
        assert "8.\n5%" in quote


@given(SIGNS)
@example("一、" * 100)
@example("（" * 200)
@example("1.\n2")
def test_spans_are_ordered_disjoint_and_cover_every_non_blank(text: str) -> None:
    report = segment(text)
    position = 0
    rebuilt = []
    for sentence in report.sentences:
        span = sentence.span
        assert position <= span.start < span.end <= len(text)
        assert not text[position : span.start].strip()
        rebuilt += [text[position : span.start], span.quote(text)]
        position = span.end
    assert not text[position:].strip()
    assert "".join(rebuilt) + text[position:] == text


@given(SIGNS)
def test_headings_stand_before_their_sentences_and_grow_deeper(text: str) -> None:
    for sentence in segment(text).sentences:
        levels = [heading.level for heading in sentence.headings]
        assert levels == sorted(set(levels))
        assert all(heading.span.end <= sentence.span.start for heading in sentence.headings)


@pytest.mark.parametrize(
    "unit", ["（一）工作", "一、", "（", "1.", "？", "，", "工作", "&amp;", "。", "《甲》；", "9"]
)
def test_time_grows_with_length_not_with_its_square(unit: str) -> None:
    def seconds_once(length: int) -> float:
        started = time.perf_counter()
        segment((unit * length)[:length])
        return time.perf_counter() - started

    def seconds(length: int) -> float:
        return min(seconds_once(length) for _ in range(3))

    assert seconds(100_000) < 60 * max(seconds(10_000), 0.005)
