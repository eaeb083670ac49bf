import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.entities import entities

PARTS = st.lists(
    st.sampled_from(
        [
            "&",
            "amp",
            ";",
            "nbsp",
            "ldquo",
            "<",
            ">",
            "br",
            "/",
            "p",
            "lt",
            "gt",
            "r",
            "d",
            "增",
            "#8220",
        ]
    ),
    max_size=25,
).map("".join)


def repaired(text: str) -> str:
    return Reading.of(text).edited(entities(text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("&ldquo;双创&rdquo;&mdash;&middot;&bull;", "“双创”—·•"),
        ("&#8220;双创&#x201D;&#160;好", "“双创” 好"),
        ("甲&nbsp;&ensp;乙", "甲  乙"),
        ("甲&zwnj;&#8203;&#1;乙", "甲乙"),
        ("甲&amp;nbsp;乙&amp;amp;ldquo;丙", "甲 乙“丙"),
        ("甲&nbsp乙&ldquo丙&rdquo，", "甲 乙“丙”，"),
        ("甲nbsp;乙?bull;丙", "甲 乙?•丙"),
        ("&LDQUO;&Nbsp;", "“ "),
        ("增长&lt;5%&gt;3%", "增长<5%>3%"),
        ("&foo; &mdashes AT&T; &", "&foo; &mdashes AT&T; &"),
        ("详见 xx.gov.cn/?id=1&lt=2&amp=3", "详见 xx.gov.cn/?id=1&lt=2&amp=3"),
    ],
)
def test_entities_become_their_signs(text: str, expected: str) -> None:
    assert repaired(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("研发ramp;d投入", "研发r&d投入"),
        ("R&amp;D经费", "R&D经费"),
        ("r&ampd经费", "r&d经费"),
        ("Ramp;D 活动", "R&D 活动"),
        ("Q&ampA环节", "Q&A环节"),
        ("软件amp;硬件", "软件&硬件"),
        ("camps, lamp; ramps", "camps, lamp; ramps"),
    ],
)
def test_ampersands(text: str, expected: str) -> None:
    assert repaired(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一行<br>第二行<BR />第三行", "第一行\n第二行\n第三行"),
        ('<p class="a">一段</p><div id=x>二段</div>', "\n一段\n\n二段\n"),
        ('见<a href="x.html" target=_blank>附件</a><strong>重点</strong>', "见附件重点"),
        ("<tr><td width=30>收入</td><td>5亿</td></tr>", "\n 收入  5亿 \n"),
        ("甲<o:p></o:p>乙<span style='color:red'>丙</span>", "甲乙丙"),
        ("&lt;br/&gt;甲&amp;lt;p style=&quot;x&quot;&amp;gt;乙", "\n甲\n乙"),
        ("甲<!-- 注 <b>x</b> -->乙", "甲乙"),
        ("<style type=a>p{color:red}</style>甲<script>if(a<b){}</script>乙", "甲乙"),
        ("失业率<5%，p<0.05，收入<1亿元>", "失业率<5%，p<0.05，收入<1亿元>"),
        ("比例<b 且 c>d", "比例<b 且 c>d"),
        ("<办法>与<条例>", "<办法>与<条例>"),
        ("图书 <a> 类 <p> 类", "图书 <a> 类 <p> 类"),
        ("表中<s>为作废", "表中<s>为作废"),
        ("若 a<s>b", "若 a<s>b"),
        ("图书 &lt;a&gt; 类 &amp;lt;P &amp;gt; 类&nbsp;", "图书 <a> 类 <P > 类 "),
        ("甲<b>乙</b>丙", "甲乙丙"),
        ("<p>甲<br>乙", "\n甲\n乙"),
        ("<p>甲<a name=x>乙", "\n甲乙"),
        ("&lt;p&gt;甲&lt;/p&gt;", "\n甲\n"),
    ],
)
def test_tags_go_and_running_text_stays(text: str, expected: str) -> None:
    assert repaired(text) == expected


@given(PARTS)
def test_edits_are_ordered_and_disjoint(text: str) -> None:
    position = 0
    for edit in entities(text):
        assert position <= edit.start < edit.end
        position = edit.end


@pytest.mark.parametrize(
    "unit", ["<", "&", "(", "?", "<p ", "<p x=", "<!--", "&lt;p x=", "&amp;", "<style>", "&lt;"]
)
def test_time_is_linear(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    begin = time.process_time()
    list(entities(text))
    assert time.process_time() - begin < 3
