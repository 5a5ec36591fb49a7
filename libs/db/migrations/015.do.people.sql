-- Who may use this installation. The query service writes users, sessions and tokens; whichever service guards a route
-- notes when one of them was used, and what was changed.
create table users (
  id int generated always as identity primary key,
  username text not null,
  role text not null check (role in ('viewer', 'editor', 'admin')),
  password text,               -- scrypt, as a PHC string; null: signs in by OpenID Connect alone
  issuer text,
  subject text,                -- who that is there
  created_at timestamptz not null,
  signed_in_at timestamptz,
  unique (issuer, subject)
);
create unique index users_username on users (lower(username));

create table sessions (
  id int generated always as identity primary key,
  user_id int not null references users on delete cascade,
  hash bytea not null unique,  -- of the token in the cookie, which is kept nowhere
  opened_at timestamptz not null,
  used_at timestamptz not null,  -- to a minute
  expires_at timestamptz not null,
  address text not null,
  browser text not null        -- as it names itself
);
create index sessions_user on sessions (user_id);

create table api_tokens (
  id int generated always as identity primary key,
  user_id int not null references users on delete cascade,  -- it may do no more than this user may
  name text not null unique,
  scope text not null check (scope in ('read', 'write', 'admin')),
  hash bytea not null unique,
  start text not null,         -- its first characters, to tell tokens apart
  created_at timestamptz not null,
  used_at timestamptz,         -- to a minute
  address text,                -- from where
  expires_at timestamptz
);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  username text not null,
  token text,                  -- the name of the API token that did it, if one did
  method text not null,
  route text not null,
  path text not null,
  status smallint not null,
  address text not null,
  body jsonb                   -- as it was sent, without secrets
);
create index audit_at on audit (at desc, id desc);
