import pytest

from report.audit import NumberCount, Passage, audit


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("新增21家，增长8.3%", "一是新增21家，同比增长8.\n3%。"),
        ("新增12家", "新增 12 家企业"),
        ("投资1,234万元", "完成投资1,234万元，"),
        ("占百分之八点三", "其中占百分之八点三"),
        ("各项工作有序", "各项工作有序开展"),
        ("第１５位", "列第１５位"),
    ],
)
def test_what_the_source_says_is_found(text: str, quote: str) -> None:
    count = audit([Passage(text, quote)])
    assert count.passed


@pytest.mark.parametrize(
    ("text", "quote", "count"),
    [
        ("新增21家", "新增12家", NumberCount(1, 0)),
        ("新增21家", "新增21项", NumberCount(1, 0)),
        ("增长83%", "增长8.3%", NumberCount(1, 0)),
        ("增长1.5%", "1. 5%的增长", NumberCount(1, 0)),
        ("新增3家、3家", "新增3家", NumberCount(2, 1)),
        ("五千万元，3家", "五百万元，3家", NumberCount(2, 1)),
        ("投入5亿吨", "投入5亿元", NumberCount(1, 0)),
        ("增长3个百分点", "增长3个项目", NumberCount(1, 0)),
        ("下降-5%", "下降5%", NumberCount(1, 0)),
        ("新增三家", "新增两家", NumberCount(1, 0)),
    ],
)
def test_what_it_does_not_say_is_not(text: str, quote: str, count: NumberCount) -> None:
    assert audit([Passage(text, quote)]) == count


def test_each_passage_is_held_against_its_own_source() -> None:
    crossed = [Passage("新增3家", "新增5项"), Passage("新增5项", "新增3家")]
    assert audit(crossed) == NumberCount(2, 0)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("一家企业", "一\u3000家企业"),
        ("十二个百分点", "十 二个 百分点"),
        ("34亿元", "3\u200b4亿元"),
        ("1%个别", "1 %  个别"),
        ("2个百分点", "2个百\x11分点"),
    ],
)
def test_blanks_and_unseen_signs_make_no_other_number(text: str, quote: str) -> None:
    assert audit([Passage(text, quote)]).passed
