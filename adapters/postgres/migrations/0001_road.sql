-- kind: additive; the road of a ticket: projects, tickets, documents, gates, tasks, runs, evidence, pull requests, money, events

-- Instants have milliseconds. Columns of type json (never jsonb) hold what agents and commands wrote: they come back
-- letter for letter, and may hold \u0000, which jsonb refuses.

create table projects (
  id text primary key,
  name text not null check (name <> ''),
  repo text not null unique,
  default_branch text,
  commands json not null,
  gates json not null,
  ceremony text not null check (ceremony in ('direct', 'short', 'full', 'auto')),
  budget_micros bigint not null check (budget_micros >= 0),
  network text not null check (network in ('registries', 'open', 'none')),
  protected_paths json not null,
  parallel_tasks integer not null check (parallel_tasks > 0),
  version integer not null check (version >= 0),
  created_at timestamptz not null
);

create sequence ticket_numbers;

create table tickets (
  id text primary key,
  number integer not null unique check (number > 0),
  project_id text not null references projects (id),
  title text not null check (title <> ''),
  description text not null,
  phase text not null check (phase in ('explore', 'requirements', 'design', 'tasks', 'execution', 'delivery')),
  status text not null check (status in ('running', 'waiting', 'paused', 'completed', 'failed', 'cancelled')),
  waiting_for text check (waiting_for in ('gate', 'question', 'budget')),
  ceremony text check (ceremony in ('direct', 'short', 'full')),
  gates json not null,
  tainted boolean not null,
  branch text not null,
  base_commit text,
  head_commit text,
  base_bundle text,
  branch_bundle text,
  commands json,
  verification text not null check (verification in ('unknown', 'verified', 'unverified')),
  approved json not null,
  reason text,
  execution_token text,
  version integer not null check (version >= 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint tickets_waiting check ((status = 'waiting') = (waiting_for is not null))
);

create index tickets_project on tickets (project_id, number desc);

create table tasks (
  id text primary key,
  ticket_id text not null references tickets (id),
  key text not null check (key ~ '^T[1-9][0-9]{0,4}$'),
  title text not null check (title <> ''),
  goal text not null,
  depends_on json not null,
  criteria json not null,
  writes json not null,
  estimate_minutes double precision not null check (estimate_minutes > 0),
  priority integer not null,
  done_when text not null,
  state json not null,
  status text not null
    check (status in ('pending', 'ready', 'running', 'verifying', 'done', 'blocked', 'failed', 'cancelled')),
  generation integer not null check (generation >= 0),
  round integer not null check (round >= 0),
  feedback text,
  origin text not null,
  version integer not null check (version >= 0),
  created_at timestamptz not null,
  unique (ticket_id, key)
);

create table runs (
  id text primary key,
  ticket_id text not null references tickets (id),
  task_id text references tasks (id),
  phase text not null,
  kind text not null check (kind in ('agent', 'check')),
  role text not null,
  round integer not null check (round > 0),
  attempt integer not null check (attempt > 0),
  lost integer not null check (lost >= 0),
  state json not null,
  status text not null check (status in ('requested', 'running', 'held', 'ended')),
  base_commit text not null,
  feedback text,
  "check" json,
  token text,
  sandbox text,
  turns integer not null check (turns >= 0),
  version integer not null check (version >= 0),
  created_at timestamptz not null
);

create index runs_ticket on runs (ticket_id, created_at desc);
create index runs_task on runs (task_id, created_at desc) where task_id is not null;
create index runs_live on runs (created_at desc) where status in ('requested', 'running');

create table documents (
  id text primary key,
  ticket_id text not null references tickets (id),
  kind text not null check (kind in ('exploration', 'requirements', 'design', 'plan')),
  version integer not null check (version > 0),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  body json not null,
  upstream json not null,
  run_id text references runs (id),
  created_at timestamptz not null,
  unique (ticket_id, kind, version)
);

create index documents_run on documents (run_id) where run_id is not null;

create table gates (
  id text primary key,
  ticket_id text not null references tickets (id),
  phase text not null check (phase in ('explore', 'requirements', 'design', 'tasks')),
  document_id text not null references documents (id),
  document_hash text not null,
  state json not null,
  status text not null check (status in ('open', 'approved', 'rejected', 'superseded', 'expired')),
  token text not null,
  forecast json not null,
  opened_at timestamptz not null,
  expires_at timestamptz not null,
  version integer not null check (version >= 0)
);

create index gates_ticket on gates (ticket_id, opened_at);
create index gates_open on gates (expires_at) where status = 'open';

-- the journal
create table steps (
  run_id text not null references runs (id),
  seq integer not null check (seq > 0),
  attempt integer not null check (attempt > 0),
  body json not null,
  at timestamptz not null,
  primary key (run_id, seq)
);

create table checkpoints (
  run_id text not null references runs (id),
  seq integer not null check (seq > 0),
  commit text not null,
  bundle text not null,
  at timestamptz not null,
  primary key (run_id, seq)
);

create table questions (
  id text primary key,
  run_id text not null references runs (id),
  ticket_id text not null references tickets (id),
  text text not null,
  options json not null,
  answer json,
  asked_at timestamptz not null
);

create index questions_ticket on questions (ticket_id, asked_at);

create table steering (
  run_id text not null references runs (id),
  id text not null,
  -- order of queueing; two messages may share an instant
  position bigserial not null,
  text text not null,
  at timestamptz not null,
  -- the step that carried it; null while it waits
  delivered_seq integer check (delivered_seq > 0),
  primary key (run_id, id)
);

create table discoveries (
  id text primary key,
  ticket_id text not null references tickets (id),
  run_id text not null references runs (id),
  kind text not null,
  title text not null,
  detail text not null,
  blocking boolean not null,
  at timestamptz not null
);

create index discoveries_ticket on discoveries (ticket_id, at);

create table setups (
  project_id text not null references projects (id),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  blob text not null,
  at timestamptz not null,
  primary key (project_id, digest)
);

create table evidence (
  id text primary key,
  ticket_id text not null references tickets (id),
  task_id text references tasks (id),
  run_id text not null references runs (id),
  purpose text not null check (purpose in ('baseline', 'task', 'final')),
  criteria json not null,
  commit text not null,
  name text not null check (name in ('setup', 'build', 'lint', 'test')),
  command text not null,
  exit_code integer,
  duration_ms double precision not null check (duration_ms >= 0),
  tests json,
  log_blob text not null,
  log_digest text not null,
  verdict text not null check (verdict in ('passed', 'failed', 'pre-existing')),
  at timestamptz not null
);

create index evidence_ticket on evidence (ticket_id, at);

create sequence pull_numbers;

create table pulls (
  id text primary key,
  ticket_id text not null unique references tickets (id),
  number integer not null unique default nextval('pull_numbers'),
  title text not null,
  body text not null,
  branch text not null,
  "into" text not null,
  base_commit text not null,
  head_commit text not null,
  state text not null check (state in ('open', 'merged', 'closed')),
  merge_commit text,
  opened_at timestamptz not null,
  version integer not null check (version >= 0),
  constraint pulls_merged check ((state = 'merged') = (merge_commit is not null))
);

-- money, in micro-USD; `spent` may pass `limit` by what a call cost beyond its worst case, `reserved` never
create table ledgers (
  ticket_id text primary key references tickets (id),
  limit_micros bigint not null check (limit_micros >= 0),
  spent_micros bigint not null default 0 check (spent_micros >= 0),
  reserved_micros bigint not null default 0 check (reserved_micros >= 0),
  opened_at timestamptz not null
);

create table ledger_entries (
  key text primary key,
  ticket_id text not null references ledgers (ticket_id),
  run_id text not null references runs (id),
  status text not null check (status in ('reserved', 'settled', 'released')),
  reserved_micros bigint not null check (reserved_micros >= 0),
  settled_micros bigint check (settled_micros >= 0),
  reserved_at timestamptz not null,
  closed_at timestamptz,
  constraint ledger_entries_settled check ((status = 'settled') = (settled_micros is not null)),
  constraint ledger_entries_closed check ((status = 'reserved') = (closed_at is null))
);

create index ledger_entries_ticket on ledger_entries (ticket_id);
create index ledger_entries_reserved on ledger_entries (run_id) where status = 'reserved';

create table model_calls (
  run_id text not null references runs (id),
  key text not null,
  request_digest text not null,
  status integer not null,
  content_type text not null,
  body text not null,
  model text not null,
  usage json not null,
  cost_micros bigint not null check (cost_micros >= 0),
  at timestamptz not null,
  primary key (run_id, key)
);

create table answers (
  scope text not null,
  key text not null,
  digest text not null,
  answer json not null,
  at timestamptz not null,
  primary key (scope, key)
);

-- the outbox, and the log; the cursor grows in the order of commits (appends take a lock that lasts until commit)
create table events (
  cursor bigserial primary key,
  id text not null unique,
  type text not null,
  project_id text not null,
  ticket_id text,
  subject text not null,
  occurred_at timestamptz not null,
  actor text not null,
  correlation_id text not null,
  causation_id text,
  data json not null,
  published_at timestamptz
);

create index events_ticket on events (ticket_id, cursor) where ticket_id is not null;
create index events_unpublished on events (cursor) where published_at is null;
