-- Sign-ins that got nowhere stand in the audit log too, counted: one row for each hour, reason, address and name, so that
-- who guesses does not fill it. There `username` is who was tried, and `status` what the first of them was answered.
alter table audit
  add column reason text,           -- null: a change, not a refused sign-in
  add column hour timestamptz,      -- in which it was counted
  add column origin text,           -- the address, of IPv6 its network of 2^64; empty: many
  add column times int,
  add column last_at timestamptz;
create unique index audit_refused on audit (hour, reason, origin, username) where reason is not null;
