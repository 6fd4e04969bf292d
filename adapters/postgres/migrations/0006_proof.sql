-- kind: additive; evidence tells which attempt measured it, and what was found beside the commands

alter table evidence add column attempt integer not null default 1 check (attempt > 0);
alter table evidence add column proof json;
