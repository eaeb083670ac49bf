import html
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache

import opencc
import pytest

from evaluation import noise, site_lines
from evaluation.noise import NOISE, noisy
from evaluation.variants import RoleText, as_is
from report.domain import RhetoricalRole
from tests.evaluation.documents import gold

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
SEEDS = range(60)
KINDS = tuple(NOISE)

_TITLE = "青岩县水务局2022年工作总结"
_DONE = (
    "全年完成水利投资3.64亿元，同比增长12.5%，新建“六横·三纵”管网86公里，全县R&D投入占比2.1%。"
    "修订《农村供水管理办法》（试行），把三百多个村的水费收缴统一起来；水质合格率达到98.7%。"
)
_LACKS = "但是，老城区管网漏损率仍有17.3%，专业技术人员不足，个别泵站 带病运行。"
_PLANS = (
    "下一步，改造老旧管网40公里，招聘技术人员12名；建成智慧水务平台，为群众把漏损率降到10%以内。"
)
TEXT = "\n".join(
    (_TITLE, "一、工作成效", _DONE * 9, "二、存在问题", _LACKS * 9, "三、打算", _PLANS * 9)
)
DOCUMENT = gold(
    TEXT,
    (_TITLE, OTHER, 0),
    ("一、工作成效", OTHER, 0),
    (_DONE * 9, ACHIEVEMENT, 2),
    ("二、存在问题", OTHER, 0),
    (_LACKS * 9, PROBLEM, 2),
    ("三、打算", OTHER, 0),
    (_PLANS * 9, PLAN, 2),
    name="shuiwu",
)
SECTIONS = {ACHIEVEMENT: _DONE * 9, PROBLEM: _LACKS * 9, PLAN: _PLANS * 9}


def of_role(source: RoleText, role: RhetoricalRole | None) -> str:
    return "".join(
        sign for sign, given in zip(source.text, source.roles, strict=True) if given is role
    )


@cache
def made(kind: str) -> list[RoleText]:
    return [noisy(DOCUMENT, kind, seed) for seed in SEEDS]


def nothing(text: str) -> str:
    return text


def simplified(text: str) -> str:
    return opencc.OpenCC("t2s").convert(opencc.OpenCC("tw2s").convert(text))


def without_stops(text: str) -> str:
    return re.sub(r"[。； ]", "", text)


def without_signs(text: str) -> str:
    """Letters, Han and digits: what no entity, width or bracket touches."""
    plain = html.unescape(re.sub("ramp;d|(?i:r&(amp;?)?d)", "RD", text))
    return re.sub(
        r"[^\w]", "", plain.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_character_has_a_role_or_none_and_the_text_changes(kind: str) -> None:
    for source in made(kind):
        assert len(source.text) == len(source.roles)
        assert source.text != TEXT


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_makes_the_same_noise_and_seeds_differ(kind: str) -> None:
    texts = [source.text for source in made(kind)]
    assert texts == [noisy(DOCUMENT, kind, seed).text for seed in SEEDS]
    assert len(set(texts)) >= 3


def test_noise_does_not_depend_on_the_order_of_sets() -> None:
    script = (
        "import zlib\n"
        "from tests.evaluation.test_noise import DOCUMENT, KINDS\n"
        "from evaluation.noise import noisy\n"
        "print([zlib.crc32(noisy(DOCUMENT, kind, 7).text.encode()) for kind in KINDS])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": order},
            capture_output=True,
            check=True,
        ).stdout
        for order in ("1", "2")
    }
    assert len(outputs) == 1


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        noisy(DOCUMENT, "ink_stains", 1)


@pytest.mark.parametrize(
    ("kind", "restored"),
    [
        ("page_breaks", nothing),
        ("furniture", nothing),
        ("pinyin", nothing),
        ("wrapped_lines", nothing),
        ("traditional", simplified),
        ("lost_stops", without_stops),
    ],
)
def test_sections_spell_what_the_original_says(kind: str, restored: Callable[[str], str]) -> None:
    for source in made(kind):
        for role, original in SECTIONS.items():
            assert restored(of_role(source, role)) == restored(original)


