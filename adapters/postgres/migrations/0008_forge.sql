-- kind: additive; pull requests that a forge keeps, tickets that come from issues and go back to work, projects in trouble

alter table projects add column trouble text;

alter table tickets
  add column source text,
  add column reopened integer not null default 0 check (reopened >= 0);

-- Numbers are the forge's own where it has them, so two projects can have the same.
alter table pulls
  drop constraint pulls_number_key,
  add column url text;
