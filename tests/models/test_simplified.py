import opencc

from models.simplified import SimplifiedCharacters


def test_traditional_characters_become_simplified_and_keep_their_places() -> None:
    text = "科學技術局：全年實現產值12億元，（項目）後續。"
    read = text.translate(SimplifiedCharacters())
    assert read == "科学技术局：全年实现产值12亿元，（项目）后续。"
    assert len(read) == len(text)


def test_everything_else_stays() -> None:
    text = "全年完成 A1 项，😀\u200b\n"
    assert text.translate(SimplifiedCharacters()) == text


def test_what_opencc_makes_traditional_comes_back() -> None:
    text = "加快发展新质生产力，着力解决群众关切的问题，复兴后里面干部台湾"
    traditional = opencc.OpenCC("s2t").convert(text)
    assert traditional != text
    assert traditional.translate(SimplifiedCharacters()) == text
