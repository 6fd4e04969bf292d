/**
 * Deciding from the terminal: every gate, none, or one question each; and answering what agents ask.
 *
 * `all` approves documents. Work that takes checks away is given back, never approved unseen.
 */
import type { DocumentView, GateView, QuestionView, TicketView } from '#core/api/views.ts';
import type { AskedAbout } from '#core/gate/gate.ts';
import type { Attention } from './attend.ts';
import type { Client } from './client.ts';
import { beforeDeciding, taskKeyOf, wordsOf } from './gate.ts';
import { commandLine } from './paste.ts';
import { clean, cleanLines, count, usd } from './progress/text.ts';
import type { World } from './world.ts';

export type Approve = 'all' | 'none' | 'ask';

/** What a gatekeeper says and asks, wherever that is shown. */
export interface Desk {
  print(text: string): void;
  ask(question: string): Promise<string>;
}

export type Gatekeeper = (gate: GateView, ticket: TicketView) => Promise<boolean>;

export function gatekeeper(client: Client, approve: Approve, desk: Desk, showLines: number): Gatekeeper {
  switch (approve) {
    case 'none':
      return announcer(client, desk, () => []);
    case 'all':
      return async (gate, ticket) => {
        if (gate.tamper) return giveBack(client, gate, desk, await findingLines(client, gate, gate.tamper));
        const document = await client.call('getDocument', { params: { id: gate.documentId } });
        const { name } = await wordsOf(client, gate, ticket);
        desk.print(excerpt(document, showLines));
        await approveGate(client, gate);
        desk.print(`Approved the ${name}.`);
        return true;
      };
    case 'ask':
      return async (gate, ticket) => {
        const shown = gate.tamper
          ? (await findingLines(client, gate, gate.tamper)).join('\n')
          : cleanLines((await client.call('getDocument', { params: { id: gate.documentId } })).markdown);
        desk.print(shown);
        desk.print(beforeDeciding(gate, ticket, await wordsOf(client, gate, ticket)).join('\n'));
        return askFor(client, gate, desk);
      };
    default:
      return approve satisfies never;
  }
}

/** Leaves every gate to somebody else, and says once of each what it is; `ways` says how to decide. */
export function announcer(
  client: Client,
  desk: Desk,
  ways: (gate: GateView, ticket: TicketView) => readonly string[],
): Gatekeeper {
  const told = new Set<string>();
  return async (gate, ticket) => {
    if (told.has(gate.id)) return false;
    told.add(gate.id);
    const words = await wordsOf(client, gate, ticket);
    desk.print([...beforeDeciding(gate, ticket, words), ...ways(gate, ticket)].join('\n'));
    return false;
  };
}

/** The beginning of a document, and how much is left out; nothing for 0 lines. */
function excerpt(document: DocumentView, lines: number): string {
  if (lines === 0) return '';
  const all = cleanLines(document.markdown).trimEnd().split('\n');
  const left = all.length - lines;
  if (left <= 0) return `${all.join('\n')}\n`;
  return `${all.slice(0, lines).join('\n')}\n… and ${count(left, 'line')} more\n`;
}

/** Whose work it is, and each finding with its file and hunk. */
async function findingLines(client: Client, gate: GateView, tamper: AskedAbout): Promise<string[]> {
  const key = await taskKeyOf(client, gate);
  const said = tamper.said === undefined ? [] : [`The builder of ${key} says: ${clean(tamper.said)}`];
  return said.concat(
    tamper.findings.flatMap(({ file, line, kind, message, hunk }) => [
      `${key}'s work weakens its checks (${kind}): ${clean(message)}`,
      `  ${clean(file)}:${line}`,
      ...cleanLines(hunk)
        .split('\n')
        .map((text) => `  ${text}`),
    ]),
  );
}

const theyStay =
  'Refused without a look at the reasons. Put every check back as it was; where the code treats its own tests in a special way, take that out. Then change the work until it passes the checks as they were.';

async function giveBack(
  client: Client,
  gate: GateView,
  desk: Desk,
  findings: readonly string[],
): Promise<boolean> {
  const body = { hash: gate.documentHash, comment: theyStay };
  await client.call('rejectGate', { params: { id: gate.id }, body });
  desk.print([...findings, `Given back: “${theyStay}”`].join('\n'));
  return true;
}

/** Leaves every question to somebody else, and says once of each where to answer it. */
export function questionAnnouncer({ url }: Client, desk: Desk): Answerer {
  const told = new Set<string>();
  return async ({ id, text, options }, { name }) => {
    if (told.has(id)) return false;
    told.add(id);
    const line = commandLine(url, `omoi answer ${id} "…"`);
    desk.print(
      [
        `Waits for your answer: ${clean(text)}`,
        ...options.map((option) => `  - ${clean(option)}`),
        `Answer at ${url}/tickets/${name}, or with \`${line}\``,
      ].join('\n'),
    );
    return false;
  };
}

/** Says once of each ceiling how to raise it. */
export function budgetAnnouncer({ url }: Client, desk: Desk): (ticket: TicketView) => void {
  const told = new Set<number>();
  return ({ name, cost: { limitMicros, spentMicros } }) => {
    if (told.has(limitMicros)) return;
    told.add(limitMicros);
    const line = commandLine(url, `omoi resume ${name} --budget …`);
    desk.print(
      `Waits for more budget: ${usd(spentMicros)} of ${usd(limitMicros)} are spent, and the rest does not cover the next model call.\nExtend it at ${url}/tickets/${name}, or with \`${line}\``,
    );
  };
}

export type Answerer = (question: QuestionView, ticket: TicketView) => Promise<boolean>;

/** Answers questions: `ask` in the terminal, else with these words; where there are none, says how somebody else can. */
export function answerer(client: Client, approve: Approve, desk: Desk, words: string | null): Answerer {
  const say = async ({ id }: QuestionView, text: string) => {
    await client.call('answerQuestion', { params: { id }, body: { text } });
    desk.print(`Answered: “${cleanLines(text)}”`);
    return true;
  };
  if (approve === 'ask')
    return async (question) => {
      desk.print(
        [cleanLines(question.text), ...question.options.map((text) => `  - ${clean(text)}`)].join('\n'),
      );
      const text = (await desk.ask('Your answer (nothing: later): ')).trim();
      return text === '' ? false : say(question, text);
    };
  return words === null ? questionAnnouncer(client, desk) : async (question) => say(question, words);
}

async function approveGate(client: Client, gate: GateView): Promise<void> {
  await client.call('approveGate', { params: { id: gate.id }, body: { hash: gate.documentHash } });
}

async function askFor(client: Client, gate: GateView, desk: Desk): Promise<boolean> {
  for (;;) {
    const answer = (await desk.ask('Approve? [y]es, [n]o with a comment, [l]ater: ')).trim().toLowerCase();
    if (answer === 'l' || answer === 'later') return false;
    if (answer === 'y' || answer === 'yes') {
      await approveGate(client, gate);
      return true;
    }
    if (answer !== 'n' && answer !== 'no') continue;
    const comment = (await desk.ask('What should change? ')).trim();
    if (comment === '') continue;
    await client.call('rejectGate', { params: { id: gate.id }, body: { hash: gate.documentHash, comment } });
    return true;
  }
}

/** Whether somebody is there to be asked. */
export function canAsk(world: World): boolean {
  return world.out.isTerminal && world.input.isTerminal;
}

/** When a command that hosts the ticket itself leaves it: its console would go with it, and the person who paused it there. */
export const leavesHere = (world: World): Attention['leaves'] =>
  canAsk(world) ? 'waiting-unless-paused' : 'waiting';
