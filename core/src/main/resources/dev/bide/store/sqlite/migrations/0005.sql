-- What went so far, by why; HAND: a person asked, which swept does not count.
create table gone (
  cause text primary key,
  jobs integer not null,
  log_bytes integer not null
) strict, without rowid;
