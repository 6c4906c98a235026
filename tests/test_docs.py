"""What README and docs/ name is there: files, headings, commands, variables."""

import re
import tomllib
from pathlib import Path

import click
import pytest
from flask import Flask

from blog import cli
from blog.config import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# gunicorn reads them, too.
OTHERS_VARIABLES = {"PORT", "WEB_CONCURRENCY"}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The headings as GitHub makes fragments of them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in plain}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith(("https://", "http://")):
            continue
        path, _, fragment = target.partition("#")
        linked = (page.parent / path).resolve() if path else page

        assert linked.exists(), target
        assert not fragment or fragment in anchors(linked), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_their_options_exist(page: Path) -> None:
    app = Flask("blog")
    cli.init_app(app)
    for line in re.findall(r"\bflask((?: [a-z]+| --[a-z-]+)+)", page.read_text()):
        command: click.Command = app.cli
        for word in line.split():
            if word.startswith("--"):
                assert word in {name for option in command.params for name in option.opts}, line
            elif isinstance(command, click.Group):
                assert word in command.commands, line
                command = command.commands[word]


def test_every_variable_of_the_blog_is_in_the_table_and_in_the_example() -> None:
    sources = (ROOT / "blog" / name for name in ("config.py", "environment.py"))
    read = re.findall(
        r'(?:variables|self)\.\w+\(\s*"([A-Z][A-Z0-9_]+)"', "".join(map(Path.read_text, sources))
    )
    table = (ROOT / "README.md").read_text().partition("## Configure")[2]
    example = (ROOT / ".env.example").read_text()

    for name in {*read, *OTHERS_VARIABLES}:
        assert re.search(rf"^\| .*`{name}`", table, re.MULTILINE), name
        assert re.search(rf"^# {name}=", example, re.MULTILINE), name


def test_the_plan_of_the_house_shows_every_room() -> None:
    plan = (ROOT / "docs" / "architecture.md").read_text().split("```")[1]
    rooms = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in (ROOT / "blog").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert {room for room in rooms if not re.search(rf"\b{re.escape(room)}", plan)} == set()


def test_every_dependency_is_named_with_its_reason() -> None:
    pipfile = tomllib.loads((ROOT / "Pipfile").read_text())
    said = (ROOT / "docs" / "developers.md").read_text().partition("## Dependencies")[2].lower()
    names = {*pipfile["packages"], *pipfile["dev-packages"]}

    for name in names:
        is_stub = name.startswith("types-") or name.endswith("-stubs")
        assert is_stub or re.search(rf"(?<![\w-]){name}(?![\w-])", said), name


def test_a_machine_of_ones_own_gets_the_pipenv_that_the_makefile_installs() -> None:
    pinned = re.search(r"^PIPENV_VERSION = (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    others = (ROOT / "docs" / "deploy" / "others.md").read_text()

    assert pinned
    assert f"pip install pipenv=={pinned[1]} " in others
