-- What the alerter knows: rules, what they found, who is told. All these tables are written by the alerter alone.
create table rules (
  id int generated always as identity primary key,
  name text not null unique,
  spec jsonb not null,         -- RuleText without its name
  source text not null check (source in ('default', 'people', 'file')),
  changed_at timestamptz not null,
  changed_by text not null
);

-- How many hosts and series were in which state at the latest look; written at every look.
create table rule_status (
  rule_id int primary key references rules on delete cascade,
  evaluated_at timestamptz not null,
  ok int not null,
  pending int not null,
  firing int not null,
  unknown int not null,
  error text
) with (fillfactor = 50);

-- What is not ok: a host or a series of it, for one rule. What is ok has no row.
create table alert_states (
  id bigint generated always as identity unique,
  rule_id int not null references rules on delete cascade,
  host_id int not null,        -- 0 where the rule is of no host
  labels_key text not null,    -- the labels as JSON with sorted names
  host text,
  labels jsonb not null default '{}',
  state text not null check (state in ('pending', 'firing', 'unknown')),
  since timestamptz not null,  -- of this state
  quiet_since timestamptz,     -- firing, and without data from then on
  value float8,
  summary text not null,
  notified_at timestamptz,     -- when people were told that it fires; null: not yet, or silenced
  reminded_at timestamptz,
  ack_at timestamptz,
  ack_by text,
  ack_note text,
  primary key (rule_id, host_id, labels_key)
) with (fillfactor = 70);

create table alert_events (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  rule_id int,
  rule text not null,
  severity text not null,
  host text,
  labels jsonb not null default '{}',
  from_state text,             -- null where a person did something
  to_state text,
  value float8,
  summary text not null,
  by_whom text
);
create index alert_events_at on alert_events (at desc, id desc);
create index alert_events_host on alert_events (host, at desc);

create table channels (
  id int generated always as identity primary key,
  name text not null unique,
  enabled bool not null default true,
  config jsonb not null,       -- holds secrets: only who sends reads it
  changed_at timestamptz not null,
  changed_by text not null
);

create table alert_routes (
  position int primary key,
  route jsonb not null
);

create table silences (
  id int generated always as identity primary key,
  spec jsonb not null,         -- hosts, rules, labels, reason, recurs
  starts timestamptz not null,
  ends timestamptz,
  created_at timestamptz not null,
  created_by text not null
);

-- Messages that must be sent: written in the transaction of the transitions that they tell of.
create table notifications (
  id uuid primary key,
  position bigint generated always as identity,  -- the order of writing, which clocks of several machines do not tell
  at timestamptz not null,
  kind text not null check (kind in ('firing', 'resolved', 'reminder', 'test')),
  rule_id int,
  rule text not null,
  severity text not null,
  channel_id int references channels on delete set null,
  channel text not null,       -- its name when it was written: who was told stays known
  message jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  attempts int not null default 0,
  leased_until timestamptz,    -- whoever is sending it has it until then
  sent_at timestamptz,
  error text
) with (fillfactor = 70);
create index notifications_position on notifications (position desc);
create index notifications_waiting on notifications (channel_id, rule_id, position) where state = 'waiting';
create index notifications_channel on notifications (channel_id, position desc);

-- One row: when the alerter last looked, and whether it could see.
create table alerter_state (
  one bool primary key default true check (one),
  evaluated_at timestamptz,    -- all rules
  looked_at timestamptz,       -- hosts at least; when that was over
  blind_since timestamptz,
  blind_reason text,
  sight_since timestamptz,     -- when it last began to see: silence proves nothing right after
  seeded_at timestamptz        -- when the default rules were made
);
insert into alerter_state default values;
