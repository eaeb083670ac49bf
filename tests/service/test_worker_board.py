from __future__ import annotations

import os

from service.worker_board import BoardPlace, WorkerBoard


def places(board: WorkerBoard, count: int) -> list[BoardPlace]:
    taken: list[BoardPlace] = []
    for _ in range(count):
        taken.append(board.free_place(taken))
    return taken


def test_workers_know_who_has_less_to_do() -> None:
    first, second = places(WorkerBoard(2), 2)
    first.tell(1, loading=False)
    assert not first.others_are_freer()
    second.tell(0, loading=False)
    assert first.others_are_freer()
    assert not second.others_are_freer()
    second.tell(1, loading=False)
    assert not first.others_are_freer()


def test_one_that_loads_its_model_leaves_callers_to_the_others() -> None:
    first, second = places(WorkerBoard(2), 2)
    first.tell(0, loading=True)
    second.tell(0, loading=True)
    assert not first.others_are_freer()
    second.tell(1000, loading=False)
    assert first.others_are_freer()
    assert not second.others_are_freer()


def test_the_dead_do_not_count_and_make_place() -> None:
    board = WorkerBoard(2)
    first, second = places(board, 2)
    first.tell(2, loading=False)
    second.tell(0, loading=False)
    second.leave()
    assert not first.others_are_freer()
    assert board.free_place([first]).number == second.number


def test_during_reloads_there_are_places_for_all() -> None:
    board = WorkerBoard(1)
    assert len({place.number for place in places(board, 4)}) == 4
    places(board, 9)


def test_processes_share_it() -> None:
    first, second = places(WorkerBoard(2), 2)
    first.tell(1, loading=False)
    child = os.fork()
    if child == 0:
        second.tell(0, loading=False)
        os._exit(0)
    os.waitpid(child, 0)
    assert first.others_are_freer()
