import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IllegalTransition } from '#core/errors.ts';
import { decideTicket, evolveTicket, remaining, type TicketCommand } from '#core/ticket/decide.ts';
import { isOver, maxReason, Ticket } from '#core/ticket/ticket.ts';
import { digest, idOf, minute, sha, ticketRow } from '../rows.ts';

const at = minute(5);
const gateWait: TicketCommand = { type: 'wait', reason: 'gate' };

function after(ticket: Ticket, ...commands: TicketCommand[]): Ticket {
  return commands.reduce(
    (state, command) =>
      decideTicket(state, command).reduce((next, fact) => evolveTicket(next, fact, at), state),
    ticket,
  );
}

const commands: TicketCommand[] = [
  { type: 'mirrored', commit: sha('a'), bundle: 'base' },
  { type: 'enterPhase', phase: 'design' },
  gateWait,
  { type: 'wait', reason: 'question' },
  { type: 'wait', reason: 'budget' },
  { type: 'proceed' },
  { type: 'approve', kind: 'design', documentId: idOf('document'), hash: digest('a') },
  { type: 'setCeremony', ceremony: 'short' },
  { type: 'proveCommands', commands: { test: 'npm test' }, verified: true, nameless: false },
  { type: 'execute', token: 'token' },
  { type: 'finishExecution' },
  { type: 'advance', from: sha('a'), to: sha('b'), bundle: 'bundle' },
  { type: 'pause' },
  { type: 'resume' },
  { type: 'complete', branch: 'omoi/TKT-1' },
  { type: 'fail', reason: 'No.' },
  { type: 'cancel', reason: 'No.' },
];

test.each(['completed', 'failed', 'cancelled'] as const)('a %s ticket refuses every command', (status) => {
  const over = ticketRow({ status });
  const refused = commands.filter(({ type }) => !(type === 'cancel' && status === 'cancelled'));
  for (const command of refused) expect(() => decideTicket(over, command)).toThrow(IllegalTransition);
});

test('cancelling a cancelled ticket again is harmless', () => {
  expect(decideTicket(ticketRow({ status: 'cancelled' }), { type: 'cancel', reason: 'Again.' })).toEqual([]);
});

test('a refusal says which ticket, what was asked and why', () => {
  const over = ticketRow({ number: 7, status: 'completed' });
  expect(() => decideTicket(over, { type: 'pause' })).toThrow('TKT-7 cannot pause: it is completed');
});

test('waiting names its reason, and proceeding clears it', () => {
  const waiting = after(ticketRow(), gateWait);
  expect(waiting).toMatchObject({ status: 'waiting', waitingFor: 'gate' });
  expect(after(waiting, { type: 'proceed' })).toMatchObject({ status: 'running', waitingFor: null });
});

test('a wait for something else takes the place of the one before', () => {
  expect(after(ticketRow(), gateWait, { type: 'wait', reason: 'budget' }).waitingFor).toBe('budget');
});

test('a paused ticket waits for its resumption alone, whatever else comes', () => {
  const paused = after(ticketRow(), gateWait, { type: 'pause' });
  expect(paused).toMatchObject({ status: 'paused', waitingFor: null });
  expect(after(paused, gateWait)).toBe(paused);
  expect(after(paused, { type: 'proceed' })).toBe(paused);
  expect(after(paused, { type: 'resume' })).toMatchObject({ status: 'running', waitingFor: null });
});

test('resuming what is not paused is refused; pausing twice is harmless', () => {
  expect(() => decideTicket(ticketRow(), { type: 'resume' })).toThrow('it is not paused');
  expect(decideTicket(ticketRow({ status: 'paused' }), { type: 'pause' })).toEqual([]);
});

test('the base commit is fixed once', () => {
  const mirrored = after(ticketRow(), { type: 'mirrored', commit: sha('a'), bundle: 'base' });
  expect(mirrored).toMatchObject({ baseCommit: sha('a'), headCommit: sha('a'), baseBundle: 'base' });
  expect(decideTicket(mirrored, { type: 'mirrored', commit: sha('c'), bundle: 'other' })).toEqual([]);
});

test('the head moves only from where the merge was verified', () => {
  const ticket = ticketRow({ baseCommit: sha('a'), headCommit: sha('a') });
  const advance: TicketCommand = { type: 'advance', from: sha('a'), to: sha('b'), bundle: 'one' };
  const moved = after(ticket, advance);
  expect(moved).toMatchObject({ headCommit: sha('b'), branchBundle: 'one', baseCommit: sha('a') });
  expect(decideTicket(moved, advance)).toEqual([]);
  const late: TicketCommand = { type: 'advance', from: sha('a'), to: sha('c'), bundle: 'two' };
  expect(() => decideTicket(moved, late)).toThrow('its branch moved past');
  expect(() => decideTicket(ticketRow(), advance)).toThrow(IllegalTransition);
});

