import re
import time
from itertools import pairwise

import opencc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from report.decimals import BROKEN_DECIMAL
from report.domain import RhetoricalRole, blank_free_length
from report.errors import BlankTextError, NoChineseTextError, TextTooLongError
from report.judging import SentText
from report.readable import readable
from report.repairs.repairing import RepairCode, RepairedText
from report.summarising import MAX_TEXT_CHARACTERS, summarise
from report.summary import Script, Section, Summary, SummaryOptions, WarningCode
from tests.conftest import CueTagger
from tests.numbers import numbers_in

REPORT = """某局2023年工作总结
一、工作回顾
全年完成投资3.2亿元，同比增长8.5%。
（一）企业培育。新增高新技术企业21家，总数138家。
二、存在的问题
一是高层次人才不足。
二是经费困难，缺口120万元。
三、下一步打算
力争新增企业30家。
以上报告。"""


def parts(summary: Summary) -> tuple[Section, Section, Section]:
    sections = summary.sections
    return sections.achievements, sections.problems, sections.plans


def test_a_report_is_split_into_its_three_sections(cue_tagger: CueTagger) -> None:
    summary = summarise(SentText(REPORT), SummaryOptions(), cue_tagger)
    achievements, problems, plans = parts(summary)
    assert (
        achievements.summary
        == "全年完成投资3.2亿元，同比增长8.5%；新增高新技术企业21家，总数138家。"
    )
    assert problems.summary == "高层次人才不足；经费困难，缺口120万元。"
    assert "力争新增企业30家。" in plans.summary
    assert [point.headings for point in achievements.points] == [
        ("某局2023年工作总结", "一、工作回顾"),
        ("某局2023年工作总结", "一、工作回顾", "（一）企业培育。"),
    ]


def test_quotes_are_what_the_spans_cover(cue_tagger: CueTagger) -> None:
    text = "\n  " + REPORT + "  \n"
    summary = summarise(SentText(text), SummaryOptions(include_sentences=True), cue_tagger)
    for section in parts(summary):
        for point in section.points:
            assert point.span.quote(text) == point.quote
    assert summary.sentences is not None
    covered = "".join(sentence.span.quote(text) for sentence in summary.sentences)
    assert "".join(covered.split()) == "".join(text.split())


def test_the_coverage_adds_up(cue_tagger: CueTagger) -> None:
    summary = summarise(SentText(REPORT), SummaryOptions(include_sentences=True), cue_tagger)
    coverage = summary.coverage
    assert coverage.characters == len("".join(REPORT.split()))
    assert coverage.sentences == len(summary.sentences or ())
    assert sum(count.characters for count in coverage.by_role.values()) == coverage.characters
    assert sum(count.sentences for count in coverage.by_role.values()) == coverage.sentences
    assert (
        coverage.by_role[RhetoricalRole.PLAN].characters == summary.sections.plans.character_count
    )


def test_sections_that_do_not_exist_are_empty(cue_tagger: CueTagger) -> None:
    achievements, problems, plans = parts(
        summarise(SentText("全年完成投资。"), SummaryOptions(), cue_tagger)
    )
    assert achievements.present
    for absent in (problems, plans):
        assert absent == Section("", (), (), 0, 0)
        assert not absent.present


def test_sentences_are_listed_only_when_asked_for(cue_tagger: CueTagger) -> None:
    assert summarise(SentText(REPORT), SummaryOptions(), cue_tagger).sentences is None


@pytest.mark.parametrize("max_points", [1, 2, 20])
def test_points_are_limited_and_in_order(cue_tagger: CueTagger, max_points: int) -> None:
    text = "\n".join(f"完成第{index}批投资{index * 37}亿元。" for index in range(30))
    points = summarise(SentText(text), SummaryOptions(max_points=max_points), cue_tagger).sections
    starts = [point.span.start for point in points.achievements.points]
    assert len(starts) == max_points
    assert starts == sorted(starts)


def test_the_title_reaches_the_model() -> None:
    seen = []

    class Recorder(CueTagger):
        def tag(self, report):  # type: ignore[no-untyped-def]
            seen.append(report.title)
            return super().tag(report)

    summarise(SentText("完成。", " 工作总结 "), SummaryOptions(), Recorder())
    assert seen == ["工作总结"]


@pytest.mark.parametrize("text", ["", " \n\t\u3000"])
def test_blank_texts_are_refused(cue_tagger: CueTagger, text: str) -> None:
    with pytest.raises(BlankTextError):
        summarise(SentText(text), SummaryOptions(), cue_tagger)


def test_texts_without_chinese_are_refused(cue_tagger: CueTagger) -> None:
    with pytest.raises(NoChineseTextError):
        summarise(SentText("Annual report 2023"), SummaryOptions(), cue_tagger)


