/**
 * A host as the CLI sees it: the routes it calls, answered by their schemas, and the WebSocket. What happens on the
 * road of its one ticket is told by the test.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { newId } from '#adapters/ids/ids.ts';
import { eventsSocketPath, type RouteAnswer, type RouteName, routes } from '#core/api/routes.ts';
import type { EventView, GateView, QuestionView, RunView, TaskView, TicketView } from '#core/api/views.ts';
import { subjectOf } from '#core/gate/gate.ts';

const at = '2026-05-01T10:00:00.000Z';
const hash = 'ab'.repeat(32);
export const base = 'a'.repeat(40);
export const head = 'b'.repeat(40);

type Answers = { [N in RouteName]?: (context: Context) => unknown };

export class FixtureHost {
  url = '';
  readonly ids = { project: newId('project'), ticket: newId('ticket'), document: newId('document') };
  readonly events: EventView[] = [];
  readonly requests: { readonly route: string; readonly body: unknown; readonly key: string | undefined }[] =
    [];
  ticket: TicketView;
  runs: RunView[] = [];
  tasks: TaskView[] = [];
  warnings: string[] = [];
  submitted = false;
  connected: string | null = null;
  closed = false;
  /** What happens once something was asked for. */
  onSubmit: () => void = () => undefined;
  onApprove: () => void = () => undefined;
  /** Without it, as behind a proxy that knows no WebSockets. */
  hasSocket = true;
  readonly #sockets = new Set<WebSocket>();
  #end: () => Promise<void> = async () => undefined;

  constructor(private readonly override: Answers = {}) {
    this.ticket = ticketOf(this.ids);
  }

  async open(): Promise<this> {
    const app = new Hono();
    for (const name of Object.keys(routes)) this.#mount(app, name);
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    await once(server, 'listening');
    const port = z.custom<AddressInfo>().parse(server.address()).port;
    this.url = `http://127.0.0.1:${port}`;
    const upgrades = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, first) => {
      const url = new URL(request.url ?? '/', this.url);
      if (!this.hasSocket || url.pathname !== eventsSocketPath)
        return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      upgrades.handleUpgrade(request, socket, first, (one) => {
        this.#sockets.add(one);
        for (const event of this.#after(Number(url.searchParams.get('after'))))
          one.send(JSON.stringify(event));
      });
    });
    this.#end = async () => {
      for (const socket of this.#sockets) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    };
    return this;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.#end();
  }

  /** Cuts all live connections, as a host that restarts. */
  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#sockets.clear();
  }

  emit(type: string, data: Record<string, unknown>): void {
    const event: EventView = {
      cursor: this.events.length + 1,
      id: newId('event'),
      type,
      projectId: this.ids.project,
      ticketId: this.ids.ticket,
      subject: this.ids.ticket,
      occurredAt: at,
      actor: 'platform',
      data,
    };
    this.events.push(event);
    for (const socket of this.#sockets) socket.send(JSON.stringify(event));
  }

  /** The ticket waits at a gate. */
  openGate(changes: Partial<GateView> = {}): GateView {
    const gate = { ...gateOf(this.ids), ...changes };
    this.ticket = {
      ...this.ticket,
      status: 'waiting',
      waitingFor: 'gate',
      openGates: [...this.ticket.openGates, gate],
      phase: gate.tamper === null ? 'requirements' : 'execution',
    };
    const about = subjectOf(gate);
    this.emit('gate.opened.v1', { gateId: gate.id, phase: gate.phase, documentId: gate.documentId, about });
    this.emit('ticket.waiting.v1', { reason: 'gate' });
    return gate;
  }

  /** The work of T1 waits at a gate: it skips a test, or changes a path that is protected. */
  openTamperGate(
    kind: 'skipped-test' | 'protected-path' = 'skipped-test',
    changes: Partial<GateView> = {},
  ): GateView {
    const task = taskOf();
    const found = { file: 'test/cart.test.ts', line: 15, side: 'after', severity: 'high', kind } as const;
    const tamper = {
      taskId: task.id,
      said: 'It fails\non CI.',
      findings: [{ ...found, message: 'A test does not run.', hunk: "+it.skip('adds up')" }],
    };
    this.tasks = [task];
    return this.openGate({ phase: 'tasks', tamper, ...changes });
  }

  askQuestion(text: string): QuestionView {
    const question = {
      id: newId('question'),
      runId: newId('run'),
      ticketId: this.ids.ticket,
      text,
      options: [],
      answer: null,
      askedAt: at,
    };
    this.ticket = { ...this.ticket, status: 'waiting', waitingFor: 'question', openQuestions: [question] };
    this.emit('question.asked.v1', { questionId: question.id, runId: question.runId, text });
    this.emit('ticket.waiting.v1', { reason: 'question' });
    return question;
  }

  /** `lacks` says why the pull request is a draft; it is ready unless told. */
  complete(lacks: string | null = null): void {
    const tasks = { total: 4, done: 4, failed: 0 };
    this.ticket = {
      ...this.ticket,
      phase: 'delivery',
      status: 'completed',
      waitingFor: null,
      openGates: [],
      baseCommit: base,
      headCommit: head,
      verification: 'verified',
      tasks,
      criteria: { total: 6, proven: 6 },
      cost: { limitMicros: 10_000_000, spentMicros: 420_000, reservedMicros: 0 },
      pullRequest: { number: 1, state: 'open', draft: lacks !== null, draftNote: lacks },
    };
    this.emit('ticket.completed.v1', { branch: this.ticket.branch, commit: head });
    this.emit('pull.opened.v1', {
      pullRequestId: newId('pull'),
      number: 1,
      draft: lacks !== null,
      branch: this.ticket.branch,
      commit: head,
    });
  }

  fail(reason: string): void {
    this.ticket = { ...this.ticket, status: 'failed', reason };
    this.emit('ticket.failed.v1', { reason });
  }

  #after(cursor: number): EventView[] {
    return this.events.filter((event) => event.cursor > cursor);
  }

  #mount(app: Hono, name: string): void {
    const route = Object.entries(routes).find(([one]) => one === name)?.[1];
    const answer = Object.entries({ ...this.#answers(), ...this.override }).find(
      ([one]) => one === name,
    )?.[1];
    if (!route || !answer) return;
    app.on(route.method.toUpperCase(), route.path, async (context) => {
      const text = await context.req.text();
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      route.body.parse(body);
      this.requests.push({ route: name, body, key: context.req.header('idempotency-key') });
      const answered: unknown = await answer(context);
      if (answered instanceof Response) return answered;
      if (typeof answered === 'string') return context.text(answered);
      return context.json(JSON.parse(JSON.stringify(route.answer.parse(answered))));
    });
  }

  #answers(): { [N in RouteName]?: (context: Context) => RouteAnswer<N> } {
    const project = (): RouteAnswer<'connectProject'> => projectOf(this.ids, this.connected ?? '');
    return {
      health: () => ({
        status: 'ok',
        version: '1.2.3',
        model: { name: 'claude-test', replayed: false },
        sandbox: { kind: 'bubblewrap', degraded: false, reason: null },
        networks: ['registries', 'none', 'open'],
        warnings: this.warnings,
        cursor: this.events.length,
      }),
      listProjects: () => ({ items: this.connected === null ? [] : [project()] }),
      connectProject: () => {
        this.connected = z.object({ repo: z.string() }).parse(this.requests.at(-1)?.body).repo;
        return project();
      },
      updateProject: project,
      listTickets: () => ({ items: this.submitted ? [this.ticket] : [], next: null }),
      submitTicket: () => {
        this.submitted = true;
        const { title } = z.object({ title: z.string() }).parse(this.requests.at(-1)?.body);
        this.ticket = { ...this.ticket, title };
        this.emit('ticket.submitted.v1', { number: 1, title });
        this.onSubmit();
        return this.ticket;
      },
      getTicket: () => this.ticket,
      pauseTicket: () => this.#become('paused'),
      resumeTicket: () => this.#become('running'),
      cancelTicket: () => this.#become('cancelled'),
      retryTicket: () => this.#become('running'),
      reviewPull: () => pullOf(this.#become(this.ticket.status === 'paused' ? 'paused' : 'running')),
      setBudget: () => this.ticket,
      getDocument: () => documentOf(this.ids),
      listOpenGates: () => ({ items: this.ticket.openGates }),
      approveGate: () => this.#decide('approved'),
      rejectGate: () => this.#decide('rejected'),
      answerQuestion: (context) => {
        const question = this.ticket.openQuestions.find(({ id }) => id === context.req.param('id'));
        if (!question) throw new Error('no such question');
        return { ...question, answer: { text: 'answered', by: 'ada', at } };
      },
      listRuns: () => ({ items: this.runs }),
      listTasks: () => ({ items: this.tasks }),
      listEvents: (context) => ({ items: this.#after(Number(context.req.query('after') ?? 0)), next: null }),
    };
  }

  #become(status: TicketView['status']): TicketView {
    this.ticket = { ...this.ticket, status };
    return this.ticket;
  }

  #decide(status: 'approved' | 'rejected'): GateView {
    const [gate] = this.ticket.openGates;
    if (!gate) throw new Error('no gate is open');
    this.ticket = { ...this.ticket, status: 'running', waitingFor: null, openGates: [] };
    const decision = { gateId: gate.id, phase: gate.phase, decision: status, by: 'ada', comment: null };
    this.emit('gate.decided.v1', decision);
    this.onApprove();
    return { ...gate, status, by: 'ada', decidedAt: at };
  }
}

