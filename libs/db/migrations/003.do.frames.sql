-- A frame is one host's samples at one time: values[i] belongs to layouts.series_ids[i].
-- The key makes storing a batch twice the same as storing it once.
select create_partitioned('frames', $columns$
  time timestamptz not null,
  host_id int not null,
  layout_id int not null,
  values float8[] not null,
  primary key (host_id, time, layout_id)
$columns$);
