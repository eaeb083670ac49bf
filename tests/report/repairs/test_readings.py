import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.readings import readings


def repaired(text: str) -> str:
    return Reading.of(text).edited(readings(text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("落實(shí)科學(xué)發(fā)展，圍繞中心", "落實科學發展，圍繞中心"),
        ("內(nèi)容（quán)版權（quán）說(shuō)明", "內容版權說明"),
        ("落實(shí)科學(xué)發(fā)展，他們(men)的", "落實科學發展，他們的"),
        (
            "落實(shí)科學(xué)發(fā)展，人工智能(ai)、欧盟(eu)、数据(shu)和平台(it)",
            "落實科學發展，人工智能(ai)、欧盟(eu)、数据(shu)和平台(it)",
        ),
        ("落實(shí)科學(xué)發(fā)展，推進(jìn)“實(shí)”字", "落實科學發展，推進“實(shí)”字"),
        ("落實(shí)科學(xué)發(fā)展，增长(yoy)平台(app)", "落實科學發展，增长(yoy)平台(app)"),
        ("落實(shí)科學(xué)發(fā)展，認定?yōu)質zhì)量(liàng提", "落實科學發展，認定?質量提"),
        ("內ㄋㄟˋ容（ㄖㄨㄥˊ）說(ㄕㄨㄛ)明", "內容說明"),
    ],
)
def test_inserted_readings_are_left_out(text: str, expected: str) -> None:
    assert repaired(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "增长(yoy)8%，平台(app)上线，(de)(le)的(de)",
        "落實(shí)科學(xué)發展",
        "读准“实(shí)”“施(shī)”“事(shì)”“是(shì)”四个字",
        "读准‘实’(shí)、‘施’(shī)，『事(shì)』『是(shì)』『时(shí)』",
        "妈(mā)、麻(má)、马(mǎ)、骂(mà)四声辨读",
        "R(nèi)D(fā)P(shí)",
        "投入(R&D)与产出",
        f"{'开展拼音教学研究。' * 100}妈(mā)、麻(má)、马(mǎ)、骂(mà)四声辨读",
        "",
    ],
)
def test_abbreviations_and_glosses_stay(text: str) -> None:
    assert repaired(text) == text


@given(st.text(alphabet="實科學內容shí（èā）()?ㄋˋabc \n", max_size=80))
def test_edits_are_ordered_and_disjoint(text: str) -> None:
    position = 0
    for edit in readings(text):
        assert position <= edit.start < edit.end
        position = edit.end


@given(
    st.lists(st.sampled_from(["實(shí)", "學(xué)", "發", "展，", "們(men)", "。"]), max_size=40)
)
def test_a_second_time_finds_nothing(parts: list[str]) -> None:
    assert not list(readings(repaired("".join(parts))))
