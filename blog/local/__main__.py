"""The embedded bucket from the command line: `python -m blog.local`."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from blog.local import BUCKET, PORT


def main() -> int:
    options = parse_arguments()
    # Before moto is imported, which takes half a second: whoever starts this may end it at once.
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    parent = os.getppid()

    from blog.local.disk import DirectoryInUse
    from blog.local.server import DEFAULT_ORIGINS, BucketServer

    server = BucketServer(
        options.directory,
        options.port,
        options.origin or DEFAULT_ORIGINS,
        options.bucket,
        is_verbose=options.verbose,
    )
    try:
        with server:
            place = f"{server.url}, kept in {options.directory}"
            print(f"Embedded bucket {options.bucket} on {place}", flush=True)
            while not stopped.wait(0.5):
                if options.exit_with_parent and os.getppid() != parent:
                    break
    except DirectoryInUse:
        message = (
            f"The directory {options.directory} is in use by another embedded bucket: a blog of "
            "this clone runs already. Stop it; for a second blog beside it take another clone."
        )
        print(message, file=sys.stderr)
        return 1
    except OSError as error:
        reason = error.strerror or str(error)
        place = error.filename or f"port {options.port} of 127.0.0.1"
        message = f"The embedded bucket cannot use {place}: {reason}."
        if not error.filename:
            message += f" Choose another one: make run BUCKET_PORT={options.port + 1}"
        print(message, file=sys.stderr)
        return 1
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m blog.local", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="on 127.0.0.1 (%(default)s)")
    parser.add_argument(
        "--directory", type=Path, default=Path("instance/bucket"), help="(%(default)s)"
    )
    parser.add_argument("--bucket", default=BUCKET, help="made when it is missing (%(default)s)")
    parser.add_argument(
        "--origin", action="append", help="a page's origin that may upload; may be repeated"
    )
    parser.add_argument("--verbose", action="store_true", help="a line for each request")
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="end when the parent process is gone"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
