-- Every instant is in milliseconds since 1970, UTC. Words of states, reasons and outcomes are those
-- of CONTRACT.md. The integer primary key of a table is its row id, so each index ends with it:
-- job_by_state is (state, number), and a page of any filter is a short walk down one index.

-- Where each job stands. Narrow, since each transition writes its row again.
create table job (
  number integer primary key,
  uuid blob not null unique,
  queue text not null,
  state text not null,
  attempt integer not null default 0,
  -- while PENDING
  not_before integer,
  backoff text,
  -- how it ended, where it did without an attempt; otherwise its latest attempt says
  ended_at integer,
  reason text,
  message text,
  exit_code integer,
  signal integer,
  log_size integer
) strict;
create index job_by_state on job (state);
create index job_by_queue on job (queue, state);

-- What was asked for. Wide, and written once.
create table spec (
  number integer primary key references job,
  -- the arguments, each followed by a NUL; or the line for the shell
  words blob,
  line text,
  directory text not null,
  name text,
  umask integer not null,
  submitted_at integer not null,
  environment integer not null references environment
) strict;
create index spec_by_environment on spec (environment);

-- Each different environment once: NAME=VALUE, each followed by a NUL, sorted by name.
create table environment (
  id integer primary key,
  digest blob not null unique,
  bytes blob not null
) strict;

create table attempt (
  number integer not null references job,
  attempt integer not null,
  node text not null,
  assigned_at integer not null,
  started_at integer,
  pid integer,
  start_ticks integer,
  boot_id text,
  stopping text,
  stopping_at integer,
  last_seen_at integer,
  -- while it is open: why nothing newer is known; afterwards: the message of its ending
  message text,
  outcome text,
  reason text,
  exit_code integer,
  signal integer,
  ended_at integer,
  log_size integer,
  primary key (number, attempt)
) strict, without rowid;

-- What was removed: neither its number nor its uuid is ever given again.
create table removed (
  number integer primary key,
  uuid blob not null unique
) strict;

create table accepted (
  key text primary key,
  digest text not null,
  first integer not null,
  last integer not null,
  accepted_at integer not null
) strict, without rowid;

create table queue (
  name text primary key,
  slots integer not null,
  paused integer not null
) strict, without rowid;

-- Which opening of this file may write to it: the latest. One row.
create table incarnation (
  id text not null,
  recoveries integer not null
) strict;
insert into incarnation (id, recoveries) values ('', 0);
