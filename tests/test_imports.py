"""The import rule: imports point down, and only one module knows each outside system."""

import ast
from pathlib import Path

import pytest

from blog.config import ROOT

SUBJECTS = ["accounts", "media", "posts", "library", "reader"]  # each may import those before it
ROOMS = ["models", "forms", "views"]  # each may import those before it

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "blog").rglob("*.py"))
}


def imported_by(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def subject_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "blog" and parts[1] in SUBJECTS else None


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[2] if len(parts) > 2 and parts[2] in ROOMS else None


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    own_subject, own_room = subject_of(module), room_of(module)
    if module == "blog" or module.startswith(("blog.cli", "blog.doctor", "blog.local")):
        return

    for imported in imported_by(MODULES[module]):
        subject, room = subject_of(imported), room_of(imported)
        if subject is None:
            continue
        assert own_subject is not None or module == "blog.security", f"{module} is ground floor"
        if own_subject is not None:
            assert SUBJECTS.index(subject) <= SUBJECTS.index(own_subject), imported
        if own_room == "views":
            assert room != "views", f"views link with url_for, they do not import {imported}"
        if subject == own_subject and own_room and room:
            assert ROOMS.index(room) <= ROOMS.index(own_room), imported


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("boto3", "blog.storage"),
        ("botocore", "blog.storage"),
        ("moto", "blog.local"),
        ("blog.local", "blog.local"),
        ("os", "blog.config"),
    ],
)
def test_only_one_module_knows(name: str, allowed: str) -> None:
    importers = {
        module
        for module, path in MODULES.items()
        if any(i == name or i.startswith(f"{name}.") for i in imported_by(path))
    }

    assert {m for m in importers if not m.startswith((allowed, "blog.local"))} == set()


@pytest.mark.parametrize("module", [m for m in MODULES if m.endswith(".models")])
def test_models_know_neither_flask_nor_the_bucket(module: str) -> None:
    imported = imported_by(MODULES[module])

    assert not {i for i in imported if i == "flask" or i.startswith(("flask.", "blog.storage"))}
