-- Websites and redirect URLs (domain.md 9.8).

-- name: website_by_id
select * from website where id = any($1::uuid[])

-- name: website_by_tracking_id
select * from website where tracking_id = $1

-- name: website_locked
select * from website where id = $1 for update

-- name: website_update
update website
set name = $2, url = $3, session_timeout = $4, version = version + 1, updated_at = $5
where id = $1

-- name: website_delete
delete from website where id = $1

-- name: redirect_url_by_id
select * from redirect_url where id = any($1::uuid[])

-- name: redirect_url_by_key
select * from redirect_url where key = $1

-- name: redirect_urls_latest
select * from redirect_url order by updated_at desc, id desc limit $1

-- name: redirect_url_locked
select * from redirect_url where id = $1 for update

-- name: redirect_url_update
update redirect_url
set name = $2, original_url = $3, version = version + 1, updated_at = $4
where id = $1

-- name: redirect_url_delete
delete from redirect_url where id = $1
