-- kind: additive; what was decided about each discovery; gates that decide about one instead of a phase's document

alter table discoveries
  add column parent text check (parent ~ '^T[1-9][0-9]{0,4}$'),
  add column depth integer not null default 0 check (depth >= 0),
  add column work json not null default '{}',
  add column decision json not null default '{"status":"noted","message":"It was recorded; nobody acts on it by itself."}',
  add column status text not null default 'noted'
    check (status in ('noted', 'accepted', 'proposed', 'asked', 'refused'));

-- null: no workflow waits for the decision; the discovery's own step acts on it
alter table gates alter column token drop not null;
alter table gates add column discovery_id text references discoveries (id);
