"""No requirement and no invariant of this range is forgotten: each number has a test."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
REQUIREMENTS = {f"r{number}" for number in (*range(3, 55), *range(64, 67))}
INVARIANTS = {f"i{number}" for number in (*range(11, 16), 21, 22)}
NAME = re.compile(r"test_([ri]\d+)_\w+").fullmatch


def named_tests() -> dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The tests of this package by their numbers."""
    found: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = {}
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (match := NAME(node.name)):
                found.setdefault(match[1], []).append(node)
    return found


def test_every_number_has_a_test_and_every_test_a_number() -> None:
    assert sorted(named_tests()) == sorted(REQUIREMENTS | INVARIANTS)


def test_every_one_says_in_words_what_is_required_and_asserts_something() -> None:
    for number, nodes in named_tests().items():
        for node in nodes:
            assert len((ast.get_docstring(node) or "").split()) > 5, node.name
            calls = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
            asserts = any(isinstance(one, ast.Assert) for one in ast.walk(node))
            assert asserts or any(name.startswith("every_field.check_") for name in calls), number
