-- A host that was taken off the list stays off it until it sends again; its samples and lines stay as long as all others'.
alter table hosts
  add column removed_at timestamptz,
  add column present boolean not null generated always as (removed_at is null or last_seen > removed_at) stored;
