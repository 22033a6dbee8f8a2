-- What is kept of jobs that have ended.

-- 1: stays, whatever its age
alter table job add column pinned integer not null default 0;
-- when it ended; null while it has not
alter table job add column final_at integer;
-- what its attempts that have ended wrote
alter table job add column log_bytes integer not null default 0;
-- what was left out when the log was cut; null: it is whole
alter table attempt add column log_cut integer;

update job set
  final_at = case when state in ('PENDING', 'RUNNING') then null else coalesce(ended_at,
    (select a.ended_at from attempt a where a.number = job.number and a.attempt = job.attempt)) end,
  log_bytes = coalesce(log_size, 0) + coalesce(
    (select sum(a.log_size) from attempt a where a.number = job.number), 0)
  where attempt > 0 or state not in ('PENDING', 'RUNNING');

-- Which go first: all that must be known of them is in the index.
create index job_by_end on job (queue, state, final_at, pinned, log_bytes)
  where final_at is not null;
-- The few whose logs may have to be cut.
create index job_by_long_log on job (log_bytes)
  where log_bytes > 1000000 and final_at is not null and pinned = 0;
create index accepted_by_time on accepted (accepted_at);

-- How much there is, counted as it changes: a million rows are not walked to know.
create table tally (
  queue text not null,
  state text not null,
  jobs integer not null,
  log_bytes integer not null,
  primary key (queue, state)
) strict, without rowid;
insert into tally (queue, state, jobs, log_bytes)
  select queue, state, count(*), sum(log_bytes) from job group by queue, state;

create trigger job_added after insert on job begin
  insert into tally (queue, state, jobs, log_bytes)
    values (new.queue, new.state, 1, new.log_bytes)
    on conflict (queue, state) do update set
      jobs = jobs + 1, log_bytes = log_bytes + excluded.log_bytes;
end;
create trigger job_changed after update of state, log_bytes on job
  when old.state <> new.state or old.log_bytes <> new.log_bytes
begin
  update tally set jobs = jobs - 1, log_bytes = log_bytes - old.log_bytes
    where queue = old.queue and state = old.state;
  insert into tally (queue, state, jobs, log_bytes)
    values (new.queue, new.state, 1, new.log_bytes)
    on conflict (queue, state) do update set
      jobs = jobs + 1, log_bytes = log_bytes + excluded.log_bytes;
end;
create trigger job_gone after delete on job begin
  update tally set jobs = jobs - 1, log_bytes = log_bytes - old.log_bytes
    where queue = old.queue and state = old.state;
end;

-- What went so far. One row.
create table swept (
  jobs integer not null,
  log_bytes integer not null,
  cut integer not null,
  cut_bytes integer not null,
  last_at integer
) strict;
insert into swept (jobs, log_bytes, cut, cut_bytes) values (0, 0, 0, 0);
