"""Sessions: who waits for whom, and who is told that somebody else was quicker."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from blog.accounts.models import User
from blog.db import now
from blog.posts.models import EditConflict, Post


def new_session(app: Flask) -> Session:
    session: Session = app.extensions["sessions"]()
    return session


def edit(post: Post, body: str) -> None:
    post.edit(title="T", slug="t", body=body, excerpt="", tags=[], base=post.revision, at=now())


def test_who_only_reads_holds_nobody_up(app: Flask, ada: User) -> None:
    with new_session(app) as reading, new_session(app) as writing:
        reading.scalars(select(User)).all()

        writing.add(Post.draft(by=ada, at=now()))
        edit(next(iter(writing.new)), "words")
        writing.commit()

        assert reading.scalar(select(Post.body)) == "words"


def test_who_read_first_may_write_after_another_wrote(app: Flask, ada: User) -> None:
    with new_session(app) as slow, new_session(app) as quick:
        slow.get_one(User, ada.id).name = "Slow"
        quick.get_one(User, ada.id).email = "new@example.com"

        quick.commit()
        slow.commit()

        assert slow.scalars(select(User.name)).one() == "Slow"


def test_two_edits_of_one_revision_do_not_both_win(app: Flask, ada: User) -> None:
    with new_session(app) as session:
        post = Post.draft(by=ada, at=now())
        edit(post, "first")
        session.add(post)
        session.commit()
        number = post.id

    with new_session(app) as one, new_session(app) as other:
        mine, theirs = one.get_one(Post, number), other.get_one(Post, number)
        edit(mine, "mine")
        one.commit()

        with pytest.raises(StaleDataError):
            edit(theirs, "theirs")  # which writes, to see what tags there are


def test_an_edit_over_an_older_revision_is_a_conflict(ada: User) -> None:
    post = Post.draft(by=ada, at=now())
    edit(post, "first")

    with pytest.raises(EditConflict):
        post.edit(title="T", slug="t", body="", excerpt="", tags=[], base=0, at=now())


def test_numbers_of_what_was_deleted_are_not_given_again(app: Flask, ada: User) -> None:
    ids = []
    for _ in range(2):
        with new_session(app) as session:
            post = Post.draft(by=ada, at=now())
            edit(post, "words")
            session.add(post)
            session.commit()
            ids.append(post.id)
            session.delete(post)
            session.commit()

    assert ids[0] != ids[1]
