-- kind: additive; which criteria another run than the author's tests

alter table projects
  add column independent text not null default 'properties' check (independent in ('properties', 'criteria'));
