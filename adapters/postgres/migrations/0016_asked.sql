-- kind: additive; a merge queue in which a person is asked about every work holds no slot

-- Starts the offered tasks whose turn it is (core/graph/share.ts) and tells it, at most as many as there are event ids.
-- Returns the ids of what it started, in the order of their turns.
-- A function, because each of its statements must see what was committed while it waited for the lock, and the lock
-- must not be held while an answer travels.
create or replace function claim_tasks(account integer, at_text text, overdue timestamptz, event_ids text[])
  returns text[]
  language plpgsql
  -- Few rows are found by their keys, however many there are: a plan made while the tables were small would read them
  -- whole when they are large, and planning takes longer than the claim.
  set enable_seqscan = off
  set enable_hashjoin = off
  set enable_mergejoin = off
  set jit = off
  set plan_cache_mode = force_generic_plan
as $$
declare
  -- 'omoi' in ASCII: 1 is the log, 3 the claims; the next number is the space of looks at a ticket's graph
  space constant integer := 1869442921;
  waiting text[];
  held integer[];
  room integer[];
  free integer;
  late boolean;
  passed_by text[] := '{}';
  not_now text[];
  chosen text[];
  chosen_tickets text[];
  started text[];
  all_started text[] := '{}';
begin
  perform pg_advisory_xact_lock(space, 3);
  loop
    with recursive slots as materialized (
      -- A slot is a sandbox: one for each task that is built, unless its run waits for a person, and one for the merge
      -- queue of each ticket while work waits in it that no person is asked about, unless the ticket is paused
      -- (core/graph/schedule.ts, slotsHeld).
      select t.project_id,
        count(*) filter (where t.status = 'running') + count(distinct t.ticket_id) filter (where t.status = 'verifying')
          as held
      from tasks t
      where t.status in ('running', 'verifying')
        and case t.status
          when 'running' then not exists (select from runs r where r.task_id = t.id and r.status = 'held')
          else t.state->>'asked' is null
            and exists (select from tickets k where k.id = t.ticket_id and k.status <> 'paused')
        end
      group by t.project_id
    ),
    -- projects that wait, each with its oldest offer: one step of the index each
    heads (project_id, oldest) as (
      (select o.project_id, o.since from offers o order by o.project_id, o.since limit 1)
      union all
      select next.* from heads h cross join lateral (
        select o.project_id, o.since from offers o
        where o.project_id > h.project_id order by o.project_id, o.since limit 1
      ) next
    )
    select array_agg(h.project_id), array_agg(coalesce(s.held, 0)), array_agg(p.parallel_project - coalesce(s.held, 0)),
      least(account - (select coalesce(sum(all_of_them.held), 0) from slots all_of_them),
        cardinality(event_ids) - cardinality(all_started)),
      bool_or(h.oldest < overdue)
    into waiting, held, room, free, late
    from heads h join projects p on p.id = h.project_id left join slots s on s.project_id = h.project_id
    where p.parallel_project > coalesce(s.held, 0);
    exit when waiting is null or free <= 0;
    chosen := null;
    if late then
      -- patience goes before all else, as far as the projects' limits go
      select array_agg(task_id), array_agg(ticket_id) into chosen, chosen_tickets from (
        select next.task_id, next.ticket_id
        from unnest(waiting, room) one (project_id, room) cross join lateral (
          select o.* from offers o
          where o.project_id = one.project_id and o.since < overdue and o.ticket_id <> all (passed_by)
          order by o.since, o.task_id limit least(one.room, free)
        ) next
        order by next.since, next.task_id limit free
      ) first;
    end if;
    if chosen is null then
      late := false;
      -- Slot after slot goes to the project that holds least, and raises its number by one. So the number that a task
      -- meets is known beforehand, and one sort by it gives what choosing slot by slot would.
      select array_agg(task_id), array_agg(ticket_id) into chosen, chosen_tickets from (
        select next.task_id, next.ticket_id
        from unnest(waiting, held, room) one (project_id, held, room) cross join lateral (
          select o.*, row_number() over (order by o.ahead, o.priority desc, o.since, o.task_id) as nth from offers o
          where o.project_id = one.project_id and o.ticket_id <> all (passed_by)
          order by o.ahead, o.priority desc, o.since, o.task_id limit least(one.room, free)
        ) next
        order by one.held + next.nth, next.ahead, next.priority desc, next.since, next.task_id limit free
      ) first;
    end if;
    exit when chosen is null;
    -- paused or over meanwhile; or somebody looks at the graph right now, and claims when he has looked
    not_now := array(
      select k.id from tickets k
      where k.id = any (chosen_tickets)
        and (
          k.status not in ('running', 'waiting') or k.execution_token is null
          or not pg_try_advisory_xact_lock(space + 1, hashtext(k.id))
        )
    );
    if not_now <> '{}' then
      passed_by := passed_by || not_now;
      continue;
    end if;
    with taken as (
      -- some were perhaps withdrawn after they were seen; who did it rings
      delete from offers o where o.task_id = any (chosen) returning o.task_id
    ),
    updated as (
      update tasks t
      set state = json_build_object('status', 'running', 'since', at_text), status = 'running',
        generation = t.generation + 1, round = 0, version = t.version + 1
      from taken where t.id = taken.task_id
      returning t.id, t.ticket_id, t.project_id, t.key, t.generation, array_position(chosen, t.id) as place
    ),
    -- after the rows, as whoever else writes an event: in another order the two could wait for each other
    locked as materialized (select pg_advisory_xact_lock(space, 1) from (select count(*) from updated) all_of_them),
    told as (
      insert into events
        (id, type, project_id, ticket_id, subject, occurred_at, actor, correlation_id, causation_id, data)
      select event_ids[cardinality(all_started) + one.place], 'task.started.v1', one.project_id, one.ticket_id, one.id, at_text::timestamptz,
        'platform', one.ticket_id, null,
        json_build_object('taskId', one.id, 'key', one.key, 'execution', 'task-' || one.id || '-' || one.generation)
      from (select * from updated order by place) one cross join locked
      returning subject
    )
    select array_agg(subject) into started from told;
    exit when started is null;
    all_started := all_started || started;
    exit when not late;
  end loop;
  return all_started;
end
$$;
