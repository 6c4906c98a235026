"""`make bench`: ratios and counts of one run each, for machines differ and are shared.

`python -m bench assets pages` measures these alone.
"""

import sys
from collections.abc import Callable, Iterator

from bench import assets, boot, library, many, pages, pictures, uploads

SUBJECTS: dict[str, Callable[[], Iterator[tuple[str, str]]]] = {
    module.__name__.removeprefix("bench."): module.measure
    for module in (uploads, assets, pictures, many, library, pages, boot)
}


def main(names: list[str]) -> None:
    if unknown := set(names) - set(SUBJECTS):
        sys.exit(f"There is no {', '.join(sorted(unknown))}, only {', '.join(SUBJECTS)}.")
    rows = [row for name in names or SUBJECTS for row in SUBJECTS[name]()]
    width = max(len(name) for name, _ in rows)
    print()
    for name, figure in rows:
        print(f"{name:<{width}}  {figure}")


main(sys.argv[1:])
