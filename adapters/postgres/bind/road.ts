/** The nouns of the road bound to one connection: projects, tickets, documents, gates, tasks. */
import type { GateRows } from '#core/gate/ports.ts';
import type { ProjectRows } from '#core/project/ports.ts';
import type { TaskRows } from '#core/task/ports.ts';
import type { DocumentRows, TicketRows } from '#core/ticket/ports.ts';
import type { Sql } from '../client.ts';
import { findDocumentByRun } from '../queries/document/find-by-run.ts';
import { findLatestDocument } from '../queries/document/find-latest.ts';
import { getDocument } from '../queries/document/get.ts';
import { insertDocument } from '../queries/document/insert.ts';
import { listDocuments } from '../queries/document/list.ts';
import { getGate } from '../queries/gate/get.ts';
import { insertGate } from '../queries/gate/insert.ts';
import { listGates } from '../queries/gate/list.ts';
import { listDueGates } from '../queries/gate/list-due.ts';
import { listOpenGates } from '../queries/gate/list-open.ts';
import { updateGate } from '../queries/gate/update.ts';
import { findProjectByRepo } from '../queries/project/find-by-repo.ts';
import { getProject } from '../queries/project/get.ts';
import { insertProject } from '../queries/project/insert.ts';
import { listProjects } from '../queries/project/list.ts';
import { updateProject } from '../queries/project/update.ts';
import { findTaskByKey } from '../queries/task/find-by-key.ts';
import { getTask } from '../queries/task/get.ts';
import { holdGraph } from '../queries/task/hold.ts';
import { insertTask } from '../queries/task/insert.ts';
import { listTasks } from '../queries/task/list.ts';
import { offerTasks } from '../queries/task/offer.ts';
import { updateTask } from '../queries/task/update.ts';
import { countWaits } from '../queries/ticket/count-waits.ts';
import { findTicketByNumber } from '../queries/ticket/find-by-number.ts';
import { getTicket } from '../queries/ticket/get.ts';
import { insertTicket } from '../queries/ticket/insert.ts';
import { listTickets } from '../queries/ticket/list.ts';
import { listWaitingTickets } from '../queries/ticket/list-waiting.ts';
import { nextTicketNumber } from '../queries/ticket/next-number.ts';
import { updateTicket } from '../queries/ticket/update.ts';

/** Projects on this connection. */
export function projectRows(sql: Sql): ProjectRows {
  return {
    get: (id) => getProject(sql, id),
    byRepo: (repo) => findProjectByRepo(sql, repo),
    list: () => listProjects(sql),
    insert: (project) => insertProject(sql, project),
    update: (project) => updateProject(sql, project),
  };
}

/** Tickets on this connection. */
export function ticketRows(sql: Sql): TicketRows {
  return {
    get: (id) => getTicket(sql, id),
    byNumber: (number) => findTicketByNumber(sql, number),
    list: (filter) => listTickets(sql, filter),
    waiting: (filter) => listWaitingTickets(sql, filter),
    countWaits: () => countWaits(sql),
    nextNumber: () => nextTicketNumber(sql),
    insert: (ticket) => insertTicket(sql, ticket),
    update: (ticket) => updateTicket(sql, ticket),
  };
}

/** Documents on this connection. */
export function documentRows(sql: Sql): DocumentRows {
  return {
    get: (id) => getDocument(sql, id),
    latest: (ticketId, kind) => findLatestDocument(sql, ticketId, kind),
    list: (ticketId) => listDocuments(sql, ticketId),
    byRun: (runId) => findDocumentByRun(sql, runId),
    insert: (document) => insertDocument(sql, document),
  };
}

/** Gates on this connection. */
export function gateRows(sql: Sql): GateRows {
  return {
    get: (id) => getGate(sql, id),
    list: (ticketId) => listGates(sql, ticketId),
    open: () => listOpenGates(sql),
    due: (at) => listDueGates(sql, at),
    insert: (gate) => insertGate(sql, gate),
    update: (gate) => updateGate(sql, gate),
  };
}

/** Tasks on this connection. */
export function taskRows(sql: Sql): TaskRows {
  return {
    get: (id) => getTask(sql, id),
    byKey: (ticketId, key) => findTaskByKey(sql, ticketId, key),
    list: (ticketId) => listTasks(sql, ticketId),
    insert: (task) => insertTask(sql, task),
    update: (task) => updateTask(sql, task),
    hold: (ticketId) => holdGraph(sql, ticketId),
    offer: (ticketId, offered, at) => offerTasks(sql, ticketId, offered, at),
  };
}
