-- What contacts are ordered by most, beside what migration 5 has. Each index costs whoever writes contacts, so whatever
-- else a list is ordered by, its page is taken of all that is meant: ids first, then the records.
create index contact_by_city on contact (left(city collate "C", 200), id);
create index contact_by_job_title on contact (left(job_title collate "C", 200), id);

-- Contacts that no campaign has used yet, as all are that come in, cost this one nothing.
create index contact_by_last_use on contact (last_used_in_campaign, id) where last_used_in_campaign is not null;
