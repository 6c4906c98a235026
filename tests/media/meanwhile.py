"""What somebody else does at the same moment, in the middle of a request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from flask import Flask
from sqlalchemy import event

PATIENCE = 2  # seconds; who waits for our transaction goes on after it


@contextmanager
def meanwhile(
    app: Flask, words: str, act: Callable[[], Any], *, skip: int = 0
) -> Iterator[list[Any]]:
    """Does `act` once, before the app's next statement that has these words; what it returned is
    in the list at the end."""
    engine = app.extensions["engine"]
    threads: list[Thread] = []
    results: list[Any] = []

    def interrupt(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if threads or words not in " ".join(statement.split()):
            return
        threads.append(Thread(target=lambda: results.append(act())))
        threads[0].start()
        threads[0].join(PATIENCE)

    event.listen(engine, "before_cursor_execute", interrupt)
    try:
        yield results
    finally:
        for thread in threads:
            thread.join()
        event.remove(engine, "before_cursor_execute", interrupt)
    assert threads, f"Nothing was asked with the words {words}"
