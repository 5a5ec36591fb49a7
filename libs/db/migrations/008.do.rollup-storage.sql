-- Of hosts with more than some 115 series a row exceeds what a page takes four of, and PostgreSQL packs or moves out the
-- largest arrays. Means are what most charts read: they stay. Numbers hardly pack: none are tried but counts, which do.
do $$
declare tier text;
begin
  foreach tier in array array['frames_1m', 'frames_1h'] loop
    execute format('alter table %I alter avgs set storage main, alter mins set storage external, '
                   'alter maxs set storage external, alter counts set storage extended', tier);
  end loop;
exception when feature_not_supported then
  null; -- already columnstore: rows are what is new there, and few
end $$;
