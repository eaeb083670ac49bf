import pytest

from report.repairs.continuation import WordPairs, join, sentence_goes_on, starts_item


@pytest.mark.parametrize(
    ("left", "right", "goes_on"),
    [
        ("完成水利工程建设投资三亿元以上并且推动各项工作取得新的明显", "成效。", True),
        ("完成水利工程建设投资，同比增长3.", "6亿元。", True),
        ("完成投资。", "下一步", False),
        ("完成投资。”", "下一步", False),
        ("情况如下：", "全年", False),
        ("各项任务，", "二、问题", False),
        ("各项任务，", "推动落实", True),
        ("各项任务", "，推动落实", True),
        ("各项任务。", "，推动落实", False),
        ("各项任务。", "”他说", True),
        ("（", "二、问题", True),
        ("工作总结", "一年来", False),
        ("", "一年来", False),
        ("一年来", "", False),
    ],
)
def test_sentence_goes_on(left: str, right: str, goes_on: bool) -> None:
    text = f"{left}\n{right}"
    assert sentence_goes_on(text, len(left), len(left) + 1, WordPairs.of(text)) is goes_on


def test_word_pairs() -> None:
    pairs = WordPairs.of("供水管网，2023年")
    assert pairs.part_word("供", "水")
    assert pairs.part_word("3", "年")
    assert not pairs.part_word("2", "0")
    assert not pairs.part_word("网", "供")


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("完成投资", "三亿元", "完成投资三亿元"),
        ("Smart City,", "Water Cloud", "Smart City, Water Cloud"),
        ("引进", "Water", "引进Water"),
        ("K2", "B", "K2B"),
        ("(", "IT)", "(IT)"),
    ],
)
def test_join_keeps_latin_words_apart(left: str, right: str, joined: str) -> None:
    text = f"{left}\n{right}"
    edit = join(text, len(left), len(left) + 1)
    assert text[: edit.start] + edit.replacement + text[edit.end :] == joined


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("二、存在问题", True),
        ("（三）供水", True),
        ("● 供水", True),
        ("附件：供水明细", True),
        ("|指标|", True),
        ("供水管网", False),
        ("2023年", False),
        ("-3.5%", False),
    ],
)
def test_starts_item(line: str, expected: bool) -> None:
    assert starts_item(f"工作\n{line}", 3) is expected
