"""The tools of frontend teams take the schema as it is: rules of style, and types made from it."""

import json
import re
import shutil
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from schema.build import schema
from tests.clients import node

CONFIG = node.HERE / "eslint.config.mjs"
TEXT = schema.as_str() + "\n"
WRONG = '''
"""Asks."""
type Query { contacts: ContactConnection }
type ContactConnection { edges: [ContactEdge] }
type ContactEdge { node: Int }
'''


def _said(*args: str, cwd: Path, expected: int = 0) -> str:
    """What a tool said to its end, which came as expected."""
    done = node.run(*args, cwd=cwd)
    said = done.stdout + done.stderr
    assert done.returncode == expected, said
    return said


def _findings(text: str, folder: Path) -> list[dict[str, object]]:
    """What eslint finds in a schema."""
    (folder / "schema.graphql").write_text(text)
    said = node.run(node.tool("eslint"), "-c", str(CONFIG), "-f", "json", "schema.graphql", cwd=folder)
    assert said.returncode in (0, 1), said.stderr
    (file,) = json.loads(said.stdout)
    return [{key: found[key] for key in ("line", "ruleId", "message")} for found in file["messages"]]


def test_the_rules_of_relay_and_of_good_schemas_find_nothing(tmp_path: Path) -> None:
    assert _findings(TEXT, tmp_path) == []


def test_the_rules_find_what_is_wrong(tmp_path: Path) -> None:
    rules = {str(found["ruleId"]).removeprefix("@graphql-eslint/") for found in _findings(WRONG, tmp_path)}
    assert rules >= {"relay-arguments", "relay-connection-types", "relay-edge-types", "relay-page-info"}
    assert rules >= {"require-description"}


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """One of the sample projects with the schema in it, and the packages beside it."""
    (tmp_path / "node_modules").symlink_to(node.MODULES)
    folder: Path = shutil.copytree(node.HERE / "codegen" / request.param, tmp_path / request.param)
    (folder / "schema.graphql").write_text(TEXT)
    return folder


def _valid(documents: dict[str, str]) -> list[str]:
    """The names of a manifest's operations, all of which the schema answers."""
    known = build_schema(TEXT)
    assert [error for text in documents.values() for error in validate(known, parse(text))] == []
    return sorted(re.findall(r"^\s*(?:query|mutation) (\w+)", "\n".join(documents.values()), re.MULTILINE))


@pytest.mark.parametrize("project", ["relay"], indirect=True)
def test_relay_compiles_pages_and_mutations(project: Path) -> None:
    (project / "generated").mkdir()
    _said(node.tool("relay-compiler"), cwd=project)
    made = (project / "generated" / "ContactListMoveMutation.graphql.ts").read_text()
    assert "readonly userErrors: ReadonlyArray<{" in made
    documents = json.loads((project / "documents.json").read_text())
    names = ["ContactListMoveMutation", "ContactListPageQuery", "ContactListQuery"]
    assert _valid(documents) == names


@pytest.mark.parametrize("project", ["preset"], indirect=True)
def test_the_client_preset_makes_types_and_a_manifest(project: Path) -> None:
    _said(node.tool("graphql-codegen"), "--config", "codegen.ts", cwd=project)
    assert _valid(json.loads((project / "generated" / "persisted-documents.json").read_text())) == ["Account"]
    _only_wrong_is_wrong(project, "Property 'fax' does not exist on type '{ ")


@pytest.mark.parametrize("project", ["tada"], indirect=True)
def test_tada_types_a_document_as_it_stands(project: Path) -> None:
    _said(node.tool("gql.tada"), "generate-output", cwd=project)
    _only_wrong_is_wrong(project, "Property 'rating' does not exist on type '{ topic: string; }'")


def _only_wrong_is_wrong(project: Path, why: str) -> None:
    said = _said(node.tool("tsc"), "-p", ".", cwd=project, expected=2)
    assert re.findall(r"^(\S+)\(\d+,\d+\): error", said, re.MULTILINE) == ["wrong.ts"]
    assert why in said
