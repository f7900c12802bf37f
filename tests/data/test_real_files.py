"""The shipped mappings over the real files: the answers that are known of them, once and twice."""

import os
from pathlib import Path
from statistics import median, quantiles

import pytest

from db.database import Database
from engines.imports.report import Report
from tests.data.recounted import check, introduce_the_unknown
from tests.engines.imports.house import ask, bring, counts, one, refusals

DATA = Path(os.environ.get("LEADGRAPH_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real files are not in {DATA}")
ENTITIES = ("account", "contact", "lead", "opportunity", "interaction")
CHANGED = ("created", "updated", "stored", "waiting")


def of(source: str, entity: str) -> str:
    """The condition that a record is one of that source."""
    return f"id in (select record_id from source_key where source = '{source}' and entity = '{entity}')"


def assert_nothing_changed(again: Report) -> None:
    for entity in ENTITIES:
        assert not set(counts(again, entity)) & set(CHANGED), entity


async def state(db: Database, source: str) -> list[object]:
    """All that is kept of a source, but for when it was recorded."""
    found: list[object] = []
    for entity in ("account", "contact", "lead", "opportunity"):
        text = (
            f"select md5(string_agg({entity}::text, '' order by id)) from {entity} where {of(source, entity)}"
        )
        found.append(await one(db, text))
    for table in ("interaction", "orphan_interaction"):
        text = f"select md5(string_agg(t::text, '' order by id)) from {table} t where source = $1"
        found.append(await one(db, text, source))
    return found


async def test_x_education(database: Database) -> None:
    found = await bring(database, "x-education", DATA / "leads-x-education")
    assert found.clean
    assert counts(found, "contact") == {"created": 9_240}
    assert counts(found, "lead") == {"created": 9_240}
    assert counts(found, "opportunity") == {"created": 3_561}
    assert found.number_refused == 0
    before = await state(database, "x-education")
    assert_nothing_changed(await bring(database, "x-education", DATA / "leads-x-education"))
    assert await state(database, "x-education") == before


@pytest.mark.parametrize(
    ("attribute", "answer"),
    [
        ("lastActivity", {"SMS Sent": 62.9, "Email Opened": 36.5, "Email Link Clicked": 27.3}),
        (
            "lastActivity",
            {"Page Visited on Website": 23.6, "Olark Chat Conversation": 8.6, "Email Bounced": 8.0},
        ),
        ("leadOrigin", {"Lead Add Form": 92.5, "Landing Page Submission": 36.2, "API": 31.1}),
        ("doNotEmail", {"true": 16.1, "false": 40.5}),
        ("activityIndex", {"high": 29.8, "medium": 42.5, "low": 9.1}),
    ],
)
async def test_the_conversion_rates_of_x_education(
    database: Database, attribute: str, answer: dict[str, float]
) -> None:
    text = (
        "select attributes ->> $1, round(100.0 * count(*) filter (where status = 3) / count(*), 1)::float"
        f" from lead where {of('x-education', 'lead')} group by 1"
    )
    rates = dict(await ask(database, text, attribute))
    assert {name: rates[name] for name in answer} == answer


async def test_whoever_unsubscribed_from_x_education_gets_no_bulk_e_mail(database: Database) -> None:
    text = (
        "select count(*), min(contact.bulk_email_permission),"
        " count(*) filter (where contact.email_permission = 0)"
        " from lead join contact on contact.id = lead.contact_id"
        " where lead.attributes ->> 'lastActivity' = $1"
    )
    assert await ask(database, text, "Unsubscribed") == [(61, 1, 3)]
    google = "select count(*) from lead where attributes ->> 'leadSource' = 'Google'"
    assert await one(database, google) == 2_868 + 5
    tags = "select count(*) from lead where attributes ->> 'tags' = 'Interested in full time MBA'"
    assert await one(database, tags) == 117


LEADS = ("marketing_qualified_leads.csv.gz", "marketing_qualified_leads.dmy.csv.gz")
WRITINGS = (*LEADS, "marketing_qualified_leads.mdy.csv")


@pytest.mark.parametrize("first", WRITINGS)
async def test_the_three_writings_of_olist_are_the_same_leads(database: Database, first: str) -> None:
    async with database.transaction() as tx:
        await tx.run("clear", text="delete from source_key where source = 'olist'")
        await tx.run("clear", text="truncate import_run")
        await tx.run("clear", text=f"delete from lead where {of('olist', 'lead')} or topic like 'Selling%'")
    found = await bring(database, "olist", DATA / "funnel-olist" / first)
    assert counts(found, "lead") == {"created": 8_000}
    rest = [DATA / "funnel-olist" / name for name in WRITINGS if name != first]
    again = counts(await bring(database, "olist", *rest), "lead")
    if first.endswith("mdy.csv"):
        assert again == {"updated": 8_000, "unchanged": 8_000}
    else:
        assert again == {"unchanged": 16_000}
    held = "concat_ws('|', created_at, topic, source, attributes)"
    whole = f"select md5(string_agg({held}, '' order by id)) from lead where {of('olist', 'lead')}"
    digest = await one(database, whole)
    assert DIGESTS.setdefault("leads", digest) == digest


DIGESTS: dict[str, str] = {}


async def test_the_deals_of_olist(database: Database) -> None:
    found = await bring(database, "olist", DATA / "funnel-olist")
    assert found.clean
    assert counts(found, "account") == {"created": 842}
    assert counts(found, "opportunity") == {"created": 842}
    assert counts(found, "lead") == {"unchanged": 24_000, "updated": 842}
    assert found.number_refused == 0
    before = await state(database, "olist")
    assert_nothing_changed(await bring(database, "olist", DATA / "funnel-olist"))
    assert await state(database, "olist") == before


async def test_the_funnel_of_olist_by_source_and_landing_page(database: Database) -> None:
    text = (
        "select coalesce(attributes ->> $1, '(none)'), (count(*) filter (where state = 1))::int,"
        f" count(*)::int from lead where {of('olist', 'lead')} group by 1"
    )
    by_origin = {name: (won, leads) for name, won, leads in await ask(database, text, "origin")}
    assert by_origin == {
        "organic search": (271, 2_296),
        "paid search": (195, 1_586),
        "social": (75, 1_350),
        "unknown": (179, 1_099),
        "direct traffic": (56, 499),
        "email": (15, 493),
        "referral": (24, 284),
        "other": (4, 150),
        "display": (6, 118),
        "other publicities": (3, 65),
        "(none)": (14, 60),
    }
    by_page = {name[:8]: (won, leads) for name, won, leads in await ask(database, text, "landingPage")}
    busiest = {name: by_page[name] for name in ("b76ef374", "22c29808", "58326e62", "88740e65")}
    assert busiest == {
        "b76ef374": (171, 912),
        "22c29808": (174, 883),
        "58326e62": (27, 495),
        "88740e65": (31, 445),
    }


async def test_how_long_a_deal_of_olist_took(database: Database) -> None:
    text = (
        "select actual_closed_at::date - lead.created_at::date from opportunity"
        " join lead on lead.id = originating_lead_id where "
        + of("olist", "opportunity").replace("id in", "opportunity.id in", 1)
    )
    days = [taken for (taken,) in await ask(database, text)]
    assert (len(days), median(days), min(days)) == (842, 14, -2)
    assert round(quantiles(days, n=10, method="inclusive")[8]) == 162
    assert (
        await one(
            database, f"select count(estimated_value) from opportunity where {of('olist', 'opportunity')}"
        )
        == 45
    )


CONTOSO = DATA / "contacts-contoso"


async def test_the_first_system_of_contoso_and_who_it_does_not_know(database: Database) -> None:
    paths = [
        CONTOSO / name for name in ("contacts.csv.gz", "online_purchases.csv.gz", "website_reviews.csv.gz")
    ]
    found = await bring(database, "contoso", *paths)
    assert counts(found, "contact") == {"created": 5_000}
    purchases, reviews = (file.entities["interaction"] for file in found.files[1:])
    assert (purchases.stored, purchases.waiting) == (12_360, 9)
    assert (reviews.stored, reviews.waiting) == (20_003, 17)


@pytest.mark.parametrize(("age", "number"), [(13, 1_350), (16, 1_630), (18, 1_819)])
async def test_the_children_of_contoso(database: Database, age: int, number: int) -> None:
    text = (
        f"select count(*) from contact where {of('contoso', 'contact')}"
        " and birth_date > date '2019-02-06' - make_interval(years => $1)"
    )
    assert await one(database, text, age) == number


async def test_all_systems_of_contoso(database: Database) -> None:
    found = await bring(database, "contoso", CONTOSO)
    assert found.clean
    assert counts(found, "contact") == {
        "created": 3,
        "updated": 5_000,
        "unchanged": 9_998,
        "values_refused": 188,
    }
    assert {reason for _, _, _, reason in refusals(found)} == {
        "was computed by a spreadsheet and is not a telephone number"
    }
    assert counts(found, "interaction") == {"stored": 20_024, "waiting": 41_550, "repeated": 32_389}
    waiting = await ask(
        database,
        "select coalesce(properties ->> 'name', type), count(*)::int from orphan_interaction"
        " where source = 'contoso' group by 1 order by 1",
    )
    assert waiting == [("EVENT_CHECK_IN", 41_550), ("PurchasedOnline", 1), ("WebsiteReviewed", 3)]
    assert await one(database, f"select count(*) from contact where {of('contoso', 'contact')}") == 5_003
    before = await state(database, "contoso")
    assert_nothing_changed(await bring(database, "contoso", CONTOSO))
    assert await state(database, "contoso") == before


async def test_easy_spaces(database: Database) -> None:
    found = await bring(database, "easy-spaces", DATA / "crm-easy-spaces")
    assert found.clean
    assert counts(found, "account") == {"created": 12}
    assert counts(found, "contact") == {"created": 14, "unchanged": 12}
    assert counts(found, "lead") == {"created": 12, "unchanged": 11}
    assert counts(found, "interaction") == {"stored": 2}
    assert [name for name, _ in found.left_out] == []
    names = (
        "select account.name, interaction.properties ->> 'guests' from interaction"
        " join account on account.id = interaction.account_id where source = 'easy-spaces' order by 1"
    )
    assert await ask(database, names) == [
        ("Chen & Semerci Holdings", "150"),
        ("Thompson, Skidmore and Smith", "14"),
    ]
    before = await state(database, "easy-spaces")
    assert_nothing_changed(await bring(database, "easy-spaces", DATA / "crm-easy-spaces"))
    assert await state(database, "easy-spaces") == before


async def test_marketo(database: Database) -> None:
    found = await bring(database, "marketo", DATA / "events-marketo")
    assert found.clean
    assert counts(found, "contact") == {"created": 100}
    assert counts(found, "interaction") == {"waiting": 600}
    kinds = await ask(
        database,
        "select type, count(*)::int from orphan_interaction where source = 'marketo' group by 1 order by 1",
    )
    assert kinds == [
        ("EMAIL_BLOCKED", 2),
        ("EMAIL_CLICKED", 100),
        ("EMAIL_DELIVERED", 100),
        ("EMAIL_HARD_BOUNCED", 100),
        ("EMAIL_OPENED", 100),
        ("EMAIL_SENT", 98),
        ("SEGMENT_UNSUBSCRIBED", 100),
    ]
    one_person = "select count(*) from orphan_interaction where contact_key = '1124755'"
    assert await one(database, one_person) == 94
    assert_nothing_changed(await bring(database, "marketo", DATA / "events-marketo"))


async def test_hubspot(database: Database) -> None:
    found = await bring(database, "hubspot", DATA / "events-hubspot")
    assert found.clean
    assert counts(found, "account") == {"created": 24}
    assert counts(found, "contact") == {"created": 22, "values_refused": 22}
    assert counts(found, "opportunity") == {"created": 44, "refused": 13}
    assert counts(found, "interaction") == {"waiting": 1_042}
    machines = "select count(*) from orphan_interaction where source = 'hubspot' and actor = 'MACHINE'"
    assert await one(database, f"{machines} and not properties ? 'actorRule'") == 3
    assert await one(database, machines) == 4
    merged = "select attributes -> 'mergedIds' from contact where attributes ? 'mergedIds'"
    assert await ask(database, merged) == [(["76340251", "46897301", "76226001"],)]
    assert_nothing_changed(await bring(database, "hubspot", DATA / "events-hubspot"))


async def test_every_figure_of_all_of_them_equals_a_recount(database: Database) -> None:
    """Of every contact, account and lead, with those whose interactions waited for them."""
    await introduce_the_unknown(database)
    assert await check(database) > 100_000
