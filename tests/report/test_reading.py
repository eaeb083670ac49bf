import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.reading import Reading


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("落實(shí)科學(xué)發(fā)展，圍繞中心", "落實科學發展，圍繞中心"),
        ("內(nèi)容（quán)版權（quán）說(shuō)明", "內容版權說明"),
        ("增长(yoy)8%，平台(app)上线", "增长(yoy)8%，平台(app)上线"),
        ("R(nèi)D(fā)P(shí)", "R(nèi)D(fā)P(shí)"),
        ("投入(R&D)与产出", "投入(R&D)与产出"),
        ("", ""),
    ],
)
def test_inserted_pinyin_is_left_out(source: str, text: str) -> None:
    assert Reading.of(source).text == text


@given(st.text(alphabet="實科學內容(shí)（èā）abc \n", max_size=80))
def test_every_character_knows_where_it_stood(source: str) -> None:
    reading = Reading.of(source)
    assert "".join(source[origin] for origin in reading.origins) == reading.text
    assert list(reading.origins) == sorted(set(reading.origins.tolist()))
