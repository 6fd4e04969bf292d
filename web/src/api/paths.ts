/** Where each route of the API is, and how its address is written. */
import type { RouteName, routes } from '#core/api/routes.ts';

type Paths = { readonly [N in RouteName]: readonly ['get' | 'post' | 'patch', (typeof routes)[N]['path']] };

/**
 * Verb and path of every route. The table of `core/api` is imported as a type alone: with its schemas the page would
 * carry 60 kB of parsing for answers of the very server that serves it. The compiler holds the paths to the table, a
 * test the verbs.
 */
export const paths = {
  health: ['get', '/v1/health'],
  listProjects: ['get', '/v1/projects'],
  connectProject: ['post', '/v1/projects'],
  getProject: ['get', '/v1/projects/:id'],
  updateProject: ['patch', '/v1/projects/:id'],
  checkProject: ['get', '/v1/projects/:id/access'],
  listMemories: ['get', '/v1/projects/:id/memories'],
  forgetMemory: ['post', '/v1/memories/:id/forget'],
  getGitHub: ['get', '/v1/github'],
  beginGitHubApp: ['post', '/v1/github/app'],
  finishGitHubApp: ['post', '/v1/github/app/finish'],
  connectGitHubToken: ['post', '/v1/github/token'],
  disconnectGitHub: ['post', '/v1/github/disconnect'],
  listKeys: ['get', '/v1/keys'],
  createKey: ['post', '/v1/keys'],
  revokeKey: ['post', '/v1/keys/:id/revoke'],
  listTickets: ['get', '/v1/tickets'],
  listWaiting: ['get', '/v1/waiting'],
  submitTicket: ['post', '/v1/tickets'],
  getTicket: ['get', '/v1/tickets/:ticket'],
  pauseTicket: ['post', '/v1/tickets/:ticket/pause'],
  resumeTicket: ['post', '/v1/tickets/:ticket/resume'],
  cancelTicket: ['post', '/v1/tickets/:ticket/cancel'],
  retryTicket: ['post', '/v1/tickets/:ticket/retry'],
  setBudget: ['post', '/v1/tickets/:ticket/budget'],
  changeRequirement: ['post', '/v1/tickets/:ticket/requirements/:requirement'],
  listDocuments: ['get', '/v1/tickets/:ticket/documents'],
  getDocument: ['get', '/v1/documents/:id'],
  diffDocument: ['get', '/v1/documents/:id/diff'],
  getEvaluation: ['get', '/v1/documents/:id/evaluation'],
  listOpenGates: ['get', '/v1/gates'],
  listGates: ['get', '/v1/tickets/:ticket/gates'],
  approveGate: ['post', '/v1/gates/:id/approve'],
  rejectGate: ['post', '/v1/gates/:id/reject'],
  listQuestions: ['get', '/v1/tickets/:ticket/questions'],
  answerQuestion: ['post', '/v1/questions/:id/answer'],
  listTasks: ['get', '/v1/tickets/:ticket/tasks'],
  listAgents: ['get', '/v1/agents'],
  listRuns: ['get', '/v1/tickets/:ticket/runs'],
  getRun: ['get', '/v1/runs/:id'],
  listSteps: ['get', '/v1/runs/:id/steps'],
  steerRun: ['post', '/v1/runs/:id/steer'],
  getTrace: ['get', '/v1/tickets/:ticket/trace'],
  listEvidence: ['get', '/v1/tickets/:ticket/evidence'],
  getEvidenceLog: ['get', '/v1/evidence/:ticket/:id/log'],
  listDiscoveries: ['get', '/v1/tickets/:ticket/discoveries'],
  acceptDiscovery: ['post', '/v1/tickets/:ticket/discoveries/:discovery/accept'],
  listPulls: ['get', '/v1/pulls'],
  getPull: ['get', '/v1/tickets/:ticket/pull'],
  getPullDiff: ['get', '/v1/tickets/:ticket/pull/diff'],
  mergePull: ['post', '/v1/tickets/:ticket/pull/merge'],
  closePull: ['post', '/v1/tickets/:ticket/pull/close'],
  readyPull: ['post', '/v1/tickets/:ticket/pull/ready'],
  reviewPull: ['post', '/v1/tickets/:ticket/pull/review'],
  updatePull: ['post', '/v1/tickets/:ticket/pull/update'],
  getForecasts: ['get', '/v1/projects/:project/forecasts'],
  getCosts: ['get', '/v1/tickets/:ticket/costs'],
  getWorkflow: ['get', '/v1/tickets/:ticket/workflow'],
  listEvents: ['get', '/v1/events'],
} as const satisfies Paths;

/** The names in a path: `ticket` and `id` of `/v1/evidence/:ticket/:id/log`. */
type NamesIn<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

export type PathParams<N extends RouteName> = Readonly<Record<NamesIn<(typeof paths)[N][1]>, string>>;

/** The path with its parameters and query filled in. */
export function addressOf(
  pattern: string,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, unknown>>,
): string {
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}
