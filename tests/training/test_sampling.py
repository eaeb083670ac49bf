import random
from dataclasses import fields

from report.domain import RhetoricalRole
from training.augmentation import AugmentationSettings, Augmenter
from training.documents import Document, Unit
from training.sampling import Sampler, SamplingSettings

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
NO_NOISE = Augmenter(
    AugmentationSettings(**{field.name: 0.0 for field in fields(AugmentationSettings)}), str
)


def document(name: str, source: str, *roles: RhetoricalRole) -> Document:
    units = tuple(
        Unit(f"{name}第{index}句，它的内容。", role, "") for index, role in enumerate(roles)
    )
    return Document(name, source, units)


GOVERNMENT = [document("市", "city", *[ACHIEVEMENT] * 60, PROBLEM, *[PLAN] * 200)]
BUREAU = [
    document("甲", "bureau_style", OTHER, ACHIEVEMENT, PROBLEM, PLAN),
    document("乙", "bureau_style", ACHIEVEMENT, PROBLEM, ACHIEVEMENT, PLAN),
]


def sampler(**settings: float) -> Sampler:
    chosen = SamplingSettings(**({"excerpts": 0.0} | settings))
    return Sampler(GOVERNMENT, BUREAU, NO_NOISE, chosen)


def test_government_texts_are_stretches_of_a_report() -> None:
    whole = "".join(unit.text for unit in GOVERNMENT[0].units)
    for seed in range(20):
        text = "".join(p.text for p in sampler(bureau_style=0.0)(random.Random(seed)))
        assert text in whole
        assert text


def test_texts_near_problems_have_them() -> None:
    for seed in range(20):
        passages = sampler(bureau_style=0.0, near_problems=1.0)(random.Random(seed))
        assert PROBLEM in {passage.role for passage in passages}


def test_bureau_texts_are_whole_documents() -> None:
    passages = sampler(bureau_style=1.0, mixed=0.0)(random.Random(1))
    assert len(passages) == 4


def test_excerpts_are_short_and_keep_whole_units() -> None:
    units = {unit.text for unit in GOVERNMENT[0].units}
    clauses = {text.split("，")[0] + "。" for text in units}
    lengths = set()
    for seed in range(40):
        passages = sampler(bureau_style=0.0, excerpts=1.0)(random.Random(seed))
        assert {passage.text.strip() for passage in passages} <= units | clauses
        lengths.add(len(passages))
    assert min(lengths) >= 1
    assert max(lengths) <= 14


def test_mixed_texts_take_blocks_of_several_documents() -> None:
    texts = [
        "".join(p.text for p in sampler(bureau_style=1.0, mixed=1.0)(random.Random(seed)))
        for seed in range(10)
    ]
    assert any("甲" in text and "乙" in text for text in texts)
