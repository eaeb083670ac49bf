"""The line in front of the model, and the watch over each request."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from report.watching import Stage
from service.work.model_queue import WINDOWS_A_TURN, ModelQueue
from service.work.places import OverloadedError
from service.work.request_watch import (
    CallerGoneError,
    DeadlineExceededError,
    RequestWatch,
)

SOON = 10.0


def watch(seconds: float = SOON, gone: threading.Event | None = None) -> RequestWatch:
    return RequestWatch(time.monotonic() + seconds, gone.is_set if gone else lambda: False)


def wait_until(condition: object) -> None:
    deadline = time.monotonic() + SOON
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_places_are_bounded_and_come_back() -> None:
    queue = ModelQueue(places=2)
    with queue.place(), queue.place():
        with pytest.raises(OverloadedError) as refused, queue.place():
            pass
        assert refused.value.retry_after > 0
    with queue.place():
        pass


def test_first_come_first_served() -> None:
    queue, order = ModelQueue(places=5), []

    def work(number: int) -> None:
        with queue.turn(watch()):
            order.append(number)

    with ThreadPoolExecutor(4) as pool, queue.turn(watch()):
        for number in range(4):
            pool.submit(work, number)
            wait_until(lambda number=number: queue.waiting == number + 1)
    assert order == [0, 1, 2, 3]
    assert queue.waiting == 0


def test_a_long_request_lets_others_go_first_between_pieces_of_work() -> None:
    queue, order = ModelQueue(places=3), []
    long_watch = watch()

    def short() -> None:
        with queue.turn(watch()):
            order.append("short")

    with ThreadPoolExecutor(1) as pool, queue.turn(long_watch):
        other = pool.submit(short)
        wait_until(lambda: queue.waiting == 1)
        long_watch.encoded(WINDOWS_A_TURN - 1, 1)
        long_watch.go_on()
        assert order == []
        long_watch.encoded(1, 1)
        long_watch.go_on()
        other.result(SOON)
        order.append("long")
    assert order == ["short", "long"]
    assert set(long_watch.seconds) == {Stage.QUEUE}


def test_who_is_alone_keeps_the_model() -> None:
    queue, alone = ModelQueue(places=1), watch()
    with queue.turn(alone):
        alone.encoded(10 * WINDOWS_A_TURN, 1)
        alone.go_on()
        with queue.place():
            pass


@pytest.mark.parametrize(
    ("waiting", "error"),
    [
        (lambda gone: watch(seconds=0.2), DeadlineExceededError),
        (lambda gone: watch(gone=gone), CallerGoneError),
    ],
)
def test_who_no_longer_waits_leaves_the_line(waiting, error) -> None:  # type: ignore[no-untyped-def]
    queue, gone = ModelQueue(places=2), threading.Event()
    with ThreadPoolExecutor(1) as pool, queue.turn(watch()):
        waiter = pool.submit(lambda: queue.turn(waiting(gone)).__enter__())
        wait_until(lambda: queue.waiting == 1)
        gone.set()
        with pytest.raises(error):
            waiter.result(SOON)
        assert queue.waiting == 0
    with queue.turn(watch()):
        pass


def test_a_turn_that_fails_is_over() -> None:
    queue = ModelQueue(places=1)
    with pytest.raises(ZeroDivisionError), queue.turn(watch()):
        raise ZeroDivisionError
    with queue.turn(watch()):
        pass


def test_stages_are_measured_without_what_is_inside_of_them() -> None:
    seen = watch()
    with seen.stage(Stage.SEGMENT):
        time.sleep(0.05)
        with seen.stage(Stage.ENCODE):
            time.sleep(0.2)
        time.sleep(0.05)
    with seen.stage(Stage.ENCODE):
        time.sleep(0.1)
    assert list(seen.seconds) == [Stage.SEGMENT, Stage.ENCODE]
    assert 0.1 <= seen.seconds[Stage.SEGMENT] < 0.2
    assert 0.3 <= seen.seconds[Stage.ENCODE] < 0.4


def test_work_ends_past_the_deadline_and_when_nobody_waits() -> None:
    gone = threading.Event()
    seen = watch(gone=gone)
    seen.go_on()
    gone.set()
    with pytest.raises(CallerGoneError):
        seen.go_on()
    with pytest.raises(CallerGoneError), seen.stage(Stage.SEGMENT):
        pass
    with pytest.raises(DeadlineExceededError):
        watch(seconds=-1).go_on()
