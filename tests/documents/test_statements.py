"""The number of statements does not depend on the number of records (domain.md I25)."""

from datetime import UTC, datetime

from db.database import connected
from resolvers.context import Context
from schema.build import schema

THREE_LEVELS = """
query ($accounts: Int!, $contacts: Int!) {
  accounts(first: $accounts) {
    nodes {
      name
      insights { ...Figures reach }
      contacts(first: $contacts) {
        nodes { fullName insights { ...Figures } leads(first: 5) { nodes { topic insights { ...Figures } } } }
      }
    }
  }
}
fragment Figures on Insights { interactions lastEngagementAt byType { type count } email { sent openRate } }
"""


async def test_fifty_accounts_with_insights_on_three_levels_take_six_statements(demo: str) -> None:
    async with connected(demo) as database:
        ran = []
        for accounts, contacts in ((3, 2), (50, 10)):
            context = Context(database, now=datetime(2026, 11, 1, tzinfo=UTC), actor=None, request_id="test")
            result = await schema.execute(
                THREE_LEVELS,
                variable_values={"accounts": accounts, "contacts": contacts},
                context_value=context,
            )
            assert result.errors is None
            ran.append(sorted(context.reads.ran))
    assert ran[0] == ran[1]
    of_accounts = ["account_reach", "account_sums", "accounts"]
    assert ran[1] == [*of_accounts, "contact_sums", "contacts by account", "leads by contact"]
