-- What people make of metrics and logs to look at again. Written by the query service.
create table dashboards (
  id int generated always as identity primary key,
  name text not null unique,
  spec jsonb not null,         -- DashboardText without its name
  version int not null default 1,
  changed_at timestamptz not null,
  changed_by text not null
);

-- One row: whether the first dashboards were made, so that deleted ones do not come back.
create table dashboards_seeded (
  one bool primary key default true check (one),
  at timestamptz not null
);

-- How long each table is kept, as the writers say at their start; for whoever shows it.
create table storage_policy (
  one bool primary key default true check (one),
  ages jsonb not null,         -- ms by table
  max_disk bigint,             -- bytes; null for no bound
  noted_at timestamptz not null
);
