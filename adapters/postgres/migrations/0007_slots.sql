-- kind: additive; slots: which ready tasks are offered, and one statement that claims them under all limits

alter table projects add column parallel_project integer not null default 16 check (parallel_project > 0);

-- beside the row of the core: written by inserting, offering and claiming, never read back with the task
alter table tasks
  add column project_id text references projects (id),
  -- tasks of its ticket at work or offered before it; null when it is not offered
  add column ahead integer check (ahead >= 0),
  add column waiting_since timestamptz,
  add constraint tasks_offered check (ahead is null or (status = 'ready' and waiting_since is not null));

update tasks set project_id = tickets.project_id from tickets where tickets.id = tasks.ticket_id;

create index tasks_turn on tasks (project_id, ahead, priority desc, waiting_since, id) where ahead is not null;
create index tasks_age on tasks (project_id, waiting_since, id) where ahead is not null;
create index tasks_at_work on tasks (project_id) where status in ('running', 'verifying');
create index runs_held on runs (task_id) where status = 'held';

-- Starts the offered tasks whose turn it is (core/graph/share.ts) and tells it, at most as many as there are event ids.
-- A function, because each of its statements must see what was committed while it waited for the lock, and the lock
-- must not be held while an answer travels.
create function claim_tasks(account integer, at_text text, overdue timestamptz, event_ids text[])
  returns setof tasks
  language plpgsql
  -- a plan made while the table was small would scan it when it is large
  set enable_seqscan = off
  set jit = off
as $$
declare
  -- 'omoi' in ASCII: 1 is the log, 3 the claims; the next number is the space of looks at a ticket's graph
  space constant integer := 1869442921;
  free integer;
  looked_at text[] := '{}';
  head record;
  task tasks;
  started tasks[] := '{}';
begin
  perform pg_advisory_xact_lock(space, 3);
  -- a task whose run is held waits for a person, without a sandbox
  select account - count(*) into free
  from tasks t
  where t.status in ('running', 'verifying')
    and not exists (select from runs r where r.task_id = t.id and r.status = 'held');
  free := least(free, cardinality(event_ids));
  while free > 0 loop
    -- projects that wait, one step of the index each, and of each the next
    with recursive waiting (project_id) as (
      (select t.project_id from tasks t where t.ahead is not null order by t.project_id limit 1)
      union all
      select (
        select t.project_id from tasks t
        where t.ahead is not null and t.project_id > w.project_id order by t.project_id limit 1
      )
      from waiting w where w.project_id is not null
    ),
    working as (
      select t.project_id, count(*) as count
      from tasks t
      where t.status in ('running', 'verifying')
        and not exists (select from runs r where r.task_id = t.id and r.status = 'held')
      group by t.project_id
    )
    select next.id, next.ticket_id into head
    from waiting w
    join projects p on p.id = w.project_id
    left join working on working.project_id = w.project_id
    cross join lateral (
      (
        select t.id, t.ticket_id, t.ahead, t.priority, t.waiting_since, true as late
        from tasks t join tickets k on k.id = t.ticket_id
        where t.project_id = w.project_id and t.ahead is not null and t.waiting_since < overdue
          and k.status in ('running', 'waiting') and k.execution_token is not null
          and t.ticket_id <> all (looked_at)
        order by t.waiting_since, t.id limit 1
      )
      union all
      (
        select t.id, t.ticket_id, t.ahead, t.priority, t.waiting_since, false
        from tasks t join tickets k on k.id = t.ticket_id
        where t.project_id = w.project_id and t.ahead is not null
          and k.status in ('running', 'waiting') and k.execution_token is not null
          and t.ticket_id <> all (looked_at)
        order by t.ahead, t.priority desc, t.waiting_since, t.id limit 1
      )
    ) next
    where coalesce(working.count, 0) < p.parallel_project
    order by next.late desc, case when next.late then next.waiting_since end, case when next.late then next.id end,
      working.count nulls first, next.ahead, next.priority desc, next.waiting_since, next.id
    limit 1;
    exit when head.id is null;
    -- somebody looks at this graph right now, and claims when he has looked
    if not pg_try_advisory_xact_lock(space + 1, hashtext(head.ticket_id)) then
      looked_at := looked_at || head.ticket_id::text;
      continue;
    end if;
    update tasks t
    set state = json_build_object('status', 'running', 'since', at_text), status = 'running',
      generation = t.generation + 1, round = 0, version = t.version + 1, ahead = null, waiting_since = null
    where t.id = head.id and t.ahead is not null
    returning t.* into task;
    -- not found: it was withdrawn after it was seen
    if found then
      started := started || task;
      free := free - 1;
    end if;
  end loop;
  if cardinality(started) > 0 then
    perform pg_advisory_xact_lock(space, 1);
    for place in 1 .. cardinality(started) loop
      task := started[place];
      insert into events
        (id, type, project_id, ticket_id, subject, occurred_at, actor, correlation_id, causation_id, data)
      values (
        event_ids[place], 'task.started.v1', task.project_id, task.ticket_id, task.id, at_text::timestamptz,
        'platform', task.ticket_id, null,
        json_build_object(
          'taskId', task.id, 'key', task.key, 'execution', 'task-' || task.id || '-' || task.generation
        )
      );
    end loop;
  end if;
  return query select * from unnest(started);
end
$$;
