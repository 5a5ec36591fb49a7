-- One SQL dialect on every PostgreSQL: where TimescaleDB does not bring time_bucket, date_bin does the same for fixed
-- widths. Every caller names the origin, because the extension's own default is not the epoch.
do $$ begin
  if not exists (select from pg_proc where proname = 'time_bucket') then
    create function time_bucket(width interval, ts timestamptz, origin timestamptz) returns timestamptz
      language sql immutable strict parallel safe
      return date_bin(width, ts, origin);
  end if;
end $$;
