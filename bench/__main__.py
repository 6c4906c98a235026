"""`make bench`: ratios and counts of one run each, for machines differ and are shared."""

from bench import pages, uploads


def main() -> None:
    rows = [*uploads.measure(), *pages.measure()]
    width = max(len(name) for name, _ in rows)
    print()
    for name, figure in rows:
        print(f"{name:<{width}}  {figure}")


main()
