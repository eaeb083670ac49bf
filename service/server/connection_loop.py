"""All connections of a process on one thread: whole requests go to others to be answered."""

from __future__ import annotations

import errno
import logging
import select
import selectors
import socket
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import PollableMethodQueue

from service.problems import MalformedHttpError, RequestTimeoutError
from service.server.connection import Connection, Phase
from service.server.open_connections import OpenConnections
from service.work.places import OverloadedError

logger = logging.getLogger(__name__)

MAX_HELD_BYTES = 256 * 1024 * 1024
"""Memory of a process for what callers have sent and for what they have not read yet."""
_TURN_SECONDS = 0.25
_LEFT_SECONDS = 0.02
"""How soon it is looked again whether those who connect are still left to another process."""
_EXPECTED_SECONDS = 0.2
"""Who connects usually sends a request within this time."""
_EVENTS_SECONDS = 0.1
"""How long a turn goes on with what has come: the process must also tell that it is alive."""
_LOOK_SECONDS = 0.25
"""How often it is looked for deadlines that have passed."""
_ACCEPTED_A_TURN = 64
_NO_ROOM = 1_000_000
"""More requests than are ever in hand: what a process tells that cannot accept anybody."""
_PAUSE_SECONDS = 1.0
_RETRY_SECONDS = 2.0
_NO_DESCRIPTOR = (errno.EMFILE, errno.ENFILE)
_NOBODY_THERE = (errno.EAGAIN, errno.ECONNABORTED, errno.EINTR)
_EVENTS = {
    Phase.IDLE: selectors.EVENT_READ,
    Phase.HEAD: selectors.EVENT_READ,
    Phase.BODY: selectors.EVENT_READ,
    Phase.LINGERING: selectors.EVENT_READ,
    Phase.SENDING: selectors.EVENT_WRITE,
}
_TIMED = {*_EVENTS, Phase.RESTING}


