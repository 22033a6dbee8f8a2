-- Jobs that wait for an instant of their own, and schedules.

alter table spec add column begin_at integer;
-- which schedule planned it, and for when
alter table spec add column schedule text;
alter table spec add column planned_for integer;

create table schedule (
  name text primary key,
  -- what each run is, as in spec
  words blob,
  line text,
  directory text not null,
  job_name text,
  queue text not null,
  umask integer not null,
  environment integer not null references environment,
  -- when
  trigger text not null,
  zone text not null,
  start_at integer,
  end_at integer,
  missed text not null,
  longest_delay integer not null,
  most_made_up integer not null,
  overlap text not null,
  jitter integer not null,
  pause_after integer not null,
  created_at integer not null,
  -- how far it is
  decided integer not null,
  paused integer not null,
  why text,
  failures integer not null
) strict, without rowid;
create index schedule_by_environment on schedule (environment);

-- What was decided about planned runs: the key is why none is decided twice.
create table planned (
  schedule text not null references schedule,
  key text not null,
  instant integer not null,
  decision text not null,
  job integer,
  note text,
  decided_at integer not null,
  primary key (schedule, key)
) strict, without rowid;
create index planned_by_instant on planned (schedule, instant);
create index planned_waiting on planned (decision, instant) where decision = 'WAITING';
