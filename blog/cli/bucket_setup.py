"""`flask bucket setup`: shows what it will change, asks, and tells what became of it."""

import sys
from collections.abc import Iterable

import click
from flask import current_app
from flask.cli import with_appcontext

from blog.bucket import setup
from blog.bucket.difference import difference
from blog.bucket.setup import Found, Step
from blog.bucket.stores import advice
from blog.bucket.wanted import Mode, Wanted
from blog.cli.setup_options import check_options, wanted_for
from blog.config import Settings
from blog.storage import StorageError
from blog.storage.administration import Administration
from blog.storage.refusals import KeyRefused, NameTaken, NotAllowed
from blog.storage.stores import Store, store_at

MARKS = {
    "done": click.style("✓", fg="green"),
    "lacking": click.style("!", fg="yellow"),
    "failed": click.style("✗", fg="red"),
    "untried": click.style("–", dim=True),
}
COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command("setup")
@click.option(
    "--mode",
    type=click.Choice(["public", "cdn"]),
    help="public: anybody reads media/* from the bucket itself. cdn: only a CloudFront"
    " distribution does. Default: as it is, else public.",
)
@click.option(
    "--distribution", metavar="ARN", help="The CloudFront distribution that may read (--mode cdn)."
)
@click.option(
    "--hotlink-protection",
    is_flag=True,
    help="Refuse pictures to pages of other sites, as far as browsers say whose they are.",
)
@click.option(
    "--origin",
    "origins",
    metavar="URL",
    multiple=True,
    help="A further origin whose pages may upload, beside SITE_URL; may be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def setup_bucket(
    mode: Mode | None,
    distribution: str | None,
    hotlink_protection: bool,
    origins: tuple[str, ...],
    dry_run: bool,
    yes: bool,
) -> None:
    """Create the bucket where it is missing, and set it up.

    It shows what it will change, asks, and leaves rules that are not its own alone. The key is
    S3_SETUP_ACCESS_KEY_ID with S3_SETUP_SECRET_ACCESS_KEY, or the app's own where they are not
    set; “flask bucket policy --setup” prints the rights that it takes.
    """
    settings: Settings = current_app.extensions["settings"]
    check_options(mode, distribution, hotlink_protection, origins)
    administration = Administration(settings)
    store = store_at(settings.endpoint_url)
    found = _look(administration, settings)
    wanted = wanted_for(settings, found, mode, distribution, hotlink_protection, origins)
    needed = setup.changes(found, wanted)
    _show(found, needed, wanted, settings, store)

    problems = setup.refused(found, store)
    if found.exists and not needed:
        click.echo("Nothing to change.")
    elif dry_run:
        click.echo("Nothing was changed, for this is a dry run.")
    else:
        if not yes:
            _ask()
        problems += _apply(administration, wanted, found, store)
    if any(step.outcome in ("failed", "untried") for step in problems):
        raise click.exceptions.Exit(1)
    if not dry_run:
        click.echo("“flask bucket check” proves it.")


def _look(administration: Administration, settings: Settings) -> Found:
    name = settings.bucket
    try:
        found = setup.look(administration)
    except KeyRefused as error:
        raise click.ClickException(
            f"The store refuses the key ({error.code}): S3_SETUP_ACCESS_KEY_ID and its secret, or"
            " AWS_ACCESS_KEY_ID and its secret where that is not set. Look whether both belong"
            " together and still hold, and whether this machine's clock is right."
        ) from None
    except NotAllowed as error:
        raise click.ClickException(
            f"Access to the bucket {name} is denied. Either it belongs to somebody else: names are"
            " taken world-wide, choose another one and set S3_BUCKET. Or it is yours, and the key"
            f" lacks the right {error.action} on it; “flask bucket policy --setup” prints all that"
            " setting up takes."
        ) from None
    except StorageError as error:
        raise click.ClickException(f"The bucket {name} cannot be asked: {error}") from None
    if found.region and found.region != settings.region:
        words = f"The bucket {name} is in {found.region}, and S3_REGION says {settings.region}"
        if administration.is_region_binding:
            raise click.ClickException(f"{words}: set S3_REGION={found.region} and run it again.")
        click.echo(f"{words}: where signatures are refused, set S3_REGION={found.region}.")
    return found


def _show(
    found: Found,
    needed: Iterable[setup.Change],
    wanted: Wanted,
    settings: Settings,
    store: Store,
) -> None:
    if not found.exists:
        click.echo(f"The bucket {wanted.bucket} will be created in {settings.region}.")
    for change in needed:
        click.secho(f"\n{change.part.title}", bold=True)
        for line in difference(change.before, change.after):
            click.secho(line, fg=COLOURS.get(line[0]))
    click.echo()
    for step in setup.refused(found, store):
        _tell(step)
    notes = [*setup.warnings(found, wanted), *setup.notes(wanted, settings), *advice(settings)]
    for note in notes:
        click.echo(f"{MARKS['lacking']} {note}")


def _ask() -> None:
    if not sys.stdin.isatty():
        raise click.ClickException("There is nobody to ask here: say --yes to change this.")
    click.confirm("Change this?", abort=True)


def _apply(
    administration: Administration, wanted: Wanted, found: Found, store: Store
) -> list[Step]:
    steps: list[Step] = []
    if not found.exists:
        found = _create(administration, wanted)
        steps = setup.refused(found, store)
        for step in steps:
            _tell(step)
    for step in setup.apply(administration, setup.changes(found, wanted), store):
        _tell(step)
        steps.append(step)
    return steps


def _create(administration: Administration, wanted: Wanted) -> Found:
    try:
        administration.create()
        click.echo(f"{MARKS['done']} Bucket: created.")
        return setup.look(administration)
    except NameTaken:
        raise click.ClickException(
            f"The name {wanted.bucket} is taken by somebody else: choose another one and set"
            " S3_BUCKET."
        ) from None
    except NotAllowed as error:
        raise click.ClickException(
            f"The key may not create a bucket: it lacks the right {error.action}; “flask bucket"
            " policy --setup” prints all that setting up takes."
        ) from None
    except StorageError as error:
        raise click.ClickException(f"The bucket could not be created: {error}") from None


def _tell(step: Step) -> None:
    click.echo(f"{MARKS[step.outcome]} {step.part.title}: {step.words}")
