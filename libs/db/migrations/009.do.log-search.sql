-- Blocks are bounded in size, so that one hour of a batch may be several. first_line is the place of the block's first
-- line among those of its batch and hour: it makes the key, and lines keep their places.
-- Attributes are JSON as text, one for each line, empty where it has none: as readable to the text index as messages are.
drop view log_lines;
drop index log_blocks_text;
drop index log_blocks_time;
drop function log_text(text[]);

alter table log_blocks rename column attributes to attributes_before;
alter table log_blocks add column first_line int not null default 0;
alter table log_blocks add column attributes text[];
-- How many lines of each level: none, trace, debug, info, warn, error, fatal. Null in blocks from before.
alter table log_blocks add column level_counts int2[];
-- Hashes of its words and of its attributes' values: trigrams alone find too many blocks that have all three letters
-- of a word in a row, but not the word. 0 stands for what they cannot tell.
alter table log_blocks add column terms int4[] not null default '{0}';
update log_blocks set attributes = (
  select array_agg(case when a.value = '{}' then '' else a.value::text end order by a.place)
  from jsonb_array_elements(attributes_before) with ordinality as a (value, place))
where attributes_before is not null;
alter table log_blocks drop column attributes_before;
alter table log_blocks drop constraint log_blocks_pkey;
alter table log_blocks add primary key (batch, time, first_line);

-- What is searched: messages, then attributes. The index needs an immutable expression; array_to_string is only
-- declared stable because of other element types.
create function log_text(messages text[], attributes text[]) returns text
  language sql immutable parallel safe
  as $$ select array_to_string(messages, E'\n') || coalesce(E'\n' || array_to_string(attributes, E'\n'), '') $$;
create index log_blocks_text on log_blocks using gin (log_text(messages, attributes) gin_trgm_ops);

create index log_blocks_terms on log_blocks using gin (terms);
-- All words, so that a part of one leads to its hash.
create table log_words (word text primary key);
create index log_words_text on log_words using gin (word gin_trgm_ops);

-- Counting by level reads this index alone, but for blocks on an edge.
create index log_blocks_time on log_blocks (time, min_time) include (host_id, level_counts);
create index log_blocks_host on log_blocks (host_id, time);

create view log_lines as
  select l.time, h.name as host, l.source, nullif(l.level, '') as level, l.message,
         coalesce(nullif(b.attributes[l.place], '')::jsonb, '{}') as attributes
  from log_blocks b
  join hosts h on h.id = b.host_id
  cross join lateral unnest(b.times, b.sources, b.levels, b.messages) with ordinality
    as l (time, source, level, message, place);

-- Which sources a host has, so that nobody has to look through lines for their names.
create table log_sources (
  host_id int not null,
  source text not null,
  last_seen timestamptz not null, -- to a minute or so
  primary key (host_id, source)
);
insert into log_sources
select host_id, source, max(time) from log_blocks cross join lateral (select distinct source from unnest(sources) as s (source)) as s
group by 1, 2;

do $$ begin
  alter table log_blocks alter column attributes set compression lz4;
exception when feature_not_supported then null;
end $$;
