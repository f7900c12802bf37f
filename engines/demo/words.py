"""The invented names that the demo company's world is made of; none belongs to anyone."""

from dataclasses import dataclass

from domain.options import Industry as I
from domain.options import RelationshipType as R

SITE = "https://quillmere.example"
"""The demo company itself: Quillmere, which measures air, light, water and heat in buildings."""


@dataclass(frozen=True, slots=True)
class City:
    """A place with its country, and a telephone numbers reserved for fiction, where there are any."""

    name: str
    country: str
    iso: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Product:
    """What leads are interested in."""

    name: str
    slug: str
    price: int


@dataclass(frozen=True, slots=True)
class Firm:
    """An account before it has a key; `parent` is the firm it is a subsidiary of."""

    name: str
    industry: I
    employees: int
    relationship: R
    parent: str | None = None


_GB, _US, _DE, _FR = "+44 1632 960xxx", "+1 202 555 01xx", "+49 30 23125xxx", "+33 1 99 00 xx xx"
CITIES = (
    City("Leeds", "United Kingdom", "GB", _GB),
    City("Bristol", "United Kingdom", "GB", _GB),
    City("Edinburgh", "United Kingdom", "GB", _GB),
    City("Portland", "United States", "US", _US),
    City("Columbus", "United States", "US", _US),
    City("Madison", "United States", "US", _US),
    City("Bremen", "Germany", "DE", _DE),
    City("Leipzig", "Germany", "DE", _DE),
    City("Lyon", "France", "FR", _FR),
    City("Nantes", "France", "FR", _FR),
    City("Utrecht", "Netherlands", "NL", None),
    City("Groningen", "Netherlands", "NL", None),
    City("Uppsala", "Sweden", "SE", None),
    City("Galway", "Ireland", "IE", None),
    City("Bandung", "Indonesia", "ID", None),
)

PRODUCTS = (
    Product("Aerolith air monitor", "aerolith", 4_200),
    Product("Lumigrove lighting control", "lumigrove", 7_800),
    Product("Hydrofern water metering", "hydrofern", 5_600),
    Product("Thermaquill heat recovery", "thermaquill", 18_500),
    Product("Voltmead energy board", "voltmead", 9_400),
    Product("Sonoplank acoustic survey", "sonoplank", 3_100),
    Product("Quillmere building report", "building-report", 1_900),
    Product("Quillmere care plan", "care-plan", 2_600),
)

FIRMS = (
    Firm("Brackenfold Mills", I.FOOD_PROCESSING, 5_200, R.CUSTOMER),
    Firm("Tindervale Freight", I.TRANSPORTATION, 1_450, R.CUSTOMER),
    Firm("Osterwick Insurance Circle", I.INSURANCE, 2_300, R.CUSTOMER),
    Firm("Marrowby Clinics", I.DOCTORS_OFFICES, 640, R.PROSPECT),
    Firm("Pellgarth Tooling", I.DURABLE_MANUFACTURING, 880, R.CUSTOMER),
    Firm("Saffronbeck Hotels", I.EATING_AND_DRINKING, 1_900, R.CUSTOMER),
    Firm("Wrenhollow Timber", I.BUILDING_SUPPLY_RETAIL, 310, R.PROSPECT),
    Firm("Ludderstone Legal", I.LEGAL_SERVICES, 140, R.PROSPECT),
    Firm("Kestrelmoor Energy", I.UTILITY, 3_100, R.CUSTOMER),
    Firm("Ambrelle Cosmetica", I.NON_DURABLE_RETAIL, 420, R.PROSPECT),
    Firm("Fjordhagen Cold Stores", I.WHOLESALE, 760, R.CUSTOMER),
    Firm("Nimbleford Couriers", I.TRANSPORTATION, 95, R.PROSPECT),
    Firm("Greypeak Advisory", I.CONSULTING, 210, R.PARTNER),
    Firm("Vellumere Press", I.BROADCASTING, 180, R.PROSPECT),
    Firm("Tidewarden Trust", I.SOCIAL_SERVICES, 260, R.CUSTOMER),
    Firm("Orchidane Studios", I.DESIGN, 48, R.PROSPECT),
    Firm("Hollinfield Dairies", I.FOOD_PROCESSING, 690, R.CUSTOMER, "Brackenfold Mills"),
    Firm("Brackenfold Bakeries", I.FOOD_PROCESSING, 1_120, R.CUSTOMER, "Brackenfold Mills"),
    Firm("Brackenfold Logistics", I.TRANSPORTATION, 430, R.PROSPECT, "Brackenfold Mills"),
    Firm("Kestrelmoor Networks", I.UTILITY, 870, R.CUSTOMER, "Kestrelmoor Energy"),
    Firm("Osterwick Realty", I.SPECIALTY_REALTY, 150, R.PROSPECT, "Osterwick Insurance Circle"),
    Firm("Saffronbeck Catering", I.EATING_AND_DRINKING, 340, R.PROSPECT, "Saffronbeck Hotels"),
    Firm("Copperlane Outfitters", I.SERVICE_RETAIL, 520, R.CUSTOMER),
    Firm("Dunmarrow Savings", I.FINANCIAL, 1_050, R.CUSTOMER),
    Firm("Elderquay Shipping", I.TRANSPORTATION, 2_750, R.PROSPECT),
    Firm("Foxglade Schools", I.SOCIAL_SERVICES, 900, R.CUSTOMER),
    Firm("Harrowmint Brokers", I.BROKERS, 75, R.PROSPECT),
    Firm("Ivoryholm Rentals", I.EQUIPMENT_RENTAL, 130, R.PROSPECT),
    Firm("Junipera Cinemas", I.ENTERTAINMENT_RETAIL, 610, R.CUSTOMER),
    Firm("Larkspire Ledgers", I.ACCOUNTING, 88, R.PARTNER),
    Firm("Mossbarrow Farms", I.AGRICULTURE, 240, R.PROSPECT),
    Firm("Northwold Sensors", I.DURABLE_MANUFACTURING, 330, R.SUPPLIER),
    Firm("Pinecrestle Motors", I.VEHICLE_RETAIL, 470, R.PROSPECT),
    Firm("Quartzmead Installers", I.SPECIAL_OUTBOUND_TRADE, 115, R.PARTNER),
    Firm("Rillstone Repairs", I.INBOUND_REPAIR, 60, R.VENDOR),
    Firm("Silvertarn Circuits", I.DISTRIBUTORS, 205, R.SUPPLIER),
    Firm("Thistlebank Homes", I.SPECIALTY_REALTY, 155, R.PROSPECT),
    Firm("Umberfall Paper", I.NON_DURABLE_RETAIL, 980, R.CUSTOMER),
    Firm("Wychanger Estates", I.SPECIALTY_REALTY, 70, R.PROSPECT),
    Firm("Yarrowgate Laundries", I.CONSUMER_SERVICES, 190, R.OTHER),
)

