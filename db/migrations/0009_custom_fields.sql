-- Fields that a team adds to contacts, accounts and leads at run time. What records hold in them stands in their
-- column `custom`, by the field's name; a field that is found by has an index of its own, made when it is created.
create table custom_field (
    id uuid primary key,
    version int not null,
    entity text collate "C" not null,
    name text collate "C" not null,
    label text not null,
    description text,
    type text collate "C" not null,
    choices jsonb not null default '[]',
    indexed boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    retired_at timestamptz,
    removed_at timestamptz
);

-- Names that differ in capitals alone would be taken for each other.
create unique index custom_field_by_name on custom_field (entity, lower(name));
