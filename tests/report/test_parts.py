"""Texts of several reports are taken apart, single reports stay whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
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


# Short reports of one house, all after one pattern: hardly any word tells them apart.
OFFICES = ("综合办", "维修科", "票务室")
PERSONS = ("沈丽", "高文博", "周××")
NUMERALS = "一二三"
WORK = (
    "全年收文1840件，发文326件，筹备会议41次，办理职工来信57件，整理档案920卷",
    "全年检修车辆612台次，更换轮胎338条，抢修故障74起，组织技能比武2次",
    "全年售出客票83万张，退改签1.9万张，清点票款365次，更新售票机12台",
)
FAULTS = ("文件流转偏慢。", "备件库存不足。", "窗口排队较长。")
NEXT = (
    "明年把公文全部搬到网上办，会议压减两成。",
    "明年建成备件仓库，再培养四名高级技师。",
    "明年增开自助窗口六个，推行电子发票。",
)


def short_report(number: int, marks: Sequence[str] = ("一、", "二、", "三、")) -> str:
    """The text of the report below its title, some 150 characters."""
    work = f"{WORK[number]}，各项任务按时完成，得到了领导和群众的一致好评。"
    sections = (
        f"工作完成情况\n{work}",
        f"存在问题\n{FAULTS[number]}基础工作还不够扎实，个别同志主动性不强。",
        f"下一步打算\n{NEXT[number]}我们将继续努力，把各项工作做得更好。",
    )
    return "".join(f"{mark}{section}\n" for mark, section in zip(marks, sections, strict=True))


def compilation(
    form: str, signed: str = "", marks: Sequence[str] = ("一、", "二、", "三、")
) -> str:
    """The three short reports, each below its title and above what signs it."""
    return "".join(
        titled(form, number) + "\n" + short_report(number, marks) + titled(signed, number)
        for number in range(3)
    )


def titled(form: str, number: int) -> str:
    return form.format(
        office=OFFICES[number],
        person=PERSONS[number],
        numeral=NUMERALS[number],
        number=number + 1,
        year=2021 + number,
    )


@pytest.mark.parametrize(
    "form",
    [
        "{office}2023年工作总结",
        "2023年{office}工作总结",
        "{office}工作总结",
        "关于{office}2023年度工作情况的报告",
        "{office}2023年工作总结及2024年工作计划",
        "# {office}2023年工作总结\n",
        "{office}\n2023年工作总结",
        "综合办{year}年工作总结",
        "{person}2023年度述职报告",
        "{person}述职报告",
        "2023年述职报告（{person}）",
        "述职报告\n{person}",
        "2023年度述职报告\n副经理  {person}",
        "篇{numeral}：{office}2023年工作总结",
        "篇{number}：2023年工作总结",
        "第{numeral}篇：{office}2023年工作总结",
        "【范文{numeral}】",
        "范文{numeral}：个人工作总结",
    ],
)
@pytest.mark.parametrize("signed", ["", "{office}\n2023年12月20日\n\n", "\n"])
def test_compilations_of_short_reports_have_parts(form: str, signed: str) -> None:
    text = compilation(form, signed)
    parts = parts_of(text)
    assert [part.title for part in parts] == [title_in(form, number) for number in range(3)]
    begins = [text.index(titled(form, number) + "\n" + short_report(number)) for number in range(3)]
    assert [part.span.start for part in parts] == begins


def title_in(form: str, number: int) -> str:
    lines = (line.strip("# ") for line in titled(form, number).splitlines())
    return next(line for line in lines if re.search(r"总结|报告|范文", line))


@pytest.mark.parametrize(
    "marks", [("1. ", "2. ", "3. "), ("（一）", "（二）", "（三）"), ("", "", "")]
)
def test_compilations_may_be_numbered_otherwise(marks: Sequence[str]) -> None:
    parts = parts_of(compilation("{office}2023年工作总结", marks=marks))
    assert [part.title for part in parts] == [f"{office}2023年工作总结" for office in OFFICES]


def test_reports_told_by_their_signatures_have_parts() -> None:
    text = compilation("2023年工作总结", "{office}\n2023年12月20日\n")
    parts = parts_of(text)
    assert [part.span.quote(text).endswith("2023年12月20日") for part in parts] == [True] * 3


@pytest.mark.parametrize("mark", ["", "{numeral}、"])
def test_a_list_of_contents_belongs_to_the_first_report(mark: str) -> None:
    form = "{office}2023年工作总结"
    contents = "".join(titled(f"{mark}{form}\n", number) for number in range(3))
    text = f"车站各科室总结汇编\n目录\n{contents}{compilation(form)}"
    starts = [part.span.start for part in parts_of(text)]
    assert starts == [0, *(text.rindex(titled(form, number)) for number in (1, 2))]


FIRST, SECOND, THIRD = (short_report(number) for number in range(3))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "客运站2023年工作总结和2024年工作计划\n"
            f"2023年工作总结\n{FIRST}2024年工作计划\n{SECOND}",
            id="two halves under one title",
        ),
        pytest.param(
            f"客运站2023年工作总结\n{FIRST}客运站2024年工作计划\n{SECOND}",
            id="two halves with the same name",
        ),
        pytest.param(
            f"客运站2023年工作总结\n上半年工作总结\n{FIRST}下半年工作总结\n{SECOND}",
            id="half-years",
        ),
        pytest.param(
            f"客运站工作报告\n第一部分 综合办2023年工作总结\n{FIRST}"
            f"第二部分 维修科2023年工作总结\n{SECOND}",
            id="numbered parts",
        ),
        pytest.param(
            "客运站2023年工作总结\n一、各科室工作\n"
            + "".join(
                f"（{NUMERALS[number]}）{OFFICES[number]}工作\n{WORK[number]}。\n"
                for number in range(3)
            )
            + f"二、存在问题\n{FAULTS[0]}\n三、下一步打算\n{NEXT[0]}",
            id="chapters of departments",
        ),
        pytest.param(
            "客运站2023年工作总结\n"
            + "".join(f"{OFFICES[number]}工作\n{short_report(number)}" for number in range(3)),
            id="departments that are no titles",
        ),
        pytest.param(
            f"客运站2023年工作总结\n党建工作总结\n{FIRST}2023年干部工作总结\n{SECOND}",
            id="topics that are nobody",
        ),
        pytest.param(
            "客运站2023年工作总结\n一、各科室工作\n"
            + "".join(
                f"{OFFICES[number]}2023年工作总结\n" + short_report(number, ("1. ", "2. ", "3. "))
                for number in range(3)
            )
            + f"二、存在问题\n{FAULTS[0]}\n三、下一步打算\n{NEXT[0]}",
            id="titles inside a numbering that goes on",
        ),
        pytest.param(
            "".join(
                f"客运站2023年工作总结\n{NUMERALS[number]}、事项\n{WORK[number]}。{NEXT[number]}\n"
                for number in range(3)
            ),
            id="running title of a short report",
        ),
        pytest.param(
            f"客运站2023年工作总结\n{FIRST}附件：\n"
            + "".join(f"{office}2023年工作总结\n" for office in OFFICES),
            id="list of annexes",
        ),
    ],
)
def test_short_reports_with_halves_or_chapters_stay_whole(text: str) -> None:
    assert parts_of(text) == ()


def test_of_a_compilation_what_is_hardly_a_report_is_no_part() -> None:
    short = "票务室2023年工作总结\n一、工作\n售票83万张。\n二、不足\n窗口少。\n"
    text = f"综合办2023年工作总结\n{FIRST}维修科2023年工作总结\n{SECOND}{short}"
    assert [part.title for part in parts_of(text)] == [
        "综合办2023年工作总结",
        "维修科2023年工作总结",
    ]
