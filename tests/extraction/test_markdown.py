import time

import pytest

from extraction.limits import ExtractionLimits
from extraction.markdown import read_markdown


def text_of(markup: str) -> str:
    return read_markdown(markup.encode(), ExtractionLimits()).text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("**全年**完成*5*亿元，~~删~~`代码`[链接](http://x)", "全年完成5亿元，删代码链接"),
        ("**工程提速。**投资5亿元，推进**“一网”**改革", "工程提速。投资5亿元，推进“一网”改革"),
        ("**甲。**乙。**丙：**GDP增长*5%*，**丁**“戊”*已*", "甲。乙。丙：GDP增长5%，丁“戊”已"),
        ("甲`**5**`乙**丙，2 * 3 * 4，2 ** 3", "甲**5**乙**丙，2 * 3 * 4，2 ** 3"),
        ("第一行\n第二行  \n第三行<br>第四行", "第一行\n第二行\n第三行\n第四行"),
        ("甲\n\n乙", "甲\n乙"),
        ("1. 甲\n2. 2031年", "1.甲\n2. 2031年"),
        ("3) 甲\n3) 乙", "3)甲\n4)乙"),
        ("- 甲\n- 乙\n  1. 子\n\n     又\n- 丙", "- 甲\n- 乙\n1.子\n又\n- 丙"),
        ("* 甲\n* \n* 丙", "* 甲\n* 丙"),
        ("| 指标 | 数值 |\n|---|---|\n| 投资 | **5** |\n| | |", "指标\t数值\n投资\t5"),
        ("| 投资 | |\n|---|---|", "投资"),
        ("> 引文\n> 又", "引文\n又"),
        ("```sql\nselect 1\n\n2\n```\n后", "select 1\n\n2\n后"),
        ("甲<b>粗</b>&nbsp;乙&amp;", "甲粗\xa0乙&"),
        ("<table><tr><td>甲</td><td>乙</td></tr></table>\n\n后", "甲\t乙\n后"),
        ("<div hidden>隐</div>\n\n![图](a.png)后\\*", "后*"),
        ("---\ntitle: 总结\ndate: 2031\n---\n正文", "title: 总结\ndate: 2031\n正文"),
        ("---\n\n正文", "正文"),
        ("甲\n\n---\n\n乙", "甲\n乙"),
        ("\u3000\u3000缩进的段落\r\n第二行", "缩进的段落\n第二行"),
        ("一、总结\n1、甲", "一、总结\n1、甲"),
        ("", ""),
    ],
)
def test_texts(markup: str, text: str) -> None:
    assert text_of(markup) == text


def test_headings_make_the_outline() -> None:
    markup = "# 总结\n\n文\n\n### **一、** 回顾 ###\n\n计划\n====\n\n一行\n两行\n---\n"
    document = read_markdown(markup.encode("gbk"), ExtractionLimits())
    assert [(item.span.quote(document.text), item.level) for item in document.outline] == [
        ("总结", 1),
        ("一、 回顾", 3),
        ("计划", 1),
    ]
    assert document.text.endswith("一行\n两行")
    assert (document.encoding, document.encoding_guessed) == ("gb18030", True)


@pytest.mark.parametrize(
    "markup",
    [
        "[" * 20_000,
        "![[" * 5_000,
        ">" * 100_000 + "字",
        "- " * 50_000 + "字",
        "\n".join("  " * depth + "- 字" for depth in range(300)),
        "*a _b__ " * 15_000,
        "`a" * 50_000,
        "|a" * 50_000 + "\n" + "|-" * 50_000,
        "<!--" * 30_000,
        "---\n" * 50_000,
        "[x]: a\n" * 30_000,
        "![" * 50_000,
    ],
    ids=lambda markup: markup[:8],
)
def test_hostile_markup_is_read_in_linear_time(markup: str) -> None:
    start = time.process_time()
    text_of(markup)
    assert time.process_time() - start < 10
