-- What frames and log blocks refer to. All three tables are written by the writer alone.
create table hosts (
  id int generated always as identity primary key,
  name text not null unique,
  labels jsonb not null default '{}',
  info jsonb not null default '{}',
  first_seen timestamptz not null,
  last_seen timestamptz not null
) with (fillfactor = 70); -- last_seen changes with every batch: room on the page keeps those updates in place

create table series (
  id int generated always as identity primary key,
  name text not null,
  labels jsonb not null default '{}',
  unit text not null default '',
  unique (name, labels)
);

-- A layout says which series the values of a frame belong to, in their order.
create table layouts (
  id int generated always as identity primary key,
  hash text not null unique,
  series_ids int[] not null
);
create index layouts_series on layouts using gin (series_ids);