def test_sections_of_escaped_texts_spell_the_original_but_for_the_signs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = [(chance, damage) for chance, damage in noise._DAMAGE if damage != noise._shifted]
    monkeypatch.setattr(noise, "_DAMAGE", tuple(kept))
    for source in [noisy(DOCUMENT, "entities", seed) for seed in SEEDS]:
        for role, original in SECTIONS.items():
            assert without_signs(of_role(source, role)) == without_signs(original)


def test_all_kinds_together_keep_the_sections_in_their_order() -> None:
    for source in made("all"):
        roles = [role for role in source.roles if role in SECTIONS]
        assert roles == sorted(roles, key=list(SECTIONS).index)
        for role, original in SECTIONS.items():
            mine = simplified(of_role(source, role))
            assert sum(mine.count(sign) for sign in "管网水漏损率") >= 0.8 * sum(
                original.count(sign) for sign in "管网水漏损率"
            )


def test_only_furniture_adds_other() -> None:
    others = of_role(as_is(DOCUMENT), OTHER)
    for kind in ("page_breaks", "pinyin", "wrapped_lines"):
        assert all(of_role(source, OTHER) == others for source in made(kind))
    for source in made("furniture"):
        start = source.text.index(TEXT)
        before, behind = source.text[:start], source.text[start + len(TEXT) :]
        assert before.strip()
        assert behind.strip()
        assert "".join((before, TEXT, behind)) == source.text
        assert of_role(source, None).strip("\n") == ""


PAGE_MARK = re.compile(
    r"\n第 ?\d+ ?页|\n[-—] \d+ [-—]\n|\n\d+ / \d+\n|\n\n\d+、|\f|\n\d+\n|　　第\d+页"
)


def test_pages_have_500_to_900_characters_and_one_style() -> None:
    middles = 0
    for source in made("page_breaks"):
        marks = re.split(r"(?<!\n)\n\n\d+、", source.text) if "\n\n2、" in source.text else []
        for page in marks[1:-1]:
            assert 500 <= len(page) <= 900
        middles += sum(page[-1:] not in "。；" for page in marks[:-1])
        header = source.text.startswith(tuple(site_lines.RUNNING_HEADERS)) or (
            source.text.count(_TITLE) > 1
        )
        assert header or PAGE_MARK.search(source.text)
    assert middles > 10


def test_numbered_pages_are_numbered_in_order() -> None:
    numbered = [source.text for source in made("page_breaks") if source.text.startswith("1、")]
    assert numbered
    for text in numbered:
        numbers = [int(number) for number in re.findall(r"\n\n(\d+)、", text)]
        assert numbers == list(range(2, len(numbers) + 2))
    assert any("\n" not in text.replace("\n\n", "") for text in numbered)


def test_readings_stand_behind_their_characters() -> None:
    zhuyin = 0
    readings = noise._readings()
    for source in made("pinyin"):
        found = re.findall(r"(.)[(（]([^()（）]+)[)）]", source.text)
        found = [(sign, reading) for sign, reading in found if reading != "试行"]
        assert all(reading in readings[sign] for sign, reading in found)
        assert 0.005 <= len(found) / len(TEXT) <= 0.12
        zhuyin += "\u3105" <= found[0][1][0] <= "\u312f"
    assert len(SEEDS) / 6 < zhuyin < len(SEEDS) / 2


def test_readings_are_given_to_traditional_characters_too() -> None:
    source = RoleText("實業" * 50, (None,) * 100)
    assert "(" in noise.pinyin(source, random.Random(1)).text.replace("（", "(")


@pytest.mark.parametrize("script", ["s2t", "s2tw", "s2hk"])
def test_each_traditional_script_occurs(script: str) -> None:
    assert any(source.text == opencc.OpenCC(script).convert(TEXT) for source in made("traditional"))


def test_a_conversion_that_changes_a_length_is_done_by_characters() -> None:
    longer = {"为了": "為瞭了", "为": "為", "了": "了", "水": "水水"}
    assert noise._same_length("为了", lambda text: longer[text]) == "為了"
    assert noise._same_length("水", lambda text: longer[text]) == "水"


