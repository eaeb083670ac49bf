import time

import pytest

from extraction.document import Paragraph
from extraction.html import paragraphs_of, read_html
from extraction.limits import ExtractionLimits


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ("<p>一、回顾</p><p>二、<b>计</b>划</p>", ["一、回顾", "二、计划"]),
        ("<div>甲<div>乙</div>丙</div>", ["甲", "乙", "丙"]),
        ("<p>甲<br>乙<br/>丙</p>", ["甲\n乙\n丙"]),
        ("<p>全年\n  完成\n5 亿元\nGDP\nup</p>", ["全年完成 5 亿元 GDP up"]),
        ("<p>5&nbsp;%&hellip;&#20013;&lt;b&gt;</p>", ["5\xa0%…中<b>"]),
        ("<pre>甲 乙\n丙</pre>", ["甲 乙\n丙"]),
        ("<head><title>题</title></head><body>文<script>a<b</script><style>p{}</style>", ["文"]),
        ("<p>显<span hidden>隐</span><i style='color:red; DISPLAY : none'>隐</i>现</p>", ["显现"]),
        ("<div style='visibility:hidden'><p>隐<br>隐</p></div><p>现", ["现"]),
        ("<div title=header><p>眉</div>增长9%<a class='sdfootnoteanc'>1</a>。", ["增长9%。"]),
        ("文<sup class=MsoFootnoteReference>[1]</sup><div id=ftn1>[1]注</div>", ["文"]),
        ("文<div style='mso-element:footnote-list'><p>注</div><div id=sdendnote2>注</div>", ["文"]),
        ("<div title=标题 id=part1>文</div>", ["文"]),
        ("<noscript>隐</noscript><!-- 隐 --><template><p>隐</p></template>现", ["现"]),
        ("<ruby>总<rp>(</rp><rt>zǒng</rt><rp>)</rp></ruby>结", ["总结"]),
        ("<![if !supportLists]><span>1.</span><![endif]>甲<o:p></o:p>", ["1.甲"]),
        ("<a href='http://x'>链接</a><img alt='图'>", ["链接"]),
        ("<p>甲<p>乙<li>丙", ["甲", "乙", "丙"]),
        ("甲</div></td>乙", ["甲乙"]),
        ("甲\0乙", ["甲\ufffd乙"]),
        ("", []),
        ("<p> \n</p>", []),
    ],
)
def test_texts(markup: str, texts: list[str]) -> None:
    assert [paragraph.text for paragraph in paragraphs_of(markup)] == texts


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ("<ol><li>甲<li>乙</ol>", ["1.甲", "2.乙"]),
        ("<ol start=4><li>甲<li value=9>乙<li>丙</ol>", ["4.甲", "9.乙", "10.丙"]),
        ("<ol type=a><li>甲<li>2031年</ol>", ["a.甲", "b. 2031年"]),
        ("<ol type=I><li>甲<li>乙</ol>", ["I.甲", "II.乙"]),
        ("<ol style='list-style-type: cjk-ideographic'><li>甲<li>乙</ol>", ["一、甲", "二、乙"]),
        ("<ul><li>甲<li>1.乙</ul>", ["• 甲", "1.乙"]),
        ("<ol><li>甲<ul><li>子</ul><li>乙</ol>", ["1.甲", "• 子", "2.乙"]),
        ("<ol><li><p>甲</p><p>又</p></li><li></li><li>乙</ol>", ["1.甲", "又", "3.乙"]),
        ("<ol start=99999999999999999999><li>甲</ol>", ["1.甲"]),
    ],
)
def test_lists(markup: str, texts: list[str]) -> None:
    assert [paragraph.text for paragraph in paragraphs_of(markup)] == texts


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        (
            "<table><tr><th>指标</th><th>数值</th></tr><tr><td><p>投资</p></td><td>5亿</td></tr>",
            ["指标\t数值", "投资\t5亿"],
        ),
        ("<table><tr><td>甲<td><td>丙</table>", ["甲\t\t丙"]),
        ("<table><tr><td>甲<br>乙<td>丙<p>丁</table>", ["甲 乙\t丙 丁"]),
        ("<table><tr><td><p>甲</p><p>乙</p></td></tr></table>", ["甲", "乙"]),
        ("<table><tr><td>菜单<td><h1>题</h1><p>文</table>", ["菜单", "题", "文"]),
        (
            "<table><tr><td>菜单<td>文<table><tr><td>a<td>b</table></table>",
            ["菜单", "文", "a\tb"],
        ),
        ("<td>孤</td><tr>行</tr>", ["孤", "行"]),
    ],
)
def test_tables(markup: str, texts: list[str]) -> None:
    assert [paragraph.text for paragraph in paragraphs_of(markup)] == texts


