-- Lists as people want to see them again: what is searched for, the filter and the order, as a client gave them.
create table saved_view (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    entity text collate "C" not null,
    name text not null check (name <> ''),
    search text,
    filter jsonb,
    ordering jsonb,
    owner text collate "C",
    shared boolean not null default false
);
create index saved_view_by_name on saved_view (left(name collate "C", 200), id);
