"""The commands, a module for each group, each a thin call into its subject."""

from flask import Flask

from blog.cli.bucket import bucket
from blog.cli.doctor import doctor
from blog.cli.media import media
from blog.cli.users import users


def init_app(app: Flask) -> None:
    for command in (users, media, bucket, doctor):
        app.cli.add_command(command)
