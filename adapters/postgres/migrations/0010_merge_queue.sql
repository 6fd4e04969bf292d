-- kind: additive; the merge queue of each ticket

create table merge_entries (
  run_id text primary key references runs (id),
  ticket_id text not null references tickets (id),
  task_id text not null references tasks (id),
  key text not null,
  generation integer not null check (generation > 0),
  place integer not null check (place > 0),
  base text not null,
  merge json not null,
  token text not null,
  state json not null,
  status text not null check (status in ('waiting', 'merged', 'given-back', 'withdrawn')),
  since timestamptz not null,
  version integer not null check (version >= 0),
  unique (ticket_id, place)
);
