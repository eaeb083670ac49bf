import json
from pathlib import Path

from report.domain import RhetoricalRole
from training.weak_labels import label_report, read_government_reports

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole

REPORT = """各位代表：
现在，我代表市人民政府向大会报告工作，请予审议，并请市政协委员提出意见。
一、2023年工作回顾
过去一年，全市完成投资三百亿元，增长百分之八。
（一）产业发展提质增效。新增规上企业四十家。
这些成绩的取得，是市委坚强领导的结果。
在此，我代表市人民政府，向全市人民表示衷心的感谢！
同时，我们也清醒地认识到，发展中还存在不少困难和问题：产业结构不优；创新能力不强。
民生领域还有短板。
对此，我们将采取有力措施，切实加以解决。
二、2024年工作安排
今年是新中国成立75周年，是实施规划的关键一年。
力争地区生产总值增长百分之六。
三、全面加强政府自身建设
坚持依法行政。
附件：名词解释
规上企业：规模以上企业。
"""

EXPECTED = [
    ("各位代表：", OTHER),
    ("现在，我代表市人民政府向大会报告工作，请予审议，并请市政协委员提出意见。", OTHER),
    ("一、2023年工作回顾", OTHER),
    ("过去一年，全市完成投资三百亿元，增长百分之八。", ACHIEVEMENT),
    ("（一）产业发展提质增效。", ACHIEVEMENT),
    ("新增规上企业四十家。", ACHIEVEMENT),
    ("这些成绩的取得，是市委坚强领导的结果。", OTHER),
    ("在此，我代表市人民政府，向全市人民表示衷心的感谢！", OTHER),
    ("同时，我们也清醒地认识到，发展中还存在不少困难和问题：产业结构不优；", PROBLEM),
    ("创新能力不强。", PROBLEM),
    ("民生领域还有短板。", PROBLEM),
    ("对此，我们将采取有力措施，切实加以解决。", PLAN),
    ("二、2024年工作安排", OTHER),
    ("今年是新中国成立75周年，是实施规划的关键一年。", OTHER),
    ("力争地区生产总值增长百分之六。", PLAN),
    ("三、全面加强政府自身建设", OTHER),
    ("坚持依法行政。", PLAN),
    ("附件：名词解释", OTHER),
    ("规上企业：规模以上企业。", OTHER),
]


def test_headings_and_cues_give_roles() -> None:
    units = label_report("x", "city", REPORT).units
    assert [(unit.text, unit.role) for unit in units] == EXPECTED


def test_a_heading_for_both_periods_decides_nothing() -> None:
    text = "一、2023年工作回顾和2024年工作安排\n全市新增企业，完成投资三百亿元，民生得到改善。"
    assert label_report("x", "city", text).units[-1].role is None


def test_units_join_to_the_report_but_for_blank_lines() -> None:
    units = label_report("x", "city", REPORT).units
    assert "".join(unit.text + unit.separator for unit in units) == REPORT


def reports(folder: Path, *rows: tuple[str, int, str]) -> dict[str, str]:
    """The groups of reports whose index has these rows of file, year and region."""
    for file, _, _ in rows:
        longer = REPORT.replace("新增规上企业四十家。", "新增规上企业四十家。" * 9)
        (folder / file).write_text(longer, encoding="utf-8")
    index = ({"file": file, "year": year, "region": region} for file, year, region in rows)
    (folder / "index.jsonl").write_text("\n".join(map(json.dumps, index)), encoding="utf-8")
    return {document.name: document.group for document in read_government_reports(folder)}


def test_all_reports_of_a_region_are_one_group(tmp_path: Path) -> None:
    groups = reports(
        tmp_path,
        ("001.txt", 2024, "东营"),
        ("002.txt", 2025, "东营市"),
        ("003.txt", 2025, "广西壮族自治区"),
        ("004.txt", 2026, "广西"),
        ("005.txt", 1984, "国务院"),
        ("006.txt", 1989, "国务院"),
        ("007.txt", 1990, "国务院"),
    )
    assert list(groups.values()) == [
        *("东营", "东营", "广西", "广西"),
        *("national-198", "national-198", "national-199"),
    ]


def test_a_report_that_no_index_lists_is_its_own_group(tmp_path: Path) -> None:
    assert reports(tmp_path, ("001.txt", 2024, "东营")) == {"001": "东营"}
    (tmp_path / "index.jsonl").write_text("", encoding="utf-8")
    assert [document.group for document in read_government_reports(tmp_path)] == ["001"]
    (tmp_path / "index.jsonl").unlink()
    assert [document.group for document in read_government_reports(tmp_path)] == ["001"]


def test_a_collection_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert list(read_government_reports(tmp_path / "province-2027")) == []


def test_reports_that_the_rules_cannot_read_are_left_out(tmp_path: Path) -> None:
    longer = REPORT.replace("新增规上企业四十家。", "新增规上企业四十家。" * 9)
    (tmp_path / "001.txt").write_text(longer, encoding="utf-8")
    (tmp_path / "002.txt").write_text("没有标题的报告，无从判断。\n" * 20, encoding="utf-8")
    assert [doc.name for doc in read_government_reports(tmp_path)] == ["001"]
