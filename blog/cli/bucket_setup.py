"""`flask bucket setup`: shows what it will change, asks, and tells what became of it."""

import sys
from collections.abc import Iterable, Sequence

import click
from flask import current_app
from flask.cli import with_appcontext

from blog.bucket import setup
from blog.bucket.applying import Step, apply, lacking_right, refused, unkept
from blog.bucket.check.words import where_to_look
from blog.bucket.difference import difference
from blog.bucket.setup import Found
from blog.bucket.stores import advice
from blog.bucket.wanted import Mode, Wanted
from blog.cli.setup_options import check_name, check_options, origins_for, wanted_for
from blog.cli.telling import failure, fill
from blog.config import Settings
from blog.logs import escaped
from blog.storage import StorageError
from blog.storage.administration import Administration
from blog.storage.refusals import KeyRefused, NameTaken, NotAllowed
from blog.storage.stores import store_at

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
    check_name(settings.bucket)
    administration = Administration(settings)
    pages = origins_for(settings, origins)
    _say(
        f"{settings.bucket} in {settings.region} ({settings.bucket_url}), for pages of"
        f" {', '.join(pages)}, with the key in {administration.key_name}"
    )
    click.echo()
    found = _look(administration, settings)
    wanted = wanted_for(settings, found, mode, distribution, hotlink_protection, pages)
    needed = setup.changes(found, wanted)
    problems = refused(found, settings, administration.key_name)
    is_warned = _show(found, needed, problems, wanted, settings)
    if found.exists and not needed:
        click.echo("Nothing to change.")
    elif dry_run:
        click.echo("Nothing was changed, for this is a dry run.")
    else:
        if not yes:
            _ask(settings.bucket)
        problems += _apply(administration, wanted, found, settings)
    if any(step.outcome in ("failed", "untried") for step in problems):
        raise click.exceptions.Exit(1)
    if not dry_run:
        ends = "tells whether it is safe with what is noted above" if is_warned else "proves it"
        _say(f"“flask bucket check”, run with the app's own key, {ends}.")


def _look(administration: Administration, settings: Settings) -> Found:
    name = settings.bucket
    try:
        found = setup.look(administration)
    except KeyRefused as error:
        raise _stop(
            f"The store refuses the key in {administration.key_name} ({error.code}). Look whether"
            " it and its secret belong together and still hold, and whether this machine's clock"
            " is right."
        ) from None
    except NotAllowed as error:
        raise _stop(
            f"Access to the bucket {name} is denied. Where it is yours:"
            f" {lacking_right(error, administration.key_name)} Where it is not: names are taken"
            " world-wide, choose another one and set S3_BUCKET."
        ) from None
    except StorageError as error:
        fix = where_to_look(settings, is_aws=store_at(settings.endpoint_url).is_aws)
        raise _stop(f"The bucket {name} cannot be asked: {str(error).rstrip('.')}. {fix}") from None
    right = administration.right_region or found.region
    if right and right != settings.region:
        what = f"The bucket {name}" if found.exists else "The store"
        words = f"{what} is in {right}, and S3_REGION says {settings.region}"
        if administration.is_region_binding:
            raise _stop(f"{words}: set S3_REGION={right}, here and where the blog runs.")
        _say(f"{words}. This store takes both.")
    return found


def _show(
    found: Found,
    needed: Sequence[setup.Change],
    problems: Iterable[Step],
    wanted: Wanted,
    settings: Settings,
) -> bool:
    """What will be, and what is to be known of it; tells whether others' rules were warned of."""
    if not found.exists:
        _say(f"The bucket {wanted.bucket} will be created in {settings.region}.")
    for change in needed:
        click.secho(f"\n{change.part.title}", bold=True)
        for line in difference(change.before, change.after):
            click.secho(escaped(line), fg=COLOURS.get(line[0]))
    if needed:
        click.echo()
    for step in problems:
        _tell(step)
    warnings = list(setup.warnings(found, wanted, settings))
    for note in [*warnings, *setup.notes(wanted, settings), *advice(settings)]:
        fill(escaped(note), start=f"{MARKS['lacking']} ", indent="  ")
    return bool(warnings)


def _ask(bucket: str) -> None:
    if not sys.stdin.isatty():
        raise _stop("There is nobody to ask here: say --yes to change this.")
    if not click.confirm(f"Change {bucket}?"):
        raise _stop("Nothing was changed.")


def _apply(
    administration: Administration, wanted: Wanted, found: Found, settings: Settings
) -> list[Step]:
    steps: list[Step] = []

    def tell(those: Iterable[Step]) -> None:
        for step in those:
            _tell(step)
            steps.append(step)

    if not found.exists:
        found = _create(administration, wanted)
        tell(refused(found, settings, administration.key_name))
    tell(apply(administration, setup.changes(found, wanted), settings))
    tell(unkept(administration, steps, wanted))
    return steps


def _create(administration: Administration, wanted: Wanted) -> Found:
    try:
        administration.create()
        click.echo(f"{MARKS['done']} Bucket: created.")
        return setup.look(administration)
    except NameTaken:
        raise _stop(
            f"The name {wanted.bucket} is taken by somebody else: choose another one and set"
            " S3_BUCKET."
        ) from None
    except NotAllowed as error:
        raise _stop(
            f"The bucket could not be created: {lacking_right(error, administration.key_name)}"
        ) from None
    except StorageError as error:
        raise _stop(f"The bucket could not be created: {error}") from None


def _tell(step: Step) -> None:
    start = f"{MARKS[step.outcome]} {step.part.title}: "
    fill(escaped(step.words), start=start, indent="  ")


def _stop(words: str) -> click.ClickException:
    """An end in these words, of which a part may be the store's."""
    return failure(escaped(words))


def _say(words: str) -> None:
    fill(escaped(words))