_FIRST = """
Ada Aled Alma Anouk Arvid Asha Beate Bram Cai Carys Cosmo Dagny Daan Delia Dewi Edda Eilis Elin
Emeka Enno Esme Fenna Fern Finn Freya Gerda Gwen Hanne Hugo Ida Ilse Imke Indra Ines Isla Ivo Jora
Jonas Kaia Kees Lale Leif Linnea Lotte Maeve Malin Marit Mathis Mira Nadia Nils Noor Odile Olwen
Orla Otto Pia Quim Rafe Rhona Rune Sanne Selma Sita Sjoerd Sorcha Tamsin Tilda Tove Ulla Vera Wanda
Wim Yara Yusuf Zeno
"""
FIRST_NAMES = tuple(_FIRST.split())
_LAST = """
Aldermoss Appelvik Arkenholt Ashquill Barrowlin Beckermoor Birkenfeld-Roe Bluthwaite Bramfell
Brandlow Cairnmoor Caldersby Chervane Cloverhey Corrigale Craskin Dallowick Dovermeer Drumhallow
Duskwater Eddermoss Elmsgard Emberlund Eversloe Fallowmere Fennimarch Finstrand Foxmarch Garrowby
Gillensund Glasmoor Gravelund Halvermoor Harkstead Hazelvane Heronby Hollowick Inglestrom Ironlea
Jaspermoor Jorvenhall Kelderbank Kirrinmoor Knappenau Lambertoft Larchmond Lindenroo Lochenby
Mallowdene Marlstrand Merriholt Millenquist Moorhatch Nettlefjord Norrinvale Oakenquay Ollerstad
Ormelund Pellinore-Vik Pikkerdal Plumhagen Quennevik Quickbeam Ravensloe Redmarl Rimmerdal Rookenby
Rosselund Rushmeer Sandermoss Scarrowby Sedgeholm Selwinter Skylarke-Moe Snowdermoor Sparrowick
Stillwaterby Swanmarch Tallowmoor Tarnholt Thornquill Tidmarrow Umberlund Underfell Valdermeer
Varnholt Vesterquay Walderby Wetherloe Whimbrel-Dal Willowquist Winterhey Wolderoo Wrenstrand
Yewdale-Roo Yonderlea Zandermoor
"""
LAST_NAMES = tuple(_LAST.split())

JOBS = (
    ("Facilities manager", "Facilities"),
    ("Head of estates", "Facilities"),
    ("Energy engineer", "Engineering"),
    ("Building services engineer", "Engineering"),
    ("Sustainability lead", "Sustainability"),
    ("Purchasing officer", "Purchasing"),
    ("Head of purchasing", "Purchasing"),
    ("Health and safety adviser", "Health and safety"),
    ("Site manager", "Operations"),
    ("Operations director", "Operations"),
    ("Finance controller", "Finance"),
    ("IT architect", "IT"),
    ("Office manager", "Administration"),
    ("Managing director", "Management"),
)
DECIDERS = ("Head", "director", "controller")

STREETS = ("Alder Row", "Beacon Lane", "Clockmaker Street", "Drapers Yard", "Eelmarket", "Foundry Walk")
FREE_MAIL = ("example.com", "example.org", "example.net")
TEASERS = ("the short guide", "what it measures", "a site visit", "prices and terms", "questions answered")
EVENTS = (
    ("clear-air-forum", "Clear Air Forum"),
    ("open-house", "Quillmere Open House"),
    ("heat-and-light-days", "Heat and Light Days"),
    ("estates-breakfast", "Estates Breakfast"),
)
