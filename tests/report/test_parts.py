"""Texts of several reports are taken apart, single reports stay whole."""

from __future__ import annotations

from itertools import pairwise

import pytest

from report.domain import LabelledSentence, Report, RhetoricalRole, Span
from report.parts import Part, find_parts
from report.segmentation import segment

LIBRARY = """云溪县图书馆2022年工作总结
2022年，在县委宣传部的领导和省图书馆的指导下，我馆以读者为中心，较好地完成了全年任务。
一、主要工作
（一）阵地服务
全年接待读者21.4万人次，外借图书18.9万册，比上年增加两成。云溪县图书馆总馆延长了夜间开放时间，\
新办借书证3216张，亭下镇、石鼓镇分馆实现通借通还。
（二）阅读推广
举办讲座、展览、故事会148场，云溪县图书馆的朗读亭走进了9所小学，参加的孩子有一万二千多人。
二、存在的问题
古籍书库没有恒温设备，馆员平均年龄偏大，乡镇分馆的新书补充跟不上。
三、下一步打算
争取古籍书库改造列入预算，招录两名专业馆员，给每个分馆每季度配送新书三百册。
云溪县图书馆
2022年12月20日"""

HOSPITAL = """江塘市第二人民医院2023年工作报告
各位代表、同志们：
现在，我代表医院领导班子向大会报告工作，请予审议。
一、2023年工作回顾
江塘市第二人民医院全年门诊46.2万人次，出院2.9万人次，三四级手术占比提高到61.3%，平均住院日降到7.1天。
胸痛中心通过国家认证，卒中患者从进门到用药的时间缩短到38分钟。我院引进博士7人，江塘市医保局考核为优秀。
二、2024年主要任务
江塘市第二人民医院要建成城东院区门诊楼，开放床位200张；要把日间手术做到三成以上；\
要完善绩效分配，向夜班和急诊倾斜。我院将继续对口帮扶两家乡镇卫生院，派驻医师每批不少于五人。
同志们，让我们携手并肩，为病人多想一步，为建设群众信赖的医院而努力奋斗！"""

SCHOOL = """北山中学德育处工作总结
这学期德育处围着“安静、干净、有礼貌”三件小事做文章，班主任和家长都看得见变化。
1. 常规
食堂排队、晚自习纪律、宿舍内务每天由学生会检查，扣分当天公布，迟到人次从每周96次降到31次。
2. 活动
北山中学的社团由12个增加到19个，学生参加率八成六；秋季远足走了22公里，没有一个学生掉队。
3. 家校
开放日来了630位家长，德育处收到意见118条，答复117条，余下一条涉及校门外的路灯，已转街道办。
4. 不足
住校生的周末安排太空，心理老师只有一位，约谈要排到两周以后。
5. 明年
德育处准备周末开放体育馆和画室，再申请一位心理老师，把班主任的培训排进每月第一周。"""

REPORTS = (LIBRARY, HOSPITAL, SCHOOL)
TITLES = (
    "云溪县图书馆2022年工作总结",
    "江塘市第二人民医院2023年工作报告",
    "北山中学德育处工作总结",
)


def judged(
    text: str, role: RhetoricalRole = RhetoricalRole.ACHIEVEMENT
) -> tuple[Report, list[LabelledSentence]]:
    report = segment(text)
    return report, [LabelledSentence(sentence, role, 0.9) for sentence in report.sentences]


def parts_of(text: str) -> tuple[Part, ...]:
    return find_parts(*judged(text))


@pytest.mark.parametrize("report", REPORTS)
def test_a_single_report_has_no_parts(report: str) -> None:
    assert parts_of(report) == ()


@pytest.mark.parametrize("separator", ["\n", "\n\n", "\n\n\n\u3000\u3000"])
def test_reports_one_after_the_other_are_parts(separator: str) -> None:
    text = separator.join(REPORTS)
    parts = parts_of(text)
    assert tuple(part.span.quote(text) for part in parts) == REPORTS
    assert tuple(part.title for part in parts) == TITLES


def test_a_title_behind_a_full_stop_begins_a_part() -> None:
    text = HOSPITAL + LIBRARY.replace("\n", "") + "\n" + SCHOOL
    assert [part.span.start for part in parts_of(text)] == [
        0,
        len(HOSPITAL),
        text.index(SCHOOL),
    ]


def test_a_title_that_lost_its_line_end_is_found_near() -> None:
    text = LIBRARY + HOSPITAL
    parts = parts_of(text)
    assert [part.title for part in parts] == list(TITLES[:2])
    assert abs(parts[1].span.start - len(LIBRARY)) <= len("2022年12月20日")


def test_parts_tile_the_sentences() -> None:
    report, labelled = judged("\n".join(REPORTS))
    parts = find_parts(report, labelled)
    assert len(parts) == 3
    assert (parts[0].sentences.start, parts[-1].sentences.stop) == (0, len(labelled))
    assert all(left.sentences.stop == right.sentences.start for left, right in pairwise(parts))
    for part in parts:
        first, last = labelled[part.sentences.start], labelled[part.sentences.stop - 1]
        assert part.span == Span(first.sentence.span.start, last.sentence.span.end)


