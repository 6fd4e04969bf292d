/**
 * Every route of the public API in one table: verb, path, what it takes and answers, and what it is for.
 *
 * `:ticket` is an id, a name (`TKT-12`) or a number. POST takes an `Idempotency-Key` header. Lists take `limit`.
 * The server, the OpenAPI description, the console and the CLI all read this table.
 */
import { z } from 'zod';
import { MemoryId } from '../id.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { MemoryView } from './memory-view.ts';
import {
  AnswerQuestion,
  ApproveGate,
  BeginApp,
  CancelTicket,
  ChangeRequirement,
  ConnectProject,
  ConnectToken,
  CreateKey,
  FinishApp,
  RejectGate,
  RetryTicket,
  SetBudget,
  SteerRun,
  SubmitTicket,
  UpdateProject,
} from './requests.ts';
import { list, none, noQuery, route } from './route.ts';
import {
  AgentView,
  CostView,
  DocumentDiffView,
  DocumentView,
  EvaluationView,
  EventView,
  EvidenceView,
  ForecastsView,
  GateView,
  GitHubView,
  HealthView,
  KeyView,
  ManifestView,
  NewKeyView,
  ProjectAccessView,
  ProjectView,
  page,
  QuestionView,
  RunView,
  StepView,
  TaskView,
  TicketView,
  TraceView,
  TransitionView,
  UnaskedView,
} from './views.ts';

const limit = z.coerce.number().int().min(1).max(500).optional();
const after = z.coerce.number().int().min(0).optional();
/** Numbers and steps are kept as 32-bit integers; a larger one can only be a mistake. */
const number = z.coerce.number().int().min(0).max(2_147_483_647).optional();

