import { expect, test } from 'vitest';
import { decideGate, type GateCommand } from '#core/gate/gate.ts';
import { digest, gateRow, minute } from '../rows.ts';

const hash = gateRow().documentHash;
const approve = (by: string): GateCommand => ({ type: 'approve', by, hash, comment: null, ceremony: null });
const reject = (by: string, comment: string): GateCommand => ({ type: 'reject', by, hash, comment });
const at = minute(1);

test('an approval keeps who, when, the comment and a chosen ceremony', () => {
  const command: GateCommand = { type: 'approve', by: 'Ada', hash, comment: 'Good.', ceremony: 'short' };
  expect(decideGate(gateRow(), command, at)).toEqual({
    status: 'approved',
    by: 'Ada',
    at,
    comment: 'Good.',
    ceremony: 'short',
  });
});

test('a rejection keeps its comment', () => {
  const state = decideGate(gateRow(), reject('Ada', 'Names the wrong file.'), at);
  expect(state).toMatchObject({ status: 'rejected', by: 'Ada', comment: 'Names the wrong file.' });
});

test('a rejection without a word is refused', () => {
  expect(() => decideGate(gateRow(), reject('Ada', ' \n'), at)).toThrow('A rejection needs a comment');
});

test('the second decision is refused and names who came first', () => {
  const state = decideGate(gateRow(), approve('Ada'), at);
  const decided = gateRow({ state });
  expect(() => decideGate(decided, approve('Ada'), at)).toThrow('This gate was already approved by Ada.');
  expect(() => decideGate(decided, reject('Ben', 'No.'), at)).toThrow('already approved by Ada');
  expect(() => decideGate(decided, { type: 'expire' }, at)).toThrow('already approved');
  expect(() => decideGate(decided, { type: 'supersede' }, at)).toThrow('already approved');
});

test.each(['supersede', 'expire'] as const)('after %s nobody can decide', (type) => {
  const closed = gateRow({ state: decideGate(gateRow(), { type }, at) });
  expect(() => decideGate(closed, approve('Ada'), at)).toThrow(/already (superseded|expired)/);
});

test('a decision for another version is refused', () => {
  const stale: GateCommand = { type: 'approve', by: 'Ada', hash: digest('0'), comment: null, ceremony: null };
  expect(() => decideGate(gateRow(), stale, at)).toThrow('for another version');
});

test('a gate can be decided until the very instant that it expires', () => {
  const gate = gateRow({ expiresAt: minute(10) });
  expect(decideGate(gate, approve('Ada'), minute(9)).status).toBe('approved');
  expect(() => decideGate(gate, approve('Ada'), minute(10))).toThrow('expired');
  expect(() => decideGate(gate, reject('Ada', 'No.'), minute(11))).toThrow('expired');
});