def test_numbered_titles_on_one_line() -> None:
    bodies = (report.split("\n", 1)[1].replace("\n", "") for report in REPORTS)
    text = "档案局工作总结" + "。".join(
        f"档案局工作总结({number}){year}年，在局党组的领导下，各科室尽职尽责。{body}"
        for number, year, body in zip("一二三", (2021, 2022, 2023), bodies, strict=True)
    )
    parts = parts_of(text)
    assert [part.title for part in parts] == [f"档案局工作总结({number})" for number in "一二三"]
    assert [part.span.start for part in parts[1:]] == [
        text.index("档案局工作总结(二)"),
        text.index("档案局工作总结(三)"),
    ]


def test_the_title_is_as_the_sender_wrote_it() -> None:
    text = f"{LIBRARY}\n{HOSPITAL}"
    report = segment(text, written=text.replace("医院", "醫院"))
    labelled = [
        LabelledSentence(sentence, RhetoricalRole.PLAN, 0.9) for sentence in report.sentences
    ]
    assert find_parts(report, labelled)[1].title == "江塘市第二人民醫院2023年工作报告"


def test_a_part_without_a_title_has_none() -> None:
    text = LIBRARY + "\n" + HOSPITAL.split("\n", 1)[1]
    parts = parts_of(text)
    assert [part.title for part in parts] == [TITLES[0], ""]
    assert parts[1].span.quote(text).startswith("各位代表、同志们：")


def test_the_institution_above_a_title_belongs_to_its_report() -> None:
    title, body = HOSPITAL.split("\n", 1)
    report = f"{title.removesuffix('2023年工作报告')}\n2023年工作报告\n{body}"
    text = f"{SCHOOL}\n{report}"
    assert [part.span.quote(text) for part in parts_of(text)] == [SCHOOL, report]


def test_the_signature_of_the_last_report_stays_with_it() -> None:
    signed = SCHOOL + "\n北山中学"
    text = f"{signed}\n{HOSPITAL}"
    assert [part.span.quote(text) for part in parts_of(text)] == [signed, HOSPITAL]


REVIEW, PLAN = HOSPITAL.split("二、2024年主要任务\n")
TEASER = (
    "某某局工作总结\n"
    "某某局工作总结。今年以来，在县委的领导下，我局各项工作取得了新的成绩，现将情况报告如下…"
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"{REVIEW}2023年工作总结\n一、医疗\n{REVIEW.splitlines()[-1]}\n二、科研\n立项5个。\n"
            f"2024年工作计划\n一、医疗\n{PLAN}",
            id="two halves of one report",
        ),
        pytest.param(
            LIBRARY.replace("二、存在的问题", "云溪县图书馆2022年工作总结\n二、存在的问题"),
            id="running title",
        ),
        pytest.param(
            LIBRARY.replace("（二）", "会上印发了《江塘市第二人民医院2023年工作报告》。\n（二）"),
            id="quoted title",
        ),
        pytest.param(
            "目录\n" + "\n".join(TITLES) + "\n" + LIBRARY,
            id="table of contents",
        ),
        pytest.param(f"{HOSPITAL}\n{TEASER}\n{TEASER}\n{TEASER}\n{TEASER}", id="teasers"),
        pytest.param(
            f"{HOSPITAL}\n附件1\n名词解释\n"
            + "日间手术：当天入院、当天手术、当天出院的手术。\n" * 12,
            id="annex",
        ),
        pytest.param(
            LIBRARY.replace("一、主要工作", "第一部分 2022年工作回顾").replace(
                "三、下一步打算", "第二部分 2023年工作打算"
            ),
            id="numbered halves",
        ),
        pytest.param(
            HOSPITAL.replace("二、2024", "各位代表！成绩来之不易。\n二、2024"),
            id="salutation in the middle",
        ),
        pytest.param(
            f"各科室：\n现将《{TITLES[0]}》印发给你们，请认真落实。\n云溪县图书馆\n"
            f"2022年12月30日\n{LIBRARY}",
            id="cover letter",
        ),
    ],
)
def test_what_looks_like_a_second_report_and_is_none(text: str) -> None:
    assert parts_of(text) == ()


def test_too_short_a_report_is_no_part() -> None:
    short = "江塘市卫生监督所2023年工作汇报\n现将工作汇报如下。\n检查药店31家，立案2件。"
    assert parts_of(f"{LIBRARY}\n{short}") == ()
    assert len(parts_of(f"{LIBRARY}\n{short}\n{SCHOOL}")) == 2


def test_what_has_no_sections_is_no_part() -> None:
    report, labelled = judged(f"{LIBRARY}\n{HOSPITAL}")
    second = len(LIBRARY)
    mixed = [
        item
        if item.sentence.span.start < second
        else LabelledSentence(item.sentence, RhetoricalRole.OTHER, 0.9)
        for item in labelled
    ]
    assert len(find_parts(report, labelled)) == 2
    assert find_parts(report, mixed) == ()


@pytest.mark.parametrize("text", ["", " \n", "工作总结", "（" * 500, "工作总结\n" * 300])
def test_texts_that_are_no_reports_have_no_parts(text: str) -> None:
    assert parts_of(text) == ()
