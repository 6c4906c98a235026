"""`flask doctor`: is this installation sound, from its settings to the address it is asked under.

It meets every subject, as the commands do.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace

from blog.bucket.check import QUICK, check_bucket
from blog.checks import Result, run
from blog.config import Settings
from blog.doctor import address, inside
from blog.doctor.installation import Installation, Question

BEFORE: Sequence[Question] = (
    inside.settings_complete,
    inside.secret_key,
    inside.database,
    inside.migrations,
    inside.database_clock,
    inside.admin,
)
AFTER: Sequence[Question] = (address.site_url, address.proxies)


def examine(settings: Settings) -> Generator[Result]:
    """Everything in the order in which one would mend it; inside an application context."""
    installation = Installation(settings)
    try:
        yield from run(BEFORE, installation)
        with closing(check_bucket(settings, QUICK)) as results:
            for result in results:
                yield replace(result, name=f"bucket: {result.name}")
        yield from run(AFTER, installation)
    finally:
        installation.http.close()