def test_headings() -> None:
    assert paragraphs_of(
        "<h1>总\n结</h1><h3><div>回顾</div><p>文</h3><p>文</p><h2>未闭合<p>文"
    ) == [
        Paragraph("总结", 1),
        Paragraph("回顾", 3),
        Paragraph("文"),
        Paragraph("文"),
        Paragraph("未闭合", 2),
        Paragraph("文"),
    ]


@pytest.mark.parametrize(
    ("data", "encoding", "guessed"),
    [
        ("<p>总结</p>".encode(), "utf-8", False),
        ("<meta charset=gbk><p>总结</p>".encode(), "utf-8", False),
        ('<meta charset="gb2312"><p>总结</p>'.encode("gbk"), "gb18030", False),
        (
            "<META http-equiv=Content-Type content='text/html; charset=Big5'><p>总结</p>".replace(
                "总结", "總結"
            ).encode("big5"),
            "cp950",
            False,
        ),
        ("<meta charset=utf-16><p>总结如下</p>".encode("gbk"), "gb18030", True),
        ("<meta charset=utf-8><p>总结如下</p>".encode("gbk"), "gb18030", True),
        ("<p>总结如下</p>".encode("gbk"), "gb18030", True),
        ("<meta charset=nonsense><p>总结如下</p>".encode("gbk"), "gb18030", True),
        ("<p>总结</p>".encode("utf-16"), "utf-16-le", False),
    ],
)
def test_encodings(data: bytes, encoding: str, guessed: bool) -> None:
    document = read_html(data, ExtractionLimits())
    assert document.text.replace("總結", "总结").startswith("总结")
    assert (document.encoding, document.encoding_guessed) == (encoding, guessed)


def test_the_outline_quotes_the_headings() -> None:
    document = read_html("<p>前</p><h2>一、回顾</h2><p>文</p>".encode(), ExtractionLimits())
    assert [(item.span.quote(document.text), item.level) for item in document.outline] == [
        ("一、回顾", 2)
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "字",
        "<b><i>" * 50_000 + "字",
        "<table><tr><td>" * 30_000 + "字",
        "<table><tr><td>字" * 30_000,
        "<ul><li>字" * 50_000,
        "<h1>字" * 50_000,
        "<td>字" * 50_000,
        "<p title='" + "x" * 5_000_000 + "'>字",
        "<p style='" + "display:" * 200_000 + "'>字",
        "<p " + " ".join(f"a{number}=1" for number in range(50_000)) + ">字",
        "字" + "<" * 200_000,
        "字" + "&" * 200_000,
        "字" + " \n" * 200_000,
        "字" + "<br>" * 200_000,
        "<pre>字" + "\n" * 200_000,
        "<meta " * 50_000 + ">字",
    ],
    ids=lambda markup: markup[:12],
)
def test_hostile_markup_is_read_in_linear_time(markup: str) -> None:
    start = time.process_time()
    document = read_html(markup.encode(), ExtractionLimits())
    assert "字" in document.text
    assert time.process_time() - start < 5