type Ids = FixtureHost['ids'];
const gates = { explore: 'off', requirements: 'human', design: 'human', tasks: 'auto' } as const;

function ticketOf({ ticket, project }: Ids): TicketView {
  return {
    id: ticket,
    name: 'TKT-1',
    number: 1,
    projectId: project,
    projectName: 'shop',
    title: 'Coupons',
    description: '',
    phase: 'explore',
    status: 'running',
    column: 'spec',
    hold: null,
    waitingFor: null,
    ceremony: null,
    gates,
    tainted: false,
    branch: 'omoi/TKT-1-coupons',
    baseCommit: null,
    headCommit: null,
    commands: null,
    verification: 'unknown',
    reason: null,
    cost: { limitMicros: 10_000_000, spentMicros: 0, reservedMicros: 0 },
    tasks: { total: 0, done: 0, failed: 0 },
    criteria: { total: 0, proven: 0 },
    openGates: [],
    diagnosis: null,
    openQuestions: [],
    pullRequest: null,
    createdAt: at,
    updatedAt: at,
  };
}

function gateOf({ ticket, document }: Ids): GateView {
  return {
    id: newId('gate'),
    ticketId: ticket,
    phase: 'requirements',
    documentId: document,
    documentHash: routes.getDocument.answer.shape.hash.parse(hash),
    status: 'open',
    by: null,
    comment: null,
    decidedAt: null,
    discoveryId: null,
    tamper: null,
    forecast: { p50Micros: 300_000, p90Micros: 800_000, basis: 'prior' },
    openedAt: at,
    expiresAt: '2027-05-01T10:00:00.000Z',
  };
}

