-- For people with SQL and Grafana: the rows as one would draw them on paper.
create view samples as
  select f.time, h.name as host, s.name as metric, s.labels, v.value
  from frames f
  join hosts h on h.id = f.host_id
  join layouts l on l.id = f.layout_id
  cross join lateral unnest(l.series_ids, f.values) as v (series_id, value)
  join series s on s.id = v.series_id
  where v.value is not null;

create view log_lines as
  select l.time, h.name as host, l.source, nullif(l.level, '') as level, l.message,
         coalesce(b.attributes -> (l.place - 1)::int, '{}') as attributes
  from log_blocks b
  join hosts h on h.id = b.host_id
  cross join lateral unnest(b.times, b.sources, b.levels, b.messages) with ordinality
    as l (time, source, level, message, place);
