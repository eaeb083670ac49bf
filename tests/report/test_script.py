import opencc
import pytest

from report.script import is_traditional, simplified, simplified_characters


def test_traditional_characters_become_simplified_and_keep_their_places() -> None:
    text = "科學技術局：全年實現產值12億元，（項目）後續。"
    read = simplified_characters(text)
    assert read == "科学技术局：全年实现产值12亿元，（项目）后续。"
    assert len(read) == len(text)


def test_everything_else_stays() -> None:
    text = "全年完成 A1 项，😀\u200b\n"
    assert simplified_characters(text) == text


def test_what_opencc_makes_traditional_comes_back() -> None:
    text = "加快发展新质生产力，着力解决群众关切的问题，复兴后里面干部台湾"
    traditional = opencc.OpenCC("s2t").convert(text)
    assert traditional != text
    assert simplified_characters(traditional) == text


def test_people_get_words_not_single_characters() -> None:
    assert simplified("乾隆年間的乾燥設備") == "乾隆年间的干燥设备"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年實現產值12億元", True),
        ("全年完成投資，其中工業項目" + "完成" * 20, True),
        ("全年完成投资12亿元", False),
        ("乾隆年间" + "全年完成投资" * 20, False),
        ("2023", False),
    ],
)
def test_a_name_makes_no_text_traditional(text: str, expected: bool) -> None:
    assert is_traditional(text) is expected
