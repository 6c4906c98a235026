"""`flask media`: pictures and videos."""

import click
from flask.cli import AppGroup

from blog.cli.database import sound_database
from blog.db import now
from blog.media.sweeping import sweep
from blog.storage import StorageError

media = AppGroup("media", help="Pictures and videos.")


@media.command("sweep")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken away.")
def sweep_media(dry_run: bool) -> None:
    """Take away uploads that were begun and forgotten, a day after their last sign of life."""
    count = 0
    try:
        with sound_database():
            for line in sweep(at=now(), is_dry=dry_run):
                click.echo(line)
                count += 1
    except StorageError as error:
        raise click.ClickException(f"The bucket refused, run it again: {error}") from None
    click.echo(f"{count} {'would be' if dry_run else 'were'} taken away.")
