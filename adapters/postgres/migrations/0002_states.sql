-- kind: additive; the interpreter's executions, threads, transitions and task tokens

create table if not exists states_executions (
  name text primary key check (name ~ '^[A-Za-z0-9_.+@=-]{1,80}$'),
  machine text not null,
  status text not null check (status in ('running', 'succeeded', 'failed', 'timed-out', 'aborted')),
  -- json, not jsonb: a document comes back letter for letter, and may hold \u0000
  input json not null,
  output json,
  error text,
  cause text,
  parent_execution text references states_executions (name),
  parent_thread text,
  started_at timestamptz not null,
  ended_at timestamptz,
  constraint states_executions_ended check ((status = 'running') = (ended_at is null)),
  constraint states_executions_output check ((status = 'succeeded') = (output is not null)),
  constraint states_executions_error check ((status in ('failed', 'timed-out', 'aborted')) = (error is not null)),
  constraint states_executions_parent check ((parent_execution is null) = (parent_thread is null))
);

create index if not exists states_executions_running on states_executions (started_at) where status = 'running';
create index if not exists states_executions_started on states_executions (started_at desc, name);

-- one cursor: the root of a running execution, a branch of a Parallel, an item of a Map
create table if not exists states_threads (
  execution text not null references states_executions (name),
  id text not null,
  version integer not null check (version > 0),
  state text not null,
  phase text not null check (phase in ('active', 'forked', 'done', 'broken')),
  body json not null,
  primary key (execution, id)
);

create table if not exists states_transitions (
  execution text not null references states_executions (name),
  seq integer not null check (seq > 0),
  thread text not null,
  state text not null,
  kind text not null check (kind in ('succeeded', 'caught', 'retried', 'failed')),
  next text,
  entered_at timestamptz not null,
  at timestamptz not null,
  input json not null,
  output json,
  error text,
  cause text,
  primary key (execution, seq),
  constraint states_transitions_error check ((kind = 'succeeded') = (error is null))
);

create table if not exists states_tokens (
  token text primary key,
  execution text not null references states_executions (name),
  thread text not null,
  issued_at timestamptz not null,
  closed_at timestamptz,
  -- digest of the answer that stands; null when the task ended without one
  answer text,
  constraint states_tokens_answer check (answer is null or closed_at is not null)
);
