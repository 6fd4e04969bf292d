-- kind: additive; drafts: when a project wants them, and whether each pull request is one and why

alter table projects
  add column draft text not null default 'unproven' check (draft in ('unproven', 'never'));

alter table pulls
  add column draft boolean not null default false,
  add column draft_note text,
  -- a person on the forge or in the console; null while only the platform has decided
  add column draft_by text;
