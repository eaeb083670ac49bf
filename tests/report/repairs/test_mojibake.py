import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.mojibake import mojibake

REPLACED = {b"\xa3\xbf": b"?", b"\xa3\xa1": b"!", b"\xa3\xba": b":", b"\xa3\xbb": b";"}


def damaged(text: str) -> str:
    """``text`` after a tool replaced full-width marks in its GBK bytes."""
    code = text.encode("gbk")
    for mark, ascii_mark in REPLACED.items():
        code = code.replace(mark, ascii_mark)
    return code.decode("gbk", errors="replace").replace("\ufffd", "?")


def repaired(text: str) -> str:
    return Reading.of(text).edited(mojibake(text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("加强环保科普场馆建设,成效好", "加强环?科普场馆建?,成效好"),
        ("加強環保科普場館運營與維護,全年", "加強環?科普場館運營與維護,全年"),
        ("推動臨海科學城規劃編制工作,年底", "推動臨?科學城規劃編制工作,年底"),
        ("完成任务。《条例》修订", "完成任务?《条?》修订"),
        ("完成任务。“十佳”评选", "完成任务?“?佳”评选"),
        ("强化林地保护制度,落实责任", "强化林地?护制?,落实责任"),
        ("沿海和内河航线,恢复", "沿?和内河航?,恢复"),
    ],
)
def test_runs_are_read_in_step_again(text: str, expected: str) -> None:
    assert damaged(text) not in (text, expected)
    assert repaired(damaged(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Too few rare signs to be certain: 科研投, 护.
        ("加大环??蒲型度?,成效", "加大环??蒲型度?,成效"),
        ("加强?;?,落实责任", "加强?;?,落实责任"),
        # The last character has lost its second byte, and nothing stands for it.
        ("加强?;ぶ", "加强?护?"),
        ("加强?;ぶ,落实", "加强?护?,落实"),
        # The letter behind 设 was taken for a second byte.
        ("加强环??破粘」萁ㄉ鐰区", "加强环?科普场馆建设A区"),
    ],
)
def test_odd_runs(text: str, expected: str) -> None:
    assert repaired(text) == expected


def test_a_full_width_sign_inside_of_a_run_may_be_half_width_by_now() -> None:
    # 專利: 8CA3 C0FB holds A3 C0, the sign ＠.
    garbled = damaged("推動產業轉型發展,完成驗收。“核心專利,全年")
    assert "＠" in garbled
    assert repaired(garbled.replace("＠", "@")) == "推動產業轉型發展,完成驗收?“核心專?,全年"


def test_a_character_may_be_lost_inside_of_a_run_but_for_its_reading() -> None:
    garbled = damaged("舉辦環保科普競賽與獎勵,全年")
    lost = garbled.replace(garbled[7], "?jìng)", 1)
    assert repaired(lost) == "舉辦環?科普??與獎勵,全年"


@pytest.mark.parametrize(
    "text",
    [
        "怎么办?加强领导。真的吗?!我们不这样看",
        "贯彻?安全生产条例?,落实?十条措施?",
        "项目??正在推进???",
        "引进?钒钛磁铁矿加工项目,投产",
        "建成?仓廪殷实的粮仓,确保",
        "品牌?城市IP打造",
        "Ça va?é à è ù，Где?Привет",
        "??\U00020000\ue000",
        "?",
        "",
    ],
)
def test_clean_text_and_lost_characters_stay(text: str) -> None:
    assert repaired(text) == text


@given(st.text(alphabet="保海。，“科研会和护制度的?？!！:;；@t,1 萍蒲谢ぶ皟\ufffd\n", max_size=60))
def test_edits_are_ordered_and_disjoint(text: str) -> None:
    position = 0
    for edit in mojibake(text):
        assert position <= edit.start <= edit.end
        position = edit.end


@given(
    st.text(alphabet="环境保护工作科学研究发展是我们的责任，要。", max_size=40).map(
        lambda t: f"?{t}"
    )
)
def test_common_text_behind_a_question_mark_stays(text: str) -> None:
    assert not list(mojibake(text))


@pytest.mark.parametrize("unit", ["?", "<", "&", "(", "?萍", "?!皟", "皟", "?萍?xì)"])
def test_time_is_linear(unit: str) -> None:
    text = "?" + unit * (100_000 // len(unit))
    begin = time.process_time()
    list(mojibake(text))
    assert time.process_time() - begin < 3
