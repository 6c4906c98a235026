"""`flask doctor`: is this installation sound."""

from contextlib import closing

import click
from flask import current_app
from flask.cli import with_appcontext

from blog.cli.checks import tell, tidying
from blog.config import Settings
from blog.doctor import examine


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for machines.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Say whether this installation is sound, and what would mend it.

    Looks at settings, database, bucket, accounts and the public address; ends with 1 on a fault.
    “flask bucket check” looks at the bucket closely.
    """
    settings: Settings = current_app.extensions["settings"]
    about = {
        "environment": settings.environment,
        "bucket": settings.bucket,
        "endpoint": settings.bucket_url,
        "site_url": settings.site_url,
    }
    with tidying(), closing(examine(settings)) as results:
        tell(results, about=about, as_json=as_json)
