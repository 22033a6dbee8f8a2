-- Who is told of what: rules, one a line, and what is still to be sent.

alter table spec add column notices text;
alter table schedule add column notices text;
alter table queue add column notices text;

create table notice (
  number integer primary key,
  id blob not null unique,
  at integer not null,
  event text not null,
  target text not null,
  job integer,
  -- what was known then: NAME=VALUE, each followed by a NUL, sorted by name
  facts blob not null,
  state text not null,
  tries integer not null,
  -- while WAITING when it is tried next, else when it was sent or given up
  delivery_at integer not null,
  digest blob,
  error text
) strict;
create index notice_by_job on notice (job) where job is not null;
create index notice_by_state on notice (state, delivery_at);
