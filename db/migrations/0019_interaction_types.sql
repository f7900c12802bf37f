-- Types of interactions that a team declares besides ours: what is of one is kept as CUSTOM, with the declared
-- name among its properties, and the type's id (domain.md 3.4, "Custom").
create table interaction_type (
    id uuid primary key,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C" not null,
    label text not null,
    description text,
    category text collate "C" not null,
    engagement boolean not null,
    properties jsonb not null default '[]',
    retired_at timestamptz
);

-- Names that differ in capitals alone would be taken for each other.
create unique index interaction_type_by_name on interaction_type (lower(name));

-- Few interactions are custom: found by their names, so that a type in use is known to be. The others cost these
-- indexes nothing but the look at their type.
create index interaction_by_custom_type on interaction ((properties ->> 'name')) where type = 'CUSTOM';
create index orphan_by_custom_type on orphan_interaction ((properties ->> 'name')) where type = 'CUSTOM';