function taskOf(): TaskView {
  return {
    ...{ id: newId('task'), key: 'T1', title: 'Add up', goal: 'Add up.', dependsOn: [], criteria: [] },
    ...{ writes: ['src/**'], estimateMinutes: 5, priority: 1, doneWhen: 'It adds up.', status: 'verifying' },
    ...{ reason: null, commit: null, round: 1, origin: 'plan', why: 'It is in the plan.', feedback: null },
    ...{ parent: null, depth: 0, discoveryId: null, waitsFor: null, queue: null },
  };
}

function pullOf({
  id: ticketId,
  name: ticketName,
  branch,
  projectId,
}: TicketView): RouteAnswer<'reviewPull'> {
  return {
    ...{ id: newId('pull'), ticketId, ticketName, number: 1, url: null, title: 'Coupons', body: '', branch },
    ...{ into: 'main', baseCommit: base, headCommit: head, state: 'open', mergeCommit: null, draft: false },
    ...{ draftNote: null, draftBy: null, openedAt: at, projectId },
  };
}

function documentOf({ ticket, document }: Ids): RouteAnswer<'getDocument'> {
  return {
    id: document,
    ticketId: ticket,
    kind: 'requirements',
    version: 2,
    hash: routes.getDocument.answer.shape.hash.parse(hash),
    body: {},
    markdown: '# Requirements\n\n## REQ-1 Coupons\n',
    approved: false,
    runId: null,
    createdAt: at,
  };
}

function projectOf({ project }: Ids, repo: string): RouteAnswer<'connectProject'> {
  return {
    id: project,
    name: 'shop',
    repo,
    defaultBranch: 'main',
    commands: {},
    gates,
    ceremony: 'auto',
    budgetMicros: 10_000_000,
    draft: 'unproven',
    independent: 'properties',
    network: 'registries',
    protectedPaths: [],
    parallelTasks: 4,
    parallelProject: 16,
    trouble: null,
    createdAt: at,
  };
}
