"""A CloudFormation template resolved as AWS resolves it, for parameters of one's choice.

moto creates buckets, users, roles and policies of a template, and leaves out the bucket's settings
and what belongs to CloudFront.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cfnlint.decode import decode  # type: ignore[import-untyped]

ACCOUNT, REGION = "123456789012", "eu-central-1"
NOTHING = object()  # what AWS::NoValue leaves of a property or an item


@dataclass(frozen=True)
class Template:
    """`given` are the parameters that have no default, or that are not to have it."""

    document: Mapping[str, Any]
    given: Mapping[str, str]

    @classmethod
    def read(cls, path: Path, **given: str) -> "Template":
        document, problems = decode(str(path))
        assert not problems
        return cls(document, given)

    def properties(self, name: str) -> Any:
        """Those of a resource; None where its condition leaves it out."""
        resource = self.document["Resources"][name]
        if not self.holds(resource.get("Condition")):
            return None
        return self.resolve(resource.get("Properties", {}))

    def outputs(self) -> dict[str, Any]:
        return {
            name: self.resolve(output["Value"])
            for name, output in self.document["Outputs"].items()
            if self.holds(output.get("Condition"))
        }

    def holds(self, condition: str | None) -> bool:
        return condition is None or bool(self.resolve(self.document["Conditions"][condition]))

    def resolve(self, value: Any) -> Any:
        match value:
            case {"Ref": str(name)}:
                return self.reference(name)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return f"<{name}.{attribute}>"
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^}]+)\}", self.substitute, text)
            case {"Fn::If": [str(condition), chosen, other]}:
                return self.resolve(chosen if self.holds(condition) else other)
            case {"Fn::Equals": [one, other]}:
                return self.resolve(one) == self.resolve(other)
            case {"Fn::Not": [negated]}:
                return not self.resolve(negated)
            case dict():
                assert not any(name.startswith("Fn::") for name in value), value
                found = {name: self.resolve(item) for name, item in value.items()}
                return {name: item for name, item in found.items() if item is not NOTHING}
            case list():
                items = [self.resolve(item) for item in value]
                return [item for item in items if item is not NOTHING]
            case _:
                return value

    def substitute(self, found: re.Match[str]) -> str:
        name, _, attribute = found.group(1).partition(".")
        return f"<{name}.{attribute}>" if attribute else str(self.reference(name))

    def reference(self, name: str) -> Any:
        """A parameter's value, or a resource's name: its own where it has one, else <Resource>."""
        if name in self.document["Parameters"]:
            return self.given.get(name, self.document["Parameters"][name].get("Default"))
        pseudo = {
            "AWS::Partition": "aws",
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::NoValue": NOTHING,
        }
        if name in pseudo:
            return pseudo[name]
        properties = self.properties(name)
        assert properties is not None, f"{name} is left out, and referred to"
        return properties.get("BucketName", f"<{name}>")
