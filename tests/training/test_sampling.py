import random
from dataclasses import fields, replace
from itertools import groupby

from models.finetuning import IGNORED, Passage
from report.domain import RhetoricalRole
from training.augmentation import AugmentationSettings, Augmenter
from training.documents import Document, Unit
from training.sampling import Sampler, SamplingSettings

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
QUIET = AugmentationSettings(**{field.name: 0.0 for field in fields(AugmentationSettings)})
NO_NOISE = Augmenter(QUIET)


def document(name: str, *roles: RhetoricalRole) -> Document:
    units = tuple(
        Unit(f"{name}第{index}句，它的内容。", role, "", index % 2 == 0, (index % 3 == 0, True))
        for index, role in enumerate(roles)
    )
    return Document(name, "x", name, units)


GOVERNMENT = [document("市", *[ACHIEVEMENT] * 60, PROBLEM, *[PLAN] * 200)]
LABELLED = [
    document("甲", OTHER, ACHIEVEMENT, PROBLEM, PLAN),
    document("乙", ACHIEVEMENT, PROBLEM, ACHIEVEMENT, PLAN),
]


def draw(seed: int, augment: Augmenter = NO_NOISE, **settings: float) -> list[Passage]:
    chosen = SamplingSettings(**({"excerpts": 0.0, "mixed": 0.0} | settings))
    return Sampler(GOVERNMENT, LABELLED, augment, chosen)(random.Random(seed))


def text_of(passages: list[Passage]) -> str:
    return "".join(passage.text for passage in passages)


def test_background_texts_are_stretches_of_a_report() -> None:
    whole = "".join(unit.text for unit in GOVERNMENT[0].units)
    for seed in range(20):
        text = text_of(draw(seed, labelled=0.0))
        assert text in whole
        assert 100 < len(text) < 1000


def test_texts_near_problems_have_them() -> None:
    for seed in range(20):
        passages = draw(seed, labelled=0.0, near_problems=1.0)
        assert PROBLEM in {passage.role for passage in passages}


def test_background_may_be_shorter_than_a_window() -> None:
    short = Sampler(LABELLED, LABELLED, NO_NOISE, SamplingSettings(labelled=0.0, excerpts=0.0))
    texts = {text_of(short(random.Random(seed))) for seed in range(20)}
    assert "".join(unit.text for unit in LABELLED[0].units) in texts


def test_labelled_texts_are_whole_documents() -> None:
    wholes = {"".join(unit.text for unit in document.units) for document in LABELLED}
    assert {text_of(draw(seed, labelled=1.0)) for seed in range(20)} == wholes


def whole(augment: Augmenter, *units: Unit) -> list[Passage]:
    """The passages of a document of these units, but for those without text."""
    documents = [Document("丙", "x", "丙", units)]
    settings = SamplingSettings(labelled=1.0, mixed=0.0, excerpts=0.0)
    passages = Sampler(documents, documents, augment, settings)(random.Random(1))
    return [passage for passage in passages if passage.text]


def test_passages_are_clauses_with_the_labels_of_their_sentence() -> None:
    unit = Unit("任务完成，成效好。", PLAN, "\n", True, (False, True))
    assert whole(NO_NOISE, unit) == [
        Passage("任务完成，", PLAN, True, False),
        Passage("成效好。", PLAN, True, True),
        Passage("\n", PLAN),
    ]


def test_what_is_not_known_stays_unknown() -> None:
    passages = whole(NO_NOISE, Unit("任务完成，成效好。", None, " "))
    assert {passage.labels for passage in passages} == {(IGNORED, IGNORED, IGNORED)}


def test_clauses_that_noise_joined_are_not_known() -> None:
    passages = whole(
        Augmenter(replace(QUIET, stops_dropped=1.0)),
        Unit("完成。成效好。", PLAN, "", True, (False, True)),
        Unit("完成任务，成效好。", PLAN, "", True, (False, True)),
    )
    assert [(passage.text, passage.kept) for passage in passages] == [
        ("完成成效好", None),
        ("完成任务，", False),
        ("成效好", True),
    ]
    assert {passage.salient for passage in passages} == {True}


def test_excerpts_are_short_and_keep_whole_sentences_or_their_first_clauses() -> None:
    known = {unit.text: unit for unit in GOVERNMENT[0].units}
    known |= {text.split("，")[0] + "。": unit for text, unit in known.items()}
    lengths = set()
    for seed in range(40):
        passages = draw(seed, labelled=0.0, excerpts=1.0)
        # A passage of what is between sentences, here nothing, ends each of them.
        ends = groupby(passages, lambda passage: passage.text == "")
        sentences = [list(group) for is_end, group in ends if not is_end]
        lengths.add(len(sentences))
        for clauses in sentences:
            unit = known[text_of(clauses).strip()]
            assert unit.kept is not None
            assert [clause.kept for clause in clauses] == list(unit.kept[: len(clauses)])
            assert {clause.salient for clause in clauses} == {unit.salient}
    assert min(lengths) >= 1
    assert max(lengths) <= 14


def test_mixed_texts_take_blocks_of_several_documents() -> None:
    texts = [text_of(draw(seed, labelled=1.0, mixed=1.0)) for seed in range(10)]
    assert any("甲" in text and "乙" in text for text in texts)
    # Each block ends its line.
    assert all(text.endswith("\n") for text in texts)


def test_the_shares_are_those_of_the_settings() -> None:
    drawn = [text_of(draw(seed, labelled=0.25)) for seed in range(400)]
    assert 70 < sum("市" not in text for text in drawn) < 130