test('what is so already leads to no fact', () => {
  const approve: TicketCommand = {
    type: 'approve',
    kind: 'design',
    documentId: idOf('document'),
    hash: digest('a'),
  };
  const steps: TicketCommand[] = [
    approve,
    gateWait,
    { type: 'enterPhase', phase: 'design' },
    { type: 'setCeremony', ceremony: 'full' },
    { type: 'execute', token: 'token' },
  ];
  for (const command of steps) expect(decideTicket(after(ticketRow(), command), command)).toEqual([]);
  expect(decideTicket(ticketRow(), { type: 'finishExecution' })).toEqual([]);
  expect(decideTicket(ticketRow(), { type: 'proceed' })).toEqual([]);
});

test('a new approval of a kind takes the place of the old one and leaves other kinds alone', () => {
  const approve = (kind: 'design' | 'plan', digit: string): TicketCommand => ({
    type: 'approve',
    kind,
    documentId: idOf('document', 2),
    hash: digest(digit),
  });
  const ticket = after(ticketRow(), approve('plan', 'a'), approve('design', 'b'), approve('design', 'c'));
  expect(ticket.approved.plan?.hash).toBe(digest('a'));
  expect(ticket.approved.design?.hash).toBe(digest('c'));
});

test('a finished execution hands over the token that waits for it', () => {
  const ticket = after(ticketRow(), { type: 'execute', token: 'token' });
  expect(decideTicket(ticket, { type: 'finishExecution' })).toEqual([
    { type: 'ticket.execution_finished', token: 'token' },
  ]);
  expect(after(ticket, { type: 'finishExecution' }).executionToken).toBeNull();
});

test('a reason longer than the row holds is cut, so that the ticket can still be read', () => {
  const reason = 'x'.repeat(100_000);
  for (const type of ['fail', 'cancel'] as const) {
    const ticket = after(ticketRow(), { type, reason });
    expect(Ticket.parse(ticket).reason).toHaveLength(maxReason);
  }
});

test('after any commands the ticket is valid, and waits for something exactly while it is waiting', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...commands), { maxLength: 25 }), (asked) => {
      let ticket = ticketRow();
      for (const command of asked) {
        try {
          ticket = after(ticket, command);
        } catch (error) {
          if (!(error instanceof IllegalTransition)) throw error;
        }
        expect(Ticket.parse(ticket)).toEqual(ticket);
        expect(ticket.status === 'waiting').toBe(ticket.waitingFor !== null);
        if (isOver(ticket.status)) expect(ticket.waitingFor).toBeNull();
      }
    }),
  );
});

test('what remains of a budget is never negative', () => {
  expect(remaining({ limit: 10, spent: 3, reserved: 4 })).toBe(3);
  expect(remaining({ limit: 0, spent: 3, reserved: 4 })).toBe(0);
});

const hold = { why: 'Connect GitHub.', at, token: 'hold' };
const held = after(ticketRow(), { type: 'hold', hold });

test('what the forge refuses holds a ticket until it is released, and no other settled matter lets it go on', () => {
  expect(held).toMatchObject({ status: 'waiting', waitingFor: 'forge', hold });
  expect(decideTicket(held, { type: 'hold', hold })).toEqual([]);
  expect(decideTicket(held, { type: 'proceed' })).toEqual([]);
  const both = after(held, { type: 'wait', reason: 'gate' });
  expect(after(both, { type: 'proceed' })).toMatchObject({ status: 'waiting', waitingFor: 'forge', hold });
  expect(after(both, { type: 'release' })).toMatchObject({ waitingFor: 'gate', hold: null });
  expect(after(held, { type: 'release' })).toMatchObject({ status: 'running', hold: null });
});

test('what the forge refuses is tried again by a resumption, also of a paused ticket, and is over with the ticket', () => {
  expect(after(held, { type: 'resume' })).toMatchObject({ status: 'running', hold: null });
  const paused = after(held, { type: 'pause' });
  expect(paused).toMatchObject({ status: 'paused', hold });
  expect(after(paused, { type: 'resume' })).toMatchObject({ status: 'running', hold: null });
  expect(after(held, { type: 'cancel', reason: 'x' })).toMatchObject({ status: 'cancelled', hold: null });
});
