-- kind: additive; a run of a command whose failure was not there when it ran again on the same commit

alter table evidence
  drop constraint evidence_verdict_check,
  add constraint evidence_verdict_check check (verdict in ('passed', 'failed', 'pre-existing', 'flaky'));
