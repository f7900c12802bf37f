-- How quick and how tireless people are at most, for the rules that tell machines from them (domain/machines.py);
-- and how far the rules have been gone through again over everything. Kept here, so that every process judges
-- alike; what was judged before is judged again by `leadgraph reclassify`.
create table machine_pace (
    sole boolean primary key default true check (sole),
    open_seconds int not null default 2 check (open_seconds >= 0),
    click_seconds int not null default 5 check (click_seconds >= 0),
    links int not null default 3 check (links >= 0),
    links_seconds int not null default 5 check (links_seconds >= 0),
    clicks int not null default 10 check (clicks >= 0),
    clicks_seconds int not null default 86400 check (clicks_seconds >= 0),
    opens int not null default 10 check (opens >= 0),
    opens_seconds int not null default 3600 check (opens_seconds >= 0),
    reclassified_to uuid
);
insert into machine_pace default values;
