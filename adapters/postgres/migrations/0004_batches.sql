-- kind: rewriting; a check merges the works of several tasks at once: what was stored of one becomes a batch of one

alter table evidence drop constraint evidence_purpose_check;
update evidence set purpose = 'batch' where purpose = 'task';
alter table evidence add constraint evidence_purpose check (purpose in ('baseline', 'batch', 'final'));

update runs set "check" = (
  ("check"::jsonb - 'merge') || jsonb_build_object(
    'purpose', case "check" ->> 'purpose' when 'task' then 'batch' else "check" ->> 'purpose' end,
    'works', case when "check" ->> 'merge' is null then '[]'::jsonb else jsonb_build_array(jsonb_build_object(
      'taskId', task_id,
      'key', (select key from tasks where tasks.id = runs.task_id),
      'merge', "check" -> 'merge')) end))::json
where "check" is not null;

-- excerpts of logs may hold NUL, which nothing that looks into JSON takes
update runs set state = replace(state::text, '\u0000', '\ufffd')::json where kind = 'check';

update runs set state = jsonb_set(state::jsonb, '{outcome,result}', case state #>> '{outcome,result,type}'
  when 'checked' then ((state #> '{outcome,result}')::jsonb - 'changed') || jsonb_build_object(
    'refused', '[]'::jsonb,
    'works', case when state #>> '{outcome,result,bundle}' is null then '[]'::jsonb
      else jsonb_build_array(jsonb_build_object(
        'taskId', task_id,
        'commit', state #> '{outcome,result,commit}',
        'changed', state #> '{outcome,result,changed}')) end)
  when 'conflict' then jsonb_build_object('type', 'unmerged', 'refused', jsonb_build_array(
    jsonb_build_object('reason', 'conflict', 'taskId', task_id, 'onHead', true, 'places', '[]'::jsonb,
      'files', state #> '{outcome,result,files}', 'detail', state #> '{outcome,result,detail}')))
  else jsonb_build_object('type', 'unmerged', 'refused', jsonb_build_array(
    jsonb_build_object('reason', 'empty', 'taskId', task_id, 'onHead', true))) end)::json
where kind = 'check' and state #>> '{outcome,type}' = 'check';

-- measured once, it is measured again in the new form
delete from answers where scope = 'baseline';
