-- A block is the lines of one batch that fall into one hour; line i is element i of each array, in the batch's order.
-- time is its newest line and min_time its oldest, less than an hour apart: a search by time needs no other bound.
create extension if not exists pg_trgm;

-- The index needs an immutable expression; array_to_string is only declared stable because of other element types.
create function log_text(messages text[]) returns text
  language sql immutable strict parallel safe
  as $$ select array_to_string(messages, E'\n') $$;

select create_partitioned('log_blocks', $columns$
  time timestamptz not null,
  min_time timestamptz not null,
  host_id int not null,
  batch uuid not null,
  times timestamptz[] not null,
  levels text[] not null,
  sources text[] not null,
  messages text[] not null,
  attributes jsonb,           -- an array beside messages, or null where no line has any
  primary key (batch, time)
$columns$);

create index log_blocks_time on log_blocks (time);
create index log_blocks_text on log_blocks using gin (log_text(messages) gin_trgm_ops);

-- lz4 packs and unpacks faster than the default, where the server was built with it.
do $$ begin
  alter table log_blocks alter column messages set compression lz4;
exception when feature_not_supported then null;
end $$;