/** The table. */
export const routes = {
  health: route('get', '/v1/health', 'How the installation is', noQuery, none, HealthView),

  listProjects: route('get', '/v1/projects', 'All connected repositories', noQuery, none, list(ProjectView)),
  connectProject: route('post', '/v1/projects', 'Connect a repository', noQuery, ConnectProject, ProjectView),
  getProject: route('get', '/v1/projects/:id', 'One project', noQuery, none, ProjectView),
  updateProject: route('patch', '/v1/projects/:id', 'Change a project', noQuery, UpdateProject, ProjectView),

  checkProject: route(
    'get',
    '/v1/projects/:id/access',
    'Whether its repository can be reached, and may be written',
    noQuery,
    none,
    ProjectAccessView,
  ),

  listMemories: route(
    'get',
    '/v1/projects/:id/memories',
    'What agents remembered of a project, newest first',
    z.object({ limit, before: MemoryId.optional() }),
    none,
    page(MemoryView),
  ),
  forgetMemory: route(
    'post',
    '/v1/memories/:id/forget',
    'Take a memory back: no later run is given it',
    noQuery,
    none,
    MemoryView,
  ),

  getGitHub: route('get', '/v1/github', 'How GitHub is connected', noQuery, none, GitHubView),
  beginGitHubApp: route(
    'post',
    '/v1/github/app',
    'The manifest of a GitHub App, and where a person posts it to',
    noQuery,
    BeginApp,
    ManifestView,
  ),
  finishGitHubApp: route(
    'post',
    '/v1/github/app/finish',
    'Connect the App that GitHub made; once for each manifest',
    noQuery,
    FinishApp,
    GitHubView,
  ),
  connectGitHubToken: route(
    'post',
    '/v1/github/token',
    'Connect GitHub by a token',
    noQuery,
    ConnectToken,
    GitHubView,
  ),
  disconnectGitHub: route(
    'post',
    '/v1/github/disconnect',
    'Remove the credential of GitHub; projects stay, and tickets that need it wait',
    noQuery,
    none,
    GitHubView,
  ),

  listKeys: route('get', '/v1/keys', 'Keys of programs', noQuery, none, list(KeyView)),
  createKey: route('post', '/v1/keys', 'Make a key; it is shown this once', noQuery, CreateKey, NewKeyView),
  revokeKey: route('post', '/v1/keys/:id/revoke', 'Take a key back', noQuery, none, KeyView),

  listTickets: route(
    'get',
    '/v1/tickets',
    'Tickets, newest first',
    z.object({
      project: z.string().optional(),
      status: z.string().optional(),
      before: number,
      limit,
    }),
    none,
    page(TicketView),
  ),
  listWaiting: route(
    'get',
    '/v1/waiting',
    'Tickets that wait for a person, newest first; `total` counts the gates, questions and budgets of all of them',
    z.object({ before: number, limit }),
    none,
    page(TicketView).extend({ total: z.number().int() }),
  ),
  submitTicket: route('post', '/v1/tickets', 'Ask for a feature', noQuery, SubmitTicket, TicketView),
  getTicket: route('get', '/v1/tickets/:ticket', 'One ticket', noQuery, none, TicketView),
  pauseTicket: route(
    'post',
    '/v1/tickets/:ticket/pause',
    'Stop agents after their turn, start none',
    noQuery,
    none,
    TicketView,
  ),
  resumeTicket: route('post', '/v1/tickets/:ticket/resume', 'Go on', noQuery, none, TicketView),
  cancelTicket: route(
    'post',
    '/v1/tickets/:ticket/cancel',
    'End the ticket and its sandboxes',
    noQuery,
    CancelTicket,
    TicketView,
  ),
  retryTicket: route(
    'post',
    '/v1/tickets/:ticket/retry',
    'Try again what failed; what was merged stays',
    noQuery,
    RetryTicket,
    TicketView,
  ),
  setBudget: route('post', '/v1/tickets/:ticket/budget', 'Move the ceiling', noQuery, SetBudget, TicketView),
  changeRequirement: route(
    'post',
    '/v1/tickets/:ticket/requirements/:requirement',
    'Change one requirement; re-opens only what depends on it',
    noQuery,
    ChangeRequirement,
    DocumentView,
  ),

  listDocuments: route(
    'get',
    '/v1/tickets/:ticket/documents',
    'All versions of all documents',
    noQuery,
    none,
    list(DocumentView),
  ),
  getDocument: route('get', '/v1/documents/:id', 'One version', noQuery, none, DocumentView),
  diffDocument: route(
    'get',
    '/v1/documents/:id/diff',
    'What changed since another version (the one before unless told)',
    z.object({ against: number }),
    none,
    DocumentDiffView,
  ),

  getEvaluation: route(
    'get',
    '/v1/documents/:id/evaluation',
    'What the evaluator says of a version, against what is approved now',
    noQuery,
    none,
    EvaluationView,
  ),

  listOpenGates: route('get', '/v1/gates', 'Gates that wait for a person', noQuery, none, list(GateView)),
  listGates: route(
    'get',
    '/v1/tickets/:ticket/gates',
    'All gates of a ticket',
    noQuery,
    none,
    list(GateView),
  ),
  approveGate: route(
    'post',
    '/v1/gates/:id/approve',
    'Approve the version with this hash',
    noQuery,
    ApproveGate,
    GateView,
  ),
  rejectGate: route(
    'post',
    '/v1/gates/:id/reject',
    'Send it back with a comment',
    noQuery,
    RejectGate,
    GateView,
  ),

  listQuestions: route(
    'get',
    '/v1/tickets/:ticket/questions',
    'What agents asked',
    noQuery,
    none,
    list(QuestionView),
  ),
  answerQuestion: route(
    'post',
    '/v1/questions/:id/answer',
    'Answer; the run goes on',
    noQuery,
    AnswerQuestion,
    QuestionView,
  ),

  listTasks: route('get', '/v1/tickets/:ticket/tasks', 'The task graph', noQuery, none, list(TaskView)),
  listAgents: route('get', '/v1/agents', 'Who is at work now', noQuery, none, list(AgentView)),
  listRuns: route('get', '/v1/tickets/:ticket/runs', 'Runs, newest first', noQuery, none, list(RunView)),
  getRun: route('get', '/v1/runs/:id', 'One run', noQuery, none, RunView),
  listSteps: route(
    'get',
    '/v1/runs/:id/steps',
    'The journal',
    z.object({ after: number, limit }),
    none,
    page(StepView),
  ),
  steerRun: route(
    'post',
    '/v1/runs/:id/steer',
    'Say something to the agent; it hears it in its next turn',
    noQuery,
    SteerRun,
    RunView,
  ),

  getTrace: route(
    'get',
    '/v1/tickets/:ticket/trace',
    'From each requirement to its lines and checks; `of` keeps one requirement, criterion, task, file or commit',
    z.object({ of: z.string().min(1).max(300).optional() }),
    none,
    list(TraceView).extend({ others: z.array(UnaskedView) }),
  ),
  listEvidence: route(
    'get',
    '/v1/tickets/:ticket/evidence',
    'What the platform measured',
    noQuery,
    none,
    list(EvidenceView),
  ),
  getEvidenceLog: route(
    'get',
    '/v1/evidence/:ticket/:id/log',
    'The full log, as text',
    noQuery,
    none,
    z.string(),
  ),

  ...deliveryRoutes,

  getForecasts: route(
    'get',
    '/v1/projects/:project/forecasts',
    'How good the cost forecasts of its finished tickets were',
    noQuery,
    none,
    ForecastsView,
  ),
  getCosts: route('get', '/v1/tickets/:ticket/costs', 'What it cost, by run', noQuery, none, CostView),
  getWorkflow: route(
    'get',
    '/v1/tickets/:ticket/workflow',
    'Every transition of its state machines',
    noQuery,
    none,
    list(TransitionView),
  ),
  listEvents: route(
    'get',
    '/v1/events',
    'The log of events after a cursor',
    z.object({ after, ticket: z.string().optional(), limit }),
    none,
    page(EventView),
  ),
} as const;

/** The name of a route; what it takes and answers follows from it. */
export type RouteName = keyof typeof routes;
export type RouteBody<N extends RouteName> = z.input<(typeof routes)[N]['body']>;
export type RouteQuery<N extends RouteName> = z.input<(typeof routes)[N]['query']>;
export type RouteAnswer<N extends RouteName> = z.output<(typeof routes)[N]['answer']>;

/** The live log: `GET /v1/events/ws?after=<cursor>&ticket=<ref>` upgrades to a WebSocket that sends one EventView a message. */
export const eventsSocketPath = '/v1/events/ws';