@pytest.mark.parametrize(
    "debris",
    [
        *("ramp;d", "R&amp;D", "R&ampD", "&ldquo;", "&rdquo;", "&middot;", "&bull;", "&nbsp;"),
        *("&#37;", "<br/>", "</p>", "</span>", "?农村", "〔试行〕", "〞", "３．６４", ",同比"),
        *("\u200b", "\ufeff", "\u00ad", "\u3000"),
    ],
)
def test_each_debris_occurs_in_some_text(debris: str) -> None:
    texts = [noisy(DOCUMENT, "entities", seed).text for seed in range(300)]
    assert any(debris in text for text in texts)
    assert not all(debris in text for text in texts)


def test_no_debris_stands_inside_an_entity() -> None:
    for kind in ("entities", "all"):
        for source in made(kind):
            for start in re.finditer("&(?:[lr]dquo|middot|bull|nbsp|#37)", source.text):
                assert source.text[start.end()] == ";"


def test_text_without_any_sign_to_damage_gets_invisible_characters() -> None:
    source = RoleText("完成任务", (ACHIEVEMENT,) * 4)
    for seed in SEEDS:
        struck = noise.entities(source, random.Random(seed))
        assert struck.text != source.text


def test_runs_are_read_one_byte_too_late() -> None:
    source = RoleText("环保科技发展", (PLAN,) * 6)
    struck = noise._shifted(source, random.Random(1))
    assert struck == RoleText("?繁?萍挤⒄?", (PLAN,) * len(struck.text))


def test_stops_are_all_or_mostly_lost() -> None:
    left = [source.text.count("。") / TEXT.count("。") for source in made("lost_stops")]
    assert max(left) < 0.5
    assert len(SEEDS) / 6 < left.count(0) < len(SEEDS) * 0.6
    semicolons = {source.text.count("；") < TEXT.count("；") for source in made("lost_stops")}
    assert semicolons == {True, False}


def width(line: str) -> float:
    return sum(0.5 if " " <= sign <= "~" else 1 for sign in line)


def test_lines_have_one_width_and_last_lines_are_short() -> None:
    broken = 0
    for source in made("wrapped_lines"):
        widths = [width(line) for line in source.text.split("\n")]
        # A line may be longer by the marks that must not begin the next.
        assert 27 <= max(widths) <= 46 + 4
        decimals_broken = re.search(r"\d\.\n\d", source.text) is not None
        written = [each for each in widths if each > 0]
        assert decimals_broken or sum(max(widths) - 6 <= each for each in written) > 0.6 * len(
            written
        )
        assert source.text.split("\n")[-1].strip()
        broken += decimals_broken
    assert broken >= len(SEEDS) / 6


@pytest.mark.parametrize("sign", ["\n\n", "\n　　", "\n    "])
def test_paragraphs_are_set_apart_in_some_texts(sign: str) -> None:
    texts = [source.text for source in made("wrapped_lines")]
    assert any(sign in text for text in texts)
    assert any(sign not in text for text in texts)


def test_lines_of_all_kinds_of_sites_are_many_and_differ_from_seed_to_seed() -> None:
    lines = {
        line
        for seed in SEEDS
        for part in site_lines.around("年终总结", random.Random(seed))
        for line in part
    }
    assert len(lines) > 150
    assert not [line for line in lines if re.search(r"[{}]", line)]


def test_half_of_the_pages_show_other_reports_cut_off() -> None:
    shown = 0
    for seed in range(300):
        _, below = site_lines.around("年终总结", random.Random(seed))
        cut = [line for line in below if len(line) > 45 and line.endswith(("...", "…"))]
        shown += bool(cut)
        assert len(cut) <= 4
        assert all(60 < len(line) <= 166 for line in cut)
    assert 0.35 < shown / 300 < 0.65


def test_there_are_enough_snippets_and_no_reading_is_ambiguous() -> None:
    assert len({title for title, _ in site_lines.SNIPPETS}) >= 25
    signs = "".join(signs for _, _, signs in site_lines.READINGS)
    assert len(signs) == len(set(signs))
