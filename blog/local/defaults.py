"""The bucket that the blog needs, as `flask bucket setup` makes it."""

import json
from collections.abc import Sequence

from moto.s3.models import PublicAccessBlock

from blog.bucket.wanted import LOOPBACK_ORIGINS, Wanted
from blog.local.operations import Operations
from blog.local.records import BLOCKS

DEFAULT_ORIGINS = LOOPBACK_ORIGINS


def prepare(operations: Operations, name: str, origins: Sequence[str]) -> None:
    """Create the bucket; one that exists is left as it is."""
    with operations.lock:
        if name in operations.backend.buckets:
            return
        wanted = Wanted(name, tuple(origins))
        bucket = operations.backend.create_bucket(name)
        # moto keeps what it reads from XML: repeated elements by their singular, numbers as text.
        bucket.set_cors(
            [
                {
                    "ID": rule["ID"],
                    "AllowedOrigin": rule["AllowedOrigins"],
                    "AllowedMethod": rule["AllowedMethods"],
                    "AllowedHeader": rule["AllowedHeaders"],
                    "ExposeHeader": rule["ExposeHeaders"],
                    "MaxAgeSeconds": str(rule["MaxAgeSeconds"]),
                }
                for rule in wanted.cors_rules
            ]
        )
        bucket.set_lifecycle(json.loads(json.dumps(wanted.lifecycle_rules), parse_int=str))
        block = wanted.public_access
        switches = {switch: str(block[camel(switch)]).lower() for switch in BLOCKS}
        bucket.public_access_block = PublicAccessBlock(**switches)
        bucket.ownership_rule = wanted.ownership["ObjectOwnership"]
        document = {"Version": "2012-10-17", "Statement": wanted.statements}
        bucket.policy = json.dumps(document).encode()
        operations.records.save_bucket(name)


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
