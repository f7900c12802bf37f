"""GraphQL over HTTP, as the audit of the package graphql-http understands it."""

import json

from tests.clients import node

AUDITS = 61


def test_the_audit_of_graphql_over_http_finds_all_in_order(serving: str) -> None:
    ended = node.run("audit.mjs", f"{serving}/graphql")
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    objections = [f"{each['name']}: {each['reason']}" for each in found if each["status"] != "ok"]
    assert objections == []
    assert len(found) == AUDITS
