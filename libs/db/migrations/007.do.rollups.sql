-- Frames of minutes and hours: element i of each array belongs to layouts.series_ids[i]; where nothing was measured
-- the count is 0 and the rest null. Made from frames by the writer; see rollups.ts there.
select create_partitioned('frames_1m', $columns$
  time timestamptz not null,
  host_id int not null,
  layout_id int not null,
  avgs float4[] not null,
  mins float4[] not null,
  maxs float4[] not null,
  counts float4[] not null,
  primary key (host_id, time, layout_id)
$columns$);

select create_partitioned('frames_1h', $columns$
  time timestamptz not null,
  host_id int not null,
  layout_id int not null,
  avgs float4[] not null,
  mins float4[] not null,
  maxs float4[] not null,
  counts float4[] not null,
  primary key (host_id, time, layout_id)
$columns$, interval '30 days');

-- What must be computed anew: tier 1 is minutes, 2 is hours. Appended in the transaction that stores the data.
create table rollups_due (
  tier smallint not null,
  time timestamptz not null, -- start of the minute or hour
  host_ids int[] not null
);
create index rollups_due_time on rollups_due (tier, time);

create table rollup_progress (
  tier smallint primary key,
  done_until timestamptz not null,    -- all that ends by then is in this tier
  dropped_until timestamptz not null  -- what it is made from may be gone up to then
);
insert into rollup_progress values (1, 'epoch', 'epoch'), (2, 'epoch', 'epoch');

-- What was stored before there were rollups.
insert into rollups_due
select 1, time_bucket(interval '1 minute', time, timestamptz 'epoch'), array_agg(distinct host_id) from frames group by 2;

-- float4 ends at 3.4e38 and begins at 1.2e-38; the cast would fail beyond.
create function narrow(value float8) returns float4 language sql immutable parallel safe
  return case when abs(value) < 1.2e-38 then 0
              when abs(value) > 3.4e38 then sign(value) * 3.4e38
              else value end::float4;
