from pathlib import Path

from tests.training.conftest import REGIONS, VOICES
from tests.training.test_offset_labels import START, labels
from training.collections import read_government, read_people_labelled


def test_government_reports_of_all_collections_are_read(corpus: Path) -> None:
    other = corpus / "province-2025"
    other.mkdir()
    (other / "123.txt").write_bytes((corpus / "city-2024" / "001.txt").read_bytes())
    (corpus / "province-2019").mkdir()
    documents = read_government(corpus)
    assert [document.group for document in documents] == [*REGIONS, "123"]
    assert {document.source for document in documents} == {"city-2024", "province-2025"}


def test_labelled_documents_are_those_of_the_files_and_of_the_corpus(
    corpus: Path, data: Path
) -> None:
    own = [document.group for document in read_people_labelled(data, corpus)]
    assert own == sorted(VOICES)
    labels(data).rename(data / "government.labels")
    both = read_people_labelled(data, corpus)
    assert [document.group for document in both] == [*own, REGIONS[1]]
    assert both[-1].name == f"001@{START}"
