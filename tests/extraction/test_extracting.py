import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from extraction import extracting
from extraction.errors import (
    BrokenFileError,
    EmptyFileError,
    EncryptedFileError,
    ExtractionTimeoutError,
    FileTooLargeError,
    NoTemporarySpaceError,
    NoTextLayerError,
    UnreadableFileError,
    UnsupportedFormatError,
)
from extraction.extracting import Extractor, clear_leftovers
from extraction.limits import ExtractionLimits
from extraction.messages import Order, refusal_of, understood
from extraction.worker import answer
from report.watching import Unwatched

TEXT = "一、总结\n全年完成投资5亿元。"


class InterruptedByCallerError(Exception):
    """What a watch may raise."""


LIMITS = ExtractionLimits()


@pytest.fixture(autouse=True)
def temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The source of what runs in place of the worker."""
    package = tmp_path / "fake" / "extraction"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.setattr(extracting, "_ROOT", package.parent)
    return package / "worker.py"


def test_a_file_is_read() -> None:
    document = Extractor().extract(f"# 回顾\n\n{TEXT}".encode("gbk"), "总结.md")
    assert document.text == f"回顾\n{TEXT}"
    assert [heading.span.quote(document.text) for heading in document.outline] == ["回顾"]
    assert (document.encoding, document.encoding_guessed) == ("gb18030", True)


@pytest.mark.parametrize("name", ["", "../../etc/x", "a\0b", "总结 " * 5000, "-m", "a.$(x)"])
def test_the_name_is_never_a_path(name: str) -> None:
    assert Extractor().extract(TEXT.encode(), name).text == TEXT


def test_long_texts_come_back_whole() -> None:
    text = "工作" * 400_000
    assert Extractor().extract(text.encode(), "a.txt").text == text


@pytest.mark.parametrize(
    ("data", "limits", "error"),
    [
        (b"", LIMITS, EmptyFileError),
        (b" \n", LIMITS, EmptyFileError),
        (b"MZ" + bytes(99), LIMITS, UnsupportedFormatError),
        (b"PK\x03\x04", LIMITS, BrokenFileError),
        (b"abcd", ExtractionLimits(file_bytes=3), FileTooLargeError),
        (b"abcd", ExtractionLimits(characters=3), FileTooLargeError),
        (b"x" * 9_000_000, ExtractionLimits(memory_bytes=12_000_000), FileTooLargeError),
        (b"abcd", ExtractionLimits(seconds=0.001), ExtractionTimeoutError),
    ],
)
def test_refusals(data: bytes, limits: ExtractionLimits, error: type[Exception]) -> None:
    with pytest.raises(error):
        Extractor(limits).extract(data, "a.txt")


def test_the_limit_that_was_passed_is_named() -> None:
    with pytest.raises(FileTooLargeError) as caught:
        Extractor(ExtractionLimits(characters=3)).extract(b"abcd", "a.txt")
    assert (caught.value.limit, caught.value.allowed) == ("characters", 3)
    assert str(caught.value) == str(FileTooLargeError("characters", 3))


@pytest.mark.parametrize(
    "error",
    [
        BrokenFileError("坏"),
        EncryptedFileError(),
        ExtractionTimeoutError(3.5),
        FileTooLargeError("pages", 7),
        NoTextLayerError(),
        UnsupportedFormatError("不"),
    ],
)
def test_errors_arrive_as_they_were(error: UnreadableFileError) -> None:
    with pytest.raises(type(error)) as caught:
        understood(refusal_of(error))
    assert str(caught.value) == str(error)
    assert vars(caught.value) == vars(error)


@pytest.mark.parametrize("kind", ["Exception", "annotations"])
def test_only_errors_of_reading_are_understood(kind: str) -> None:
    sent = refusal_of(BrokenFileError()).replace(b"BrokenFileError", kind.encode())
    with pytest.raises((AttributeError, TypeError)):
        understood(sent)


def test_the_worker_answers(tmp_path: Path) -> None:
    order = Order.from_json(Order("md", str(tmp_path), LIMITS, os.getpid()).to_json())
    document = understood(answer(order, f"# {TEXT}".encode()))
    assert document is not None
    assert document.text == TEXT


def test_the_worker_reports_lack_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("extraction.worker.read", read)
    with pytest.raises(FileTooLargeError, match="memory_bytes"):
        understood(answer(Order("txt", str(tmp_path), LIMITS, os.getpid()), b"x"))


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", BrokenFileError),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", FileTooLargeError),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", ExtractionTimeoutError),
        ("raise RuntimeError('secret')", BrokenFileError),
        ("pass", BrokenFileError),
        ('print(\'{"text": "half\')', BrokenFileError),
    ],
)
def test_a_worker_that_breaks_down(worker: Path, source: str, error: type[Exception]) -> None:
    worker.write_text(source)
    with pytest.raises(error):
        Extractor().extract(b"x", "a.txt")


def test_the_log_says_where_it_broke_but_quotes_nothing(
    worker: Path, caplog: pytest.LogCaptureFixture
) -> None:
    worker.write_text(
        "def parse():\n    raise ValueError('secret\\n  line\\nsecret: more')\nparse()"
    )
    with caplog.at_level(logging.ERROR), pytest.raises(BrokenFileError):
        Extractor().extract(b"x", "a.txt")
    assert "line 2, in parse | ValueError" in caplog.text
    assert "secret" not in caplog.text


def test_a_reader_that_breaks_down_may_say_so_before_it_is_killed(worker: Path) -> None:
    actual = Path(extracting.__file__).parent
    worker.write_text(
        "import sys, time\n"
        f"sys.path.insert(0, {str(actual.parent)!r}); del sys.modules['extraction']\n"
        "import extraction.worker\n"
        "extraction.worker.answer = lambda order, data: 1 / 0\n"
        "sys.excepthook = lambda *error: time.sleep(0.5)\n"
        "extraction.worker.main()\n"
    )
    with pytest.raises(BrokenFileError):
        Extractor().extract(b"x", "a.txt")


def test_a_worker_that_hangs_dies_with_its_children(worker: Path, tmp_path: Path) -> None:
    note = tmp_path / "child"
    worker.write_text(
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(note)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    start = time.monotonic()
    with pytest.raises(ExtractionTimeoutError, match="超过 2 秒"):
        Extractor(ExtractionLimits(seconds=2)).extract(b"x", "a.txt")
    assert time.monotonic() - start < 4
    assert _is_gone(int(note.read_text()))


def test_who_no_longer_wants_the_text_ends_the_reading(worker: Path, tmp_path: Path) -> None:
    note = tmp_path / "worker"
    worker.write_text(
        f"import os, time\nopen({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
    )

    class Impatient(Unwatched):
        def go_on(self) -> None:
            if note.exists() and note.read_text():
                raise InterruptedByCallerError

    with pytest.raises(InterruptedByCallerError):
        Extractor().extract(b"x", "a.txt", Impatient())
    assert _is_gone(int(note.read_text()))
    assert not list(Path(tempfile.gettempdir()).iterdir())


def test_children_that_outlive_a_worker_die(worker: Path, tmp_path: Path) -> None:
    note = tmp_path / "child"
    worker.write_text(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
        " stdout=subprocess.DEVNULL)\n"
        f"open({str(note)!r}, 'w').write(str(child.pid))\n"
    )
    with pytest.raises(BrokenFileError):
        Extractor().extract(b"x", "a.txt")
    assert _is_gone(int(note.read_text()))


def _is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state in "ZX":  # an orphan, for the system to reap
            return True
        time.sleep(0.02)
    return False


def test_the_worker_sees_no_secrets(worker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIBAO_SECRET", "x")
    worker.write_text(
        "import json, os\n"
        "text = ' '.join(sorted(os.environ)) + os.getcwd() + os.environ['TMPDIR']\n"
        "print(json.dumps(dict(text=text, outline=[], encoding='', encoding_guessed=False)))\n"
    )
    document = Extractor().extract(b"x", "a.txt")
    assert "HUIBAO_SECRET" not in document.text
    assert document.text.count(str(tempfile.gettempdir())) == 2


def test_the_limits_of_the_system_hold(worker: Path) -> None:
    actual = Path(extracting.__file__).parent
    worker.write_text(
        "import sys, signal, resource\n"
        f"sys.path.insert(0, {str(actual.parent)!r}); del sys.modules['extraction']\n"
        "from extraction.limits import ExtractionLimits\n"
        "from extraction.messages import answer_of\n"
        "from extraction.document import ExtractedDocument\n"
        "from extraction.worker import confine\n"
        "confine(ExtractionLimits(seconds=7, inflated_bytes=99, memory_bytes=50_000_000))\n"
        "kinds = (resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)\n"
        "text = str([resource.getrlimit(kind) for kind in kinds])\n"
        "text += f' alarm {signal.alarm(0)}'\n"
        "try:\n"
        "    bytes(60_000_000)\n"
        "except MemoryError:\n"
        "    text += ' no memory'\n"
        "sys.stdout.buffer.write(answer_of(ExtractedDocument(text)))\n"
    )
    text = Extractor().extract(b"x", "a.txt").text
    assert text == "[(18, 19), (99, 99), (0, 0)] alarm 9 no memory"


def test_nothing_is_left_behind(temporary_files: Path, worker: Path) -> None:
    real = Path(extracting.__file__).parent.parent
    before = _open_files()
    for root, limits in ((real, LIMITS), (real, ExtractionLimits(seconds=0.01))):
        extracting._ROOT = root
        for data in (TEXT.encode(), b"", b"MZ" + bytes(99)):
            try:
                Extractor(limits).extract(data, "a.txt")
            except UnreadableFileError:
                continue
    assert _open_files() == before
    assert list(temporary_files.iterdir()) == []
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_several_threads_at_once() -> None:
    extractor = Extractor()
    texts = [f"{TEXT}{number}" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        found = pool.map(lambda text: extractor.extract(text.encode(), "a.txt").text, texts)
        assert list(found) == texts


def test_handlers_of_signals_stay_as_they_are() -> None:
    kinds = (signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM, signal.SIGINT)
    before = [signal.getsignal(kind) for kind in kinds]
    Extractor().extract(TEXT.encode(), "a.txt")
    assert [signal.getsignal(kind) for kind in kinds] == before


def test_a_main_module_without_a_guard_runs_once(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(
        "print('begun')\n"
        "from extraction.extracting import Extractor\n"
        "print(Extractor().extract(b'text', 'a.txt').text)\n"
    )
    root = str(Path(extracting.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, str(script)],
        env={"PYTHONPATH": root, "PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "begun\ntext\n"


def test_without_room_for_files_the_machine_is_at_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(NoTemporarySpaceError):
        Extractor().extract("完成".encode(), "a.txt")


def test_leftovers_of_killed_services_are_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name, age in (("huibao-old", 3600), ("huibao-new", 0), ("other", 3600)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "input.doc").write_bytes(b"x")
        os.utime(folder, (time.time() - age,) * 2)
    clear_leftovers(LIMITS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["huibao-new", "other", "temporary"]


_ASKS = """
import sys, time
from pathlib import Path
from extraction import extracting
from extraction.limits import ExtractionLimits
extracting.Extractor(ExtractionLimits(seconds=60)).extract(Path(sys.argv[1]).read_bytes(), "a.doc")
"""


def test_a_reader_ends_with_the_one_that_asked(tmp_path: Path) -> None:
    binaries = tmp_path / "bin"
    binaries.mkdir()
    office = binaries / "soffice"
    office.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    office.chmod(0o755)
    report = Path(__file__).parent.parent / "files" / "report.doc"
    asking = subprocess.Popen(
        [sys.executable, "-c", _ASKS, str(report)],
        env=os.environ | {"PATH": f"{binaries}:{os.environ['PATH']}"},
    )
    started = tmp_path / "pid"
    wait_for(lambda: started.exists() and started.read_text().strip() != "")
    pid = int(started.read_text())
    asking.kill()
    asking.wait()
    wait_for(lambda: not Path(f"/proc/{pid}").exists())


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
