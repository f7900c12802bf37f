-- What lists are filtered by most, each with the order that the list is then read in, so that a page ends with its
-- last row instead of with the table's. Other filters read the list in its order, or the whole table.

-- Contacts of a city, by name. The order is part of it: a page needs neither the city's other rows nor a sort.
create index contact_by_city_name on contact (city, full_name collate "C", id);

-- Contacts and leads with an address as it is written; contact_by_email knows them in small letters only, for the
-- lookup of a contact, and cannot serve a filter that tells capitals apart.
create index contact_by_written_email on contact (email);
create index lead_by_written_email on lead (email);

-- Leads of one state, latest first: the open ones are few among all that ever were, and may be old.
create index lead_by_state on lead (state, created_at, id);
