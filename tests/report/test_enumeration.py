import pytest

from report.enumeration import Mark, MarkLevel, chinese_ordinal, mark_at, strip_marks


@pytest.mark.parametrize(
    ("text", "level", "ordinal", "length"),
    [
        ("第一部分 工作回顾", MarkLevel.PART, 1, 5),
        ("第三部分：今后打算", MarkLevel.PART, 3, 5),
        ("第二章 目标", MarkLevel.PART, 2, 4),
        ("一、2023年工作总结", MarkLevel.CHINESE, 1, 2),
        ("十二、其他", MarkLevel.CHINESE, 12, 3),
        ("二十一、其他", MarkLevel.CHINESE, 21, 4),
        ("三．存在问题", MarkLevel.CHINESE, 3, 2),
        ("（一）优化顶层设计", MarkLevel.CHINESE_BRACKETED, 1, 3),
        ("(二)夯实平台建设", MarkLevel.CHINESE_BRACKETED, 2, 3),
        ("〔三〕知识产权", MarkLevel.CHINESE_BRACKETED, 3, 3),
        ("1.国家高新技术企业", MarkLevel.DIGIT, 1, 2),
        ("２．全角数字", MarkLevel.DIGIT, 2, 2),
        ("3、构建体系", MarkLevel.DIGIT, 3, 2),
        ("10. 收尾", MarkLevel.DIGIT, 10, 4),
        ("（4）加强培训", MarkLevel.DIGIT_BRACKETED, 4, 3),
        ("5）加强培训", MarkLevel.DIGIT_BRACKETED, 5, 2),
        ("⑥加强培训", MarkLevel.DIGIT_BRACKETED, 6, 1),
        ("一是规划引领", MarkLevel.ORDINAL_WORD, 1, 2),
        ("二要严格执法", MarkLevel.ORDINAL_WORD, 2, 2),
        ("第三，加强领导", MarkLevel.ORDINAL_WORD, 3, 3),
    ],
)
def test_marks(text: str, level: MarkLevel, ordinal: int, length: int) -> None:
    assert mark_at(text) == Mark(level, ordinal, length)


@pytest.mark.parametrize(
    "text",
    [
        "2023年，全市完成投资",
        "3.21%的企业",
        "１２．５亿元",
        "1、2号楼封顶",
        "一、二季度增长较快",
        "三是否可行",
        "第一产业增加值",
        "十分重要",
        "2.5万人",
        "各项工作",
        "",
    ],
)
def test_no_marks(text: str) -> None:
    assert mark_at(text) is None


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("一", 1), ("九", 9), ("十", 10), ("十一", 11), ("二十", 20), ("九十九", 99), ("十十", 0)],
)
def test_chinese_ordinal(numeral: str, value: int) -> None:
    assert chinese_ordinal(numeral) == value


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("一是规划引领。", "规划引领。"),
        ("（一）1.夯实基础。", "夯实基础。"),
        ("## 二、问题", "问题"),
        ("- 新增企业3家", "新增企业3家"),
        ("——坚持创新", "坚持创新"),
        ("-12.5%的降幅", "-12.5%的降幅"),
        ("1、2号楼封顶", "1、2号楼封顶"),
        ("一、", "一、"),
        ("2023年完成", "2023年完成"),
        ("", ""),
    ],
)
def test_strip_marks(text: str, stripped: str) -> None:
    assert strip_marks(text) == stripped


@pytest.mark.parametrize(
    "text",
    [
        "第一、第二产业增加值分别增长3%和5%",
        "1、2月份固定资产投资增长15%",
        "十一、十二月份",
        "一、三季度用电量",
        "一、二、三产增加值",
        "3、5号楼封顶",
        "1、3、5号楼封顶",
        "10、12号楼封顶",
        "十、百、千工程",
        "①②③号项目",
        "一．五亿元",
        "三要素保障有力",
        "一要件一清单",
        "第一篇章",
    ],
)
def test_members_of_a_series_and_other_words_are_kept(text: str) -> None:
    assert strip_marks(text) == text


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("一、一季度工作", "一季度工作"),
        ("3、1号楼封顶", "1号楼封顶"),
        ("一、十大工程开工", "十大工程开工"),
        ("1、2023年完成投资", "2023年完成投资"),
        ("1. 5G基站建成120个", "5G基站建成120个"),
        ("2. 2023年完成投资", "2023年完成投资"),
        ("一、二、其他", "一、二、其他"),
        ("1.\n2023年完成投资", "2023年完成投资"),
    ],
)
def test_marks_before_numbers(text: str, stripped: str) -> None:
    assert strip_marks(text) == stripped
