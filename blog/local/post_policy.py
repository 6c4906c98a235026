"""The POST policy: what the signer allows a browser to send, condition by condition.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from blog.local.errors import Refusal, access_denied, invalid_argument
from blog.local.signature import ALGORITHM, MAX_SKEW, Scope, parse_timestamp, verify
from blog.local.users import User, Users

# Fields that need no condition: "x-amz-signature, file, policy, and field names that have an
# x-ignore- prefix". The bucket does need one, whether or not it is a field of the form.
UNCONDITIONAL = {"x-amz-signature", "file", "policy"}
SIGNING_FIELDS = ("policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")


@dataclass(frozen=True)
class Condition:
    operator: str
    field: str
    value: str

    def holds(self, fields: Mapping[str, str]) -> bool:
        """A condition on a field that is absent fails, whatever it says."""
        given = fields.get(self.field)
        if given is None:
            return False
        if self.operator == "eq":
            return given == self.value
        # "Content-Types values for a starts-with condition that include commas are interpreted
        # as lists. Each value in the list must meet the condition".
        parts = given.split(",") if self.field == "content-type" else [given]
        return all(part.strip().startswith(self.value) for part in parts)

    def __str__(self) -> str:
        return json.dumps([self.operator, f"${self.field}", self.value])


@dataclass(frozen=True)
class Policy:
    """Sizes in bytes, both ends included."""

    expires_at: datetime
    conditions: list[Condition]
    smallest: int
    largest: int

    @classmethod
    def parse(cls, encoded: str) -> Self:
        """Raises Refusal where the document is no policy."""
        try:
            document = json.loads(base64.b64decode(encoded, validate=True))
            expires_at = datetime.fromisoformat(document["expiration"])
            listed = document["conditions"]
        except (binascii.Error, ValueError, KeyError, TypeError):
            raise invalid_policy("Invalid JSON.") from None
        if not isinstance(listed, list) or expires_at.tzinfo is None:
            raise invalid_policy("Invalid 'expiration' or 'conditions' value.")
        conditions = []
        smallest, largest = 0, 5 * 1024**3
        for item in listed:
            match item:
                case dict() if all(isinstance(value, str) for value in item.values()):
                    for name, value in item.items():
                        conditions.append(Condition("eq", name.lower(), value))
                case ["content-length-range", low, high] if is_size(low) and is_size(high):
                    smallest, largest = max(smallest, int(low)), min(largest, int(high))
                case [str(operator), str(name), str(value)] if operator.lower() in (
                    "eq",
                    "starts-with",
                ) and name.startswith("$"):
                    conditions.append(Condition(operator.lower(), name[1:].lower(), value))
                case _:
                    raise invalid_policy(f"Invalid condition: {json.dumps(item)}")
        return cls(expires_at, conditions, smallest, largest)

    def check(self, fields: Mapping[str, str], now: datetime) -> None:
        """Raise Refusal where the fields (with `bucket`) are not what was signed for."""
        if now >= self.expires_at:
            raise against_policy("Policy expired.")
        for condition in self.conditions:
            if not condition.holds(fields):
                raise against_policy(f"Policy Condition failed: {condition}")
        covered = {condition.field for condition in self.conditions} | UNCONDITIONAL
        extra = [
            name for name in fields if name not in covered and not name.startswith("x-ignore-")
        ]
        if extra:
            raise against_policy(f"Extra input fields: {', '.join(extra)}")


def is_signed(fields: Mapping[str, str]) -> bool:
    return any(name in fields for name in (*SIGNING_FIELDS, "signature", "awsaccesskeyid"))


def authenticate(fields: Mapping[str, str], users: Users, now: datetime) -> tuple[User, Policy]:
    """Who signed a form, and its policy; raises Refusal where the signature is wrong or missing.
    The signature is that of the encoded policy, as it stands in its field."""
    for name in SIGNING_FIELDS:
        if name not in fields:
            message = f"Bucket POST must contain a field named '{name}'."
            raise invalid_argument(message, ArgumentName=name)
    if fields["x-amz-algorithm"] != ALGORITHM:
        raise invalid_argument("X-Amz-Algorithm only supports AWS4-HMAC-SHA256")
    timestamp = fields["x-amz-date"]
    if parse_timestamp(timestamp) - now > MAX_SKEW:
        raise access_denied("Request is not yet valid")
    scope = Scope.parse(fields["x-amz-credential"], timestamp, users, malformed_credential)
    if not fields["x-amz-signature"].isascii() or not fields["policy"].isascii():
        raise invalid_policy("Invalid Base64.")
    verify(fields["policy"], scope, fields["x-amz-signature"])
    scope.user.check_token(fields.get("x-amz-security-token", ""), now)
    return scope.user, Policy.parse(fields["policy"])


def is_size(value: object) -> bool:
    """A whole number of bytes; S3 takes it as text, too."""
    if isinstance(value, str):
        return value.isascii() and value.isdigit()
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def malformed_credential(reason: str, credential: str) -> Refusal:
    return invalid_argument(reason, ArgumentName="X-Amz-Credential", ArgumentValue=credential)


def invalid_policy(reason: str) -> Refusal:
    return Refusal(400, "InvalidPolicyDocument", f"Invalid Policy: {reason}")


def against_policy(reason: str) -> Refusal:
    return access_denied(f"Invalid according to Policy: {reason}")
