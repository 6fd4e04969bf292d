-- kind: additive; tickets that stand still until somebody has mended what the forge refuses

alter table tickets
  add column hold json,
  drop constraint tickets_waiting_for_check,
  add constraint tickets_waiting_for_check check (waiting_for in ('gate', 'question', 'budget', 'forge'));
