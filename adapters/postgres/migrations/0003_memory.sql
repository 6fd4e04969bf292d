-- kind: additive; what runs learned, found by meaning and by words; needs the extension pgvector

create extension if not exists vector;

create table memories (
  id text primary key,
  project_id text not null references projects (id),
  kind text not null check (kind in ('error_fix', 'decision', 'learning', 'warning', 'codebase', 'discovery')),
  text text not null,
  run_id text references runs (id),
  at timestamptz not null,
  -- 384 dimensions; comparable only with vectors of the same model
  embedding vector(384) not null,
  model text not null,
  words tsvector generated always as (to_tsvector('english', text)) stored
);

-- no index on the vectors: a project has thousands of memories, not millions, and an exact scan misses none
create index memories_project on memories (project_id, model);
create index memories_words on memories using gin (words);
