from __future__ import annotations

import os
import time

import pytest

from service.server.worker_board import BoardPlace, WorkerBoard, shared_board


def places(board: WorkerBoard, count: int) -> list[BoardPlace]:
    taken: list[BoardPlace] = []
    for _ in range(count):
        taken.append(board.free_place(taken))
    return taken


def test_workers_know_who_has_less_to_do() -> None:
    first, second = places(WorkerBoard(2), 2)
    first.tell(1)
    assert not first.others_are_freer()
    second.tell(0)
    assert first.others_are_freer()
    assert not second.others_are_freer()
    second.tell(1)
    assert not first.others_are_freer()


def test_nobody_waits_for_one_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = places(WorkerBoard(2), 2)
    second.tell(0)
    first.tell(1)
    assert first.others_are_freer()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 2)
    first.tell(1)
    assert not first.others_are_freer()
    second.tell(0)
    assert first.others_are_freer()


def test_one_that_loads_its_model_leaves_callers_to_the_others() -> None:
    first, second = places(WorkerBoard(2), 2)
    first.enter()
    second.enter()
    assert not first.others_are_freer()
    second.tell(1000)
    assert first.others_are_freer()
    assert not second.others_are_freer()


def test_the_dead_do_not_count_and_make_place() -> None:
    board = WorkerBoard(2)
    first, second = places(board, 2)
    first.tell(2)
    second.tell(0)
    second.leave()
    assert not first.others_are_freer()
    assert board.free_place([first]).number == second.number


def test_during_reloads_there_are_places_for_all() -> None:
    board = WorkerBoard(1)
    assert len({place.number for place in places(board, 4)}) == 4
    places(board, 9)


def test_processes_share_it() -> None:
    first, second = places(WorkerBoard(2), 2)
    first.tell(1)
    child = os.fork()
    if child == 0:
        second.tell(0)
        os._exit(0)
    os.waitpid(child, 0)
    assert first.others_are_freer()


def test_who_is_asked_to_end_waits_for_a_replacement_that_loads() -> None:
    old, new = places(WorkerBoard(2), 2)
    old.tell(0)
    old.leave_soon()
    assert not old.replacement_is_loading()
    new.enter()
    assert old.replacement_is_loading()
    new.tell(0)
    assert not old.replacement_is_loading()


def test_nobody_waits_when_all_are_asked_to_end() -> None:
    first, second = places(WorkerBoard(2), 2)
    first.tell(0)
    second.enter()
    first.leave_soon()
    second.leave_soon()
    assert not first.replacement_is_loading()


def test_nobody_waits_while_another_that_stays_is_ready() -> None:
    old, ready, new = places(WorkerBoard(2), 3)
    old.tell(0)
    ready.tell(3)
    new.enter()
    old.leave_soon()
    assert not old.replacement_is_loading()


def test_a_place_that_was_left_is_entered_afresh() -> None:
    board = WorkerBoard(1)
    old, new = places(board, 2)
    old.leave_soon()
    old.leave()
    again = board.free_place([new])
    again.enter()
    new.tell(0)
    new.leave_soon()
    assert again.number == old.number
    assert new.replacement_is_loading()


def test_it_remembers_whether_a_model_was_ever_loaded() -> None:
    board = WorkerBoard(1)
    place = board.free_place([])
    place.enter()
    assert not board.has_served
    board.note_served()
    place.leave()
    assert board.has_served


def test_there_is_one_board_for_each_number_of_workers() -> None:
    assert shared_board(2) is shared_board(2)
