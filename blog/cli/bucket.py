"""`flask bucket`: the bucket set up, and what rights that and the app take."""

import json
import sys

import click
from flask import current_app
from flask.cli import AppGroup

from blog.bucket.policies import app_policy, setup_policy
from blog.cli.bucket_check import check
from blog.cli.bucket_setup import setup_bucket

bucket = AppGroup("bucket", help="The bucket that keeps pictures and videos.")
bucket.add_command(setup_bucket)
bucket.add_command(check)


@bucket.command("policy")
@click.option("--setup", "is_setup", is_flag=True, help="That of the key for “flask bucket setup”.")
def print_policy(is_setup: bool) -> None:
    """Print the least rights that the running app's key needs, as a policy of IAM."""
    name = current_app.extensions["settings"].bucket
    document = setup_policy(name) if is_setup else app_policy(name)
    click.echo(json.dumps(document, indent=2))
    if sys.stdout.isatty():
        user = "the user or role that sets the bucket up" if is_setup else "the app's own user"
        click.echo(f"\nThis is for {user}: IAM, Users, Add permissions, JSON.", err=True)
