/** What runs leave behind, bound to one connection: runs, journal, notes, discoveries, memories, setups, evidence, pull requests. */
import type { DiscoveryRows } from '#core/discovery/ports.ts';
import type { PullRows } from '#core/forge/ports.ts';
import type { MergeRows } from '#core/merge/ports.ts';
import type { JournalRows, MemoryRows, RunNotes, RunRows, SetupCacheRows } from '#core/run/ports.ts';
import type { EvidenceRows } from '#core/verify/ports.ts';
import type { Sql } from '../client.ts';
import { findLatestCheckpoint } from '../queries/checkpoint/find-latest.ts';
import { putCheckpoint } from '../queries/checkpoint/put.ts';
import { decideDiscovery } from '../queries/discovery/decide.ts';
import { insertDiscovery } from '../queries/discovery/insert.ts';
import { listDiscoveries } from '../queries/discovery/list.ts';
import { insertEvidence } from '../queries/evidence/insert.ts';
import { listEvidence } from '../queries/evidence/list.ts';
import { listEvidenceRuns } from '../queries/evidence/list-runs.ts';
import { insertMemory } from '../queries/memory/insert.ts';
import { listMemories } from '../queries/memory/list.ts';
import { removeMemory } from '../queries/memory/remove.ts';
import { searchMemories } from '../queries/memory/search.ts';
import { getMergeEntry } from '../queries/merge/get.ts';
import { insertMergeEntry } from '../queries/merge/insert.ts';
import { listMergeEntries } from '../queries/merge/list.ts';
import { updateMergeEntry } from '../queries/merge/update.ts';
import { findPullByTicket } from '../queries/pull/find-by-ticket.ts';
import { findPullOfProject } from '../queries/pull/find-of-project.ts';
import { insertPull } from '../queries/pull/insert.ts';
import { listPulls } from '../queries/pull/list.ts';
import { updatePull } from '../queries/pull/update.ts';
import { answerQuestion } from '../queries/question/answer.ts';
import { getQuestion } from '../queries/question/get.ts';
import { insertQuestion } from '../queries/question/insert.ts';
import { listQuestions } from '../queries/question/list.ts';
import { getRun } from '../queries/run/get.ts';
import { insertRun } from '../queries/run/insert.ts';
import { listRuns } from '../queries/run/list.ts';
import { updateRun } from '../queries/run/update.ts';
import { getSetup } from '../queries/setup/get.ts';
import { putSetup } from '../queries/setup/put.ts';
import { listQueuedSteering } from '../queries/steering/list-queued.ts';
import { markSteeringDelivered } from '../queries/steering/mark-delivered.ts';
import { queueSteering } from '../queries/steering/queue.ts';
import { appendStep } from '../queries/step/append.ts';
import { lastStep } from '../queries/step/last.ts';
import { listSteps } from '../queries/step/list.ts';

/** Runs on this connection. */
export function runRows(sql: Sql): RunRows {
  return {
    get: (id) => getRun(sql, id),
    list: (filter) => listRuns(sql, filter),
    insert: (run) => insertRun(sql, run),
    update: (run) => updateRun(sql, run),
  };
}

/** Journals on this connection. */
export function journalRows(sql: Sql): JournalRows {
  return {
    list: (runId, after, limit) => listSteps(sql, runId, after, limit),
    last: (runId) => lastStep(sql, runId),
    append: (runId, step) => appendStep(sql, runId, step),
  };
}

/** Checkpoints, questions and steering on this connection. */
export function runNotes(sql: Sql): RunNotes {
  return {
    putCheckpoint: (checkpoint) => putCheckpoint(sql, checkpoint),
    latestCheckpoint: (runId) => findLatestCheckpoint(sql, runId),
    insertQuestion: (question) => insertQuestion(sql, question),
    getQuestion: (id) => getQuestion(sql, id),
    answerQuestion: (id, answer) => answerQuestion(sql, id, answer),
    questions: (filter) => listQuestions(sql, filter),
    steer: (runId, id, text, at) => queueSteering(sql, runId, id, text, at),
    steering: (runId) => listQueuedSteering(sql, runId),
    delivered: (runId, ids, seq) => markSteeringDelivered(sql, runId, ids, seq),
  };
}

/** Discoveries on this connection. */
export function discoveryRows(sql: Sql): DiscoveryRows {
  return {
    insert: (discovery) => insertDiscovery(sql, discovery),
    list: (ticketId) => listDiscoveries(sql, ticketId),
    decide: (id, from, decision) => decideDiscovery(sql, id, from, decision),
    overrule: (id, from, decision, overruled) => decideDiscovery(sql, id, from, decision, overruled),
  };
}

/** Memories on this connection; they need the migration of pgvector. */
export function memoryRows(sql: Sql): MemoryRows {
  return {
    insert: (memory, vector, model) => insertMemory(sql, memory, vector, model),
    search: (projectId, text, vector, model, limit) =>
      searchMemories(sql, { projectId, text, vector, model, limit }),
    list: (projectId, limit, before) => listMemories(sql, projectId, limit, before),
    remove: (id) => removeMemory(sql, id),
  };
}

/** The setup cache on this connection. */
export function setupRows(sql: Sql): SetupCacheRows {
  return {
    get: (projectId, digest) => getSetup(sql, projectId, digest),
    put: (projectId, digest, blob, at) => putSetup(sql, projectId, digest, blob, at),
  };
}

/** Evidence on this connection. */
export function evidenceRows(sql: Sql): EvidenceRows {
  return {
    insert: (evidence) => insertEvidence(sql, evidence),
    list: (ticketId) => listEvidence(sql, ticketId),
    runs: (ticketId) => listEvidenceRuns(sql, ticketId),
  };
}

/** Merge queues on this connection. */
export function mergeRows(sql: Sql): MergeRows {
  return {
    get: (runId) => getMergeEntry(sql, runId),
    list: (ticketId) => listMergeEntries(sql, ticketId),
    insert: (entry) => insertMergeEntry(sql, entry),
    update: (entry) => updateMergeEntry(sql, entry),
  };
}

/** Pull requests on this connection. */
export function pullRows(sql: Sql): PullRows {
  return {
    open: async (pull) => {
      const found = (await findPullByTicket(sql, pull.ticketId)) ?? (await insertPull(sql, pull));
      // A twin opened it between the two statements; it is visible now.
      const opened = found ?? (await findPullByTicket(sql, pull.ticketId));
      if (opened === null) throw new Error(`The pull request of ${pull.ticketId} is neither there nor new.`);
      return opened;
    },
    byTicket: (ticketId) => findPullByTicket(sql, ticketId),
    ofProject: (projectId, which) => findPullOfProject(sql, projectId, which),
    list: () => listPulls(sql),
    update: (pull) => updatePull(sql, pull),
  };
}
