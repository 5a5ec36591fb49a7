-- How sending to each channel stands: the alerter's senders share this, whichever copy they are in.
alter table channels
  add column paused_until timestamptz,       -- nobody tries before then: it failed, or asked for it
  add column failures int not null default 0, -- in a row
  add column last_sent timestamptz,
  add column last_error text;                -- null when the latest message was taken

alter table notifications
  add column first_tried timestamptz;        -- null: not yet
