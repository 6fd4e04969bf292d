-- kind: additive; a claim looks once for all slots that are free, instead of once for each

-- Starts the offered tasks whose turn it is (core/graph/share.ts) and tells it, at most as many as there are event ids.
-- A function, because each of its statements must see what was committed while it waited for the lock, and the lock
-- must not be held while an answer travels.
create or replace function claim_tasks(account integer, at_text text, overdue timestamptz, event_ids text[])
  returns setof tasks
  language plpgsql
  -- a plan made while the table was small would scan it when it is large, and planning takes longer than the claim
  set enable_seqscan = off
  set jit = off
  set plan_cache_mode = force_generic_plan
as $$
declare
  -- 'omoi' in ASCII: 1 is the log, 3 the claims; the next number is the space of looks at a ticket's graph
  space constant integer := 1869442921;
  told integer := 0;
  looked_at text[] := '{}';
  chosen text[];
  chosen_tickets text[];
  started tasks[];
begin
  perform pg_advisory_xact_lock(space, 3);
  loop
    with recursive at_work as materialized (
      -- a task whose run is held waits for a person, without a sandbox
      select t.project_id, count(*) as count
      from tasks t
      where t.status in ('running', 'verifying')
        and not exists (select from runs r where r.task_id = t.id and r.status = 'held')
      group by t.project_id
    ),
    free as materialized (
      select least(account - coalesce(sum(count), 0), cardinality(event_ids) - told) as slots from at_work
    ),
    -- projects that wait, each with its oldest offer: one step of the index each
    waiting (project_id, oldest) as (
      (
        select t.project_id, t.waiting_since from tasks t
        where t.ahead is not null order by t.project_id, t.waiting_since limit 1
      )
      union all
      select next.* from waiting w cross join lateral (
        select t.project_id, t.waiting_since from tasks t
        where t.ahead is not null and t.project_id > w.project_id order by t.project_id, t.waiting_since limit 1
      ) next
    ),
    room as (
      select w.project_id, w.oldest < overdue as late, coalesce(at_work.count, 0) as working,
        least(p.parallel_project - coalesce(at_work.count, 0), free.slots) as slots
      from waiting w
      join projects p on p.id = w.project_id
      left join at_work on at_work.project_id = w.project_id
      cross join free
      where free.slots > 0 and coalesce(at_work.count, 0) < p.parallel_project
    ),
    -- Slot after slot goes to the project with the least at work, and raises its number by one. So the number that a
    -- task meets is known beforehand, and one sort by it gives what choosing slot by slot would.
    turns as (
      select next.*, room.slots, row_number() over project as nth,
        -- patience goes before the number
        case when next.late then 0 else room.working + row_number() over project end as working
      from room cross join lateral (
        (
          select t.project_id, t.id, t.ticket_id, true as late, 0 as ahead, 0 as priority, t.waiting_since
          from tasks t join tickets k on k.id = t.ticket_id
          where room.late and t.project_id = room.project_id and t.ahead is not null and t.waiting_since < overdue
            and k.status in ('running', 'waiting') and k.execution_token is not null
            and t.ticket_id <> all (looked_at)
          order by t.waiting_since, t.id limit room.slots
        )
        union all
        (
          select t.project_id, t.id, t.ticket_id, false, t.ahead, t.priority, t.waiting_since
          from tasks t join tickets k on k.id = t.ticket_id
          where t.project_id = room.project_id and t.ahead is not null
            and k.status in ('running', 'waiting') and k.execution_token is not null
            and t.ticket_id <> all (looked_at)
          order by t.ahead, t.priority desc, t.waiting_since, t.id
          -- twice: as many of them may be those of above
          limit case when room.late then 2 * room.slots else room.slots end
        )
      ) next
      where next.late or next.waiting_since >= overdue
      window project as (
        partition by next.project_id
        order by next.late desc, next.ahead, next.priority desc, next.waiting_since, next.id
      )
    ),
    first as (
      select * from turns where nth <= slots
      order by late desc, working, ahead, priority desc, waiting_since, id
      limit (select greatest(slots, 0) from free)
    )
    select array_agg(id), array_agg(ticket_id) into chosen, chosen_tickets from first;
    exit when chosen is null;
    -- somebody looks at these graphs right now, and claims when he has looked
    looked_at := looked_at || array(
      select ticket_id from unnest(chosen_tickets) ticket_id
      where not pg_try_advisory_xact_lock(space + 1, hashtext(ticket_id))
    );
    with updated as (
      update tasks t
      set state = json_build_object('status', 'running', 'since', at_text), status = 'running',
        generation = t.generation + 1, round = 0, version = t.version + 1, ahead = null, waiting_since = null
      -- some were perhaps withdrawn after they were seen
      where t.id = any (chosen) and t.ahead is not null and t.ticket_id <> all (looked_at)
      returning t as task
    )
    select array_agg(task order by array_position(chosen, (task).id)) into started from updated;
    continue when started is null;
    perform pg_advisory_xact_lock(space, 1);
    insert into events
      (id, type, project_id, ticket_id, subject, occurred_at, actor, correlation_id, causation_id, data)
    select event_ids[told + place], 'task.started.v1', (task).project_id, (task).ticket_id, (task).id,
      at_text::timestamptz, 'platform', (task).ticket_id, null,
      json_build_object(
        'taskId', (task).id, 'key', (task).key, 'execution', 'task-' || (task).id || '-' || (task).generation
      )
    from generate_subscripts(started, 1) place cross join lateral (select started[place] as task) at_place
    order by place;
    told := told + cardinality(started);
    return query select * from unnest(started);
    exit when told = cardinality(event_ids);
  end loop;
end
$$;
