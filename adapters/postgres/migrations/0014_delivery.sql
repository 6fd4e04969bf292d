-- kind: additive; drafts of pull requests; discoveries that a person accepted; looking up what waits for a person

alter table projects
  add column draft text not null default 'unproven' check (draft in ('unproven', 'never'));

alter table pulls
  add column draft boolean not null default false,
  add column draft_note text,
  -- a person on the forge or in the console; null while only the platform has decided
  add column draft_by text;

-- a person's word over a guard's
alter table discoveries add column overruled json;

-- what waits for a person, however many tickets there were
create index tickets_live on tickets (number desc) where status in ('running', 'waiting', 'paused');
create index questions_open on questions (ticket_id) where answer is null;
create index gates_waiting on gates (ticket_id) where status = 'open';
