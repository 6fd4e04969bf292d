-- kind: additive; property tests of a task are a command of their own

alter table evidence drop constraint evidence_name_check;
alter table evidence add constraint evidence_name check (name in ('setup', 'build', 'lint', 'test', 'property'));
