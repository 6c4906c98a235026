"""`flask bucket check`: attacks the bucket, and tells what came of it."""

from contextlib import closing

import click
from flask import current_app
from flask.cli import with_appcontext

from blog.bucket.check import check_bucket
from blog.cli.checks import tell, tidying
from blog.config import Settings


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for machines.")
@with_appcontext
def check(as_json: bool) -> None:
    """Attack the bucket as it is configured, and say what is wrong and how to mend it.

    Stores some small objects and takes them away again. Ends with 1 where anything fails.
    """
    settings: Settings = current_app.extensions["settings"]
    about = {
        "bucket": settings.bucket,
        "endpoint": settings.bucket_url,
        "site_url": settings.site_url,
    }
    if not as_json:
        click.echo(f"{settings.bucket_url}, for pages of {settings.site_url}\n")
    with tidying(), closing(check_bucket(settings)) as results:
        tell(results, about=about, as_json=as_json)