def test_the_limit_counts_without_blanks_at_the_ends(cue_tagger: CueTagger) -> None:
    text = (
        " " * 10 + "完成。" * (MAX_TEXT_CHARACTERS // 3) + "完" * (MAX_TEXT_CHARACTERS % 3) + "\n"
    )
    summarise(SentText(text), SummaryOptions(), cue_tagger)
    with pytest.raises(TextTooLongError) as caught:
        summarise(SentText(text + "完"), SummaryOptions(), cue_tagger)
    assert (caught.value.limit, caught.value.actual) == (200_000, 200_002)


def codes(text: str, tagger: CueTagger, **options: int) -> list[WarningCode]:
    summary = summarise(SentText(text), SummaryOptions(**options), tagger)
    return [notice.code for notice in summary.notices]


def test_no_warning_without_reason(cue_tagger: CueTagger) -> None:
    assert codes(REPORT, cue_tagger) == []


def test_a_text_without_sections_is_told(cue_tagger: CueTagger) -> None:
    assert codes("谢谢大家。", cue_tagger) == [WarningCode.NO_SECTIONS]


def test_a_text_with_little_chinese_is_told(cue_tagger: CueTagger) -> None:
    assert WarningCode.MOSTLY_NOT_CHINESE in codes("We finished it all 完成", cue_tagger)


def test_a_summary_cut_inside_a_sentence_is_told(cue_tagger: CueTagger) -> None:
    text = "全年" + "稳步推进各项重点改革发展任务" * 6 + "完成。"
    summary = summarise(SentText(text), SummaryOptions(max_summary_chars=50), cue_tagger)
    assert [notice.code for notice in summary.notices] == [WarningCode.SUMMARY_SHORTENED]
    assert len(summary.sections.achievements.summary) <= 50
    assert summary.sections.achievements.summary.endswith("…")


CLAUSES = st.lists(
    st.sampled_from(
        [
            "完成投资3.2亿元",
            "一是新增企业21家",
            "同比增长8.\n5%",
            "仍有120万元缺口、人手不足",
            "力争突破１５家",
            "（二）谢谢大家",
            "2、将加强 3 项工作",
            "列全省第18位",
            "1. 5G基站新增120个",
            "3.\n2024年将新建1，200套",
            "1、2号楼完成",
            "2022 - 2023年获得1,234.5万元",
            "共计!5",
        ]
    ),
    min_size=1,
    max_size=30,
)
SEPARATORS = st.sampled_from(["。", "；", "，", "\n", ""])


@settings(max_examples=300)
@example(["1. 5G基站新增120个", "同比增长8.\n5%"], "", 50)
@given(CLAUSES, SEPARATORS, st.integers(50, 300))
def test_every_number_of_an_answer_stands_whole_in_the_source(
    clauses: list[str], separator: str, budget: int
) -> None:
    text = separator.join(clauses)
    for without in (frozenset(RepairCode), frozenset[RepairCode]()):
        read = RepairedText.of(text, without).reading.text
        numbers = set(numbers_in(BROKEN_DECIMAL.sub("", read)))
        options = SummaryOptions(max_points=20, max_summary_chars=budget, without=without)
        for section in parts(summarise(SentText(text), options, CueTagger())):
            assert len(section.summary) <= budget
            assert set(numbers_in(section.summary)) <= numbers
            for point in section.points:
                assert set(numbers_in(point.text)) <= numbers
                assert not without or point.text == readable(point.quote)


@given(CLAUSES, SEPARATORS)
def test_summaries_repeat_the_words_of_the_source(clauses: list[str], separator: str) -> None:
    text = separator.join(clauses)
    summary = summarise(SentText(text), SummaryOptions(), CueTagger())
    source = "".join(RepairedText.of(text).reading.text.split())
    for section in parts(summary):
        for piece in re.split("[…。；，]", section.summary):
            assert "".join(piece.split()).rstrip("：") in source


def test_repeated_sentences_are_told_once(cue_tagger: CueTagger) -> None:
    text = "完成全部年度投资任务。\n" * 12 + "新增规上工业企业三家。"
    achievements = summarise(SentText(text), SummaryOptions(), cue_tagger).sections.achievements
    assert achievements.summary == "完成全部年度投资任务；新增规上工业企业三家。"
    assert len(achievements.points) == 2


def test_a_title_that_the_text_begins_with_is_not_read_twice() -> None:
    seen = []

    class Recorder(CueTagger):
        def tag(self, report):  # type: ignore[no-untyped-def]
            seen.append(report.title)
            return super().tag(report)

    summarise(SentText("\n工作总结\n完成任务。", "工作总结"), SummaryOptions(), Recorder())
    assert seen == [""]


@pytest.mark.parametrize("unit", ["9", "一、", "（一）", "9.", "完成9", "，"])
def test_time_grows_with_length_not_with_its_square(cue_tagger: CueTagger, unit: str) -> None:
    def seconds_once(length: int) -> float:
        text = "完成" + (unit * length)[:length] + "完成"
        started = time.perf_counter()
        summarise(SentText(text), SummaryOptions(), cue_tagger)
        return time.perf_counter() - started

    def seconds(length: int) -> float:
        return min(seconds_once(length) for _ in range(3))

    assert seconds(30_000) < 60 * max(seconds(3_000), 0.01)


FIRST = """市水务局2021年工作总结
2021年，市水务局在市委、市政府的正确领导下，完成河道清淤、水库除险和供水改造各项任务，现总结如下：
一、工作完成情况
（一）完成河道清淤18公里，新增堤防岸线6公里，沿河排口排查实现全覆盖。
（二）完成水库除险加固4座，新增蓄水120万立方米，汛期没有发生一起险情。
（三）完成农村供水管网改造33公里，新增受益群众2.4万人，水质达标率增长到99%。
（四）完成投资3.2亿元，获省级节水型城市称号，我局获评全市先进单位。
二、下一步打算
力争完成引调水工程二期，计划新建泵站2座，将加强水文监测队伍建设。
特此报告。
市水务局
2022年1月5日
"""
SECOND = """市林业局2022年工作总结
今年以来，市林业局坚持植绿护绿并重，在省林业厅的指导下，各项工作取得新进展，现将情况报告如下：
一、主要成效
（一）国土绿化提速。完成人工造林1.1万亩，新增乡村绿化美化示范村15个。
（二）资源管护有力。完成松材线虫病除治面积870公顷，新增护林防火视频监控塔9座。
（三）林业产业壮大。完成油茶低产林改造5600亩，林下经济产值增长12.5%，我局获全省表彰。
二、存在问题
一是护林员人手不足，年龄偏大。二是山区防火道路短板明显，经费困难。
三、明年计划
力争造林1.3万亩，将新建生物防火林带40公里，计划培训护林员600人次。
市林业局
2022年12月20日
"""


def test_several_reports_have_sections_of_their_own(cue_tagger: CueTagger) -> None:
    text = FIRST + SECOND
    summary = summarise(SentText(text), SummaryOptions(include_sentences=True), cue_tagger)
    water, forest = summary.parts
    assert (water.title, forest.title) == ("市水务局2021年工作总结", "市林业局2022年工作总结")
    assert (water.span.start, forest.span.start) == (0, len(FIRST))
    assert forest.span.end == len(text.rstrip())
    assert not water.sections.problems.present
    assert forest.sections.problems.points[0].span.start > len(FIRST)
    assert "水务" not in forest.sections.achievements.summary + forest.sections.plans.summary
    for name in ("achievements", "problems", "plans"):
        whole, *own = (
            getattr(sections, name)
            for sections in (summary.sections, water.sections, forest.sections)
        )
        assert whole.sentence_count == sum(section.sentence_count for section in own)
        assert whole.character_count == sum(section.character_count for section in own)


@pytest.mark.parametrize("text", ["&#xD800;;牛\u3000等", "完成\u200b\n\u200b\n投资"])
def test_sentences_never_overlap_and_are_never_blank(cue_tagger: CueTagger, text: str) -> None:
    for without in (frozenset[RepairCode](), frozenset(RepairCode)):
        options = SummaryOptions(include_sentences=True, without=without)
        summary = summarise(SentText(text), options, cue_tagger)
        assert summary.sentences is not None
        spans = [sentence.span for sentence in summary.sentences]
        assert all(left.end <= right.start for left, right in pairwise(spans))
        assert all(blank_free_length(span.quote(text)) for span in spans)


def test_one_report_has_no_parts(cue_tagger: CueTagger) -> None:
    for text in (FIRST, SECOND):
        assert summarise(SentText(text), SummaryOptions(), cue_tagger).parts == ()


def test_titles_of_parts_are_in_the_script_asked_for(cue_tagger: CueTagger) -> None:
    text = opencc.OpenCC("s2t").convert(FIRST + SECOND)
    for script, title in (
        (Script.ORIGINAL, "市水務局2021年工作總結"),
        (Script.SIMPLIFIED, "市水务局2021年工作总结"),
    ):
        summary = summarise(SentText(text), SummaryOptions(script=script), cue_tagger)
        assert summary.parts[0].title == title
        [point, *_] = summary.sections.achievements.points
        assert point.quote == point.span.quote(text)
        assert ("務" in point.text) is (script is Script.ORIGINAL)


def test_what_is_not_read_is_in_the_ledger(cue_tagger: CueTagger) -> None:
    text = "下载文档到电脑，查找使用更方便\n" + REPORT + "\nCopyright © 2012-2022 某某文库 版权所有"
    summary = summarise(SentText(text), SummaryOptions(include_sentences=True), cue_tagger)
    assert summary.sentences is not None
    first, last = summary.sentences[0], summary.sentences[-1]
    assert first.span.start == 0
    assert last.span.quote(text) == "Copyright © 2012-2022 某某文库 版权所有"
    assert (last.role, last.confidence, last.headings) == (RhetoricalRole.OTHER, 1.0, ())
    covered = "".join(sentence.span.quote(text) for sentence in summary.sentences)
    assert "".join(covered.split()) == "".join(text.split())
    assert summary.coverage.characters == len("".join(text.split()))
