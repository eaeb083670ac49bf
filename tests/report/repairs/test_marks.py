import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.marks import marks


def repaired(text: str) -> str:
    return Reading.of(text).edited(marks(text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("贯彻?xx市节约用水条例?，成效明显", "贯彻《xx市节约用水条例》，成效明显"),
        ("印发?滨河绿道管理办法〔试行〕?后", "印发《滨河绿道管理办法（试行）》后"),
        (
            "出台?关于盘活闲置厂房,发展夜间经济的意见?、?集市管理方法?和?惠民清单?等",
            "出台《关于盘活闲置厂房,发展夜间经济的意见》、《集市管理方法》和《惠民清单》等",
        ),
        ("發布？節水行動計劃？。", "發布《節水行動計劃》。"),
        ("宣传?安全生产法?，", "宣传《安全生产法》，"),
        ("怎么办?全面落实方案?", "怎么办《全面落实方案》"),
    ],
)
def test_titles_get_their_marks(text: str, expected: str) -> None:
    assert repaired(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "问题在哪?没有意见?",
        "为什么?大家怎样看这个方案?",
        "这能行吗?我们都同意这个计划?",
        "贯彻?节水条例，成效明显",
        "贯彻?节水条例?和?",
        "?先开工。后补报告?",
        "?完善规划,启动建设,编制方案?",
        "第一问?\n第二个方案?",
        "?条例?",
        f"?{'长' * 70}方案?",
    ],
)
def test_questions_and_lone_marks_stay(text: str) -> None:
    assert repaired(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("〝晨星〞和“清泉〞、“远帆〟", "“晨星”和“清泉”、“远帆”"),
        ("〔三〕骨干〔龙头〕车间5个", "（三）骨干（龙头）车间5个"),
        ("国发〔2023〕5号、政办〔２０２２〕12号", "国发〔2023〕5号、政办〔２０２２〕12号"),
        ("｢双港｣建成｡投产､见效･", "「双港」建成。投产、见效·"),
        ("修路﹐架桥﹑﹙通水﹚﹝通电﹞3﹒5亿", "修路，架桥、（通水）（通电）3.5亿"),
        ("多彩山乡﹒清凉夏日", "多彩山乡·清凉夏日"),
        ("完成。。增收，，见效、、好；；", "完成。增收，见效、好；"),
        ("完成，。好。，", "完成。好。"),
        ("等等。。。。。。还有……好！！真的？？", "等等。。。。。。还有……好！！真的？？"),
    ],
)
def test_signs_become_ordinary(text: str, expected: str) -> None:
    assert repaired(text) == expected


SIGNS = st.text(alphabet="关于节水条例方案的?？。，、；〔〕2023号〞｡﹒\n", max_size=60)


@given(SIGNS)
def test_edits_are_ordered_and_disjoint(text: str) -> None:
    position = 0
    for edit in marks(text):
        assert position <= edit.start < edit.end
        position = edit.end


@given(SIGNS.map(lambda text: text.replace("｡", "").replace("〕", "")))
def test_a_second_time_finds_nothing(text: str) -> None:
    once = repaired(text)
    assert repaired(once) == once
