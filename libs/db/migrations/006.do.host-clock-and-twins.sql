-- What is odd about a host: how far its clock is off, and whether two agents send under its name.
alter table hosts add column clock_offset_ms float8; -- what its agent adds to its own clock
alter table hosts add column twins_seen timestamptz; -- when two agents last sent at the same time