class ConnectionLoop:
    """Takes in requests and sends what of their answers is not taken at once.

    Args:
        listeners: sockets that listen.
        config: gunicorn's configuration; ``worker_connections`` is the most that are held.
        seconds: how long a whole request, and a whole answer, may be under way.
        work: has a whole request answered on another thread, which then calls ``finished``.
        refuse: answers with a problem what cannot become a request, by ``Connection.answer``.
        leave_to_others: told how many requests are in hand, says whether whoever connects should
            be left to another process.
        max_held_bytes: memory for requests and answers.
    """

    def __init__(
        self,
        listeners: Iterable[socket.socket],
        config: Any,
        seconds: float,
        work: Callable[[Connection], None],
        refuse: Callable[[Connection, Exception], None],
        leave_to_others: Callable[[int], bool],
        max_held_bytes: int = MAX_HELD_BYTES,
    ) -> None:
        self._listeners = list(listeners)
        self._config = config
        self._seconds = seconds
        self._work = work
        self._refuse = refuse
        self._leave_to_others = leave_to_others
        self._max_held_bytes = max_held_bytes
        self._open = OpenConnections()
        self._working: set[Connection] = set()
        self._expected_until: OrderedDict[Connection, float] = OrderedDict()
        self._accepting = False
        self._pause_until = 0.0
        self._look_at = 0.0
        self._poller = selectors.DefaultSelector()
        self._events: deque[selectors.SelectorKey] = deque()
        self._calls = PollableMethodQueue()
        self._calls.init()
        self._poller.register(self._calls.fileno(), selectors.EVENT_READ, self._calls.run_callbacks)
        for listener in self._listeners:
            listener.setblocking(False)

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._open)

    def wake(self) -> None:
        """End a turn that waits; from any thread."""
        self._calls.defer(_nothing)

    def finished(self, connection: Connection, error: BaseException | None) -> None:
        """The work on a connection is done; from any thread.

        Args:
            connection: was in the phase ``WORKING``.
            error: what prevented an answer.
        """
        self._calls.defer(self._go_on, connection, error)

    def turn(self) -> None:
        """Do what there is to do, or wait for it a little while."""
        room = self._has_room()
        left = self._leave_to_others(self._count_in_hand() if room else _NO_ROOM)
        self._accept_if(not left and room)
        if not self._events:
            found = self._poller.select(_LEFT_SECONDS if left else _TURN_SECONDS)
            self._events.extend(key for key, _ in found)
        self._heed_events()
        self._end_overdue()
        self._shed()

    def _heed_events(self) -> None:
        """Do what the events ask for, as far as a turn may take; the rest is for the next one.

        Those that are left come first then: to look for events anew would bring the same ones
        first, again and again.
        """
        end = time.monotonic() + _EVENTS_SECONDS
        while self._events and time.monotonic() < end:
            key = self._events.popleft()
            if self._poller.get_map().get(key.fd) is key:  # still wanted
                key.data(key.fileobj)

    def _count_in_hand(self) -> int:
        """How many requests are worked on, or are likely to be sent at once."""
        now = time.monotonic()
        while self._expected_until and next(iter(self._expected_until.values())) < now:
            self._expected_until.popitem(last=False)
        return len(self._working) + len(self._expected_until)

    def stop_listening(self) -> None:
        """Take in those who wait already, and let nobody else connect."""
        self._accept_if(welcome=False)
        for listener in self._listeners:
            while self._accept_one(listener):
                pass
            listener.close()
        self._listeners.clear()

    def end_idle_by(self, deadline: float) -> None:
        """From now on keep idle connections no longer than until ``deadline``."""
        for connection in self._open:
            if connection.phase is Phase.IDLE:
                connection.deadline = min(connection.deadline, deadline)

    def close(self) -> None:
        """Close whatever is left."""
        for connection in tuple(self._open):
            self._drop(connection)
        self._poller.close()

    def _accept_if(self, welcome: bool) -> None:
        if welcome == self._accepting:
            return
        for listener in self._listeners:
            if welcome:
                self._poller.register(listener, selectors.EVENT_READ, self._accept)
            else:
                self._poller.unregister(listener)
        self._accepting = welcome

    def _has_room(self) -> bool:
        if time.monotonic() < self._pause_until:
            return False
        return not self._is_full() or self._open.least_missed() is not None

    def _is_full(self) -> bool:
        return len(self._open) >= int(self._config.worker_connections)

    def _make_room(self) -> bool:
        """Close the connection that is missed the least, if there is one."""
        while (connection := self._open.least_missed()) is not None:
            if not self._received_at_last(connection):
                if connection.receiving:
                    self._end_with(connection, RequestTimeoutError())
                self._drop(connection)
            if connection not in self._open:
                return True
        return False

    def _received_at_last(self, connection: Connection) -> bool:
        """Whether an idle connection has sent something that is yet to be heeded; it is now."""
        if connection.phase is not Phase.IDLE or not _is_readable(connection.socket):
            return False
        self._receive(connection)
        return connection.phase is not Phase.IDLE

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(_ACCEPTED_A_TURN):
            if not self._has_room() or self._leave_to_others(self._count_in_hand()):
                return
            if not self._accept_one(listener):
                return

    def _accept_one(self, listener: socket.socket, *, again: bool = True) -> bool:
        try:
            connected, client = listener.accept()
        except OSError as error:
            # Without a descriptor to give, accept fails even if nobody is there.
            if error.errno in _NOBODY_THERE or not _is_readable(listener):
                return False
            if error.errno in _NO_DESCRIPTOR and again and self._make_room():
                return self._accept_one(listener, again=False)
            self._pause(error)
            return False
        if self._is_full():
            self._make_room()
        server = listener.getsockname()
        connection = Connection(connected, client, server, self._config, self._seconds)
        self._open.note(connection)
        self._expected_until[connection] = time.monotonic() + _EXPECTED_SECONDS
        self._receive(connection)
        return True

    def _pause(self, error: OSError) -> None:
        """No descriptors or memory left: whoever waits goes on waiting."""
        logger.warning("cannot accept: %s", errno.errorcode.get(error.errno or 0))
        self._pause_until = time.monotonic() + _PAUSE_SECONDS

    def _receive(self, connection: Connection) -> None:
        try:
            connection.receive()
        except (ParseException, MalformedHttpError) as error:
            self._end_with(connection, error)
        except OSError:
            connection.close()
        self._settle(connection)
        if connection.phase is Phase.WORKING:
            self._expected_until.pop(connection, None)
            self._working.add(connection)
            self._work(connection)

    def _go_on(self, connection: Connection, error: BaseException | None = None) -> None:
        if connection not in self._open:
            return
        self._working.discard(connection)
        if error is None:
            self._send(connection)
        elif isinstance(error, Exception) and not isinstance(error, OSError):
            self._end_with(connection, error)
            self._settle(connection)
        else:
            self._drop(connection)

    def _send(self, connection: Connection) -> None:
        try:
            connection.go_on()
        except OSError:
            connection.close()
        self._settle(connection)
        self._receive_pipelined(connection)

    def _receive_pipelined(self, connection: Connection) -> None:
        if connection.phase is Phase.IDLE and connection.pipelined:
            self._receive(connection)

    def _end_with(self, connection: Connection, error: Exception) -> None:
        """Answer with a problem and close."""
        try:
            self._refuse(connection, error)
            connection.go_on()
        except OSError:
            connection.close()

    def _settle(self, connection: Connection) -> None:
        """Watch a connection for what it waits for now, and account for its memory."""
        if connection.phase is Phase.CLOSED:
            self._drop(connection)
            return
        self._open.note(connection)
        wanted = _EVENTS.get(connection.phase, 0)
        watched = self._poller.get_map().get(connection.socket)
        callback = self._send if wanted == selectors.EVENT_WRITE else self._receive
        data = partial(self._call, callback, connection)
        if watched is None and wanted:
            self._poller.register(connection.socket, wanted, data)
        elif watched is not None and not wanted:
            self._poller.unregister(connection.socket)
        elif watched is not None and watched.events != wanted:
            self._poller.modify(connection.socket, wanted, data)

    def _call(
        self, callback: Callable[[Connection], None], connection: Connection, _: socket.socket
    ) -> None:
        """Tell of an event, unless one just before has ended the connection."""
        if connection in self._open:
            callback(connection)

    def _drop(self, connection: Connection) -> None:
        if connection.socket in self._poller.get_map():
            self._poller.unregister(connection.socket)
        self._open.remove(connection)
        self._working.discard(connection)
        self._expected_until.pop(connection, None)
        connection.close()
        connection.socket.close()

    def _end_overdue(self) -> None:
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + _LOOK_SECONDS
        overdue = [one for one in self._open if one.deadline < now and one.phase in _TIMED]
        for connection in overdue:
            if connection.phase is Phase.RESTING:
                connection.await_next()
                self._settle(connection)
                self._receive_pipelined(connection)
            elif connection.receiving:
                self._end_with(connection, RequestTimeoutError())
                self._settle(connection)
            elif not self._received_at_last(connection):
                self._drop(connection)

    def _shed(self) -> None:
        """Refuse the largest requests that are coming in if all together are too large."""
        while self._open.held > self._max_held_bytes:
            loose = [one for one in self._open if one.phase in _EVENTS and one.size]
            if not loose:
                return
            largest = max(loose, key=lambda one: one.size)
            if largest.receiving:
                self._end_with(largest, OverloadedError(_RETRY_SECONDS))
                self._settle(largest)
            else:
                self._drop(largest)


def _is_readable(connected_or_listening: socket.socket) -> bool:
    poller = select.poll()
    poller.register(connected_or_listening, select.POLLIN)
    return bool(poller.poll(0))


def _nothing() -> None:
    pass
