/** Assertions of Java: JUnit's, AssertJ's and Hamcrest's `assertThat`, Mockito's `verify`, and the exception that a test expects. */
import type { Code } from '../lex/token.ts';
import { equal, inAnyOrder, type Judged, judgeCondition, judged, namedNumber } from '../source/condition.ts';
import {
  type Assertion,
  butFor,
  canonical,
  checksByName,
  numberOf,
  partsOf,
  type Span,
  strength,
} from '../source/source.ts';
import { judgeError, judgeNamed } from './named.ts';

/** All assertions of a file, in order. */
export function assertionsOfJava(code: Code): Assertion[] {
  const found: Assertion[] = [];
  code.tokens.forEach((token, at) => {
    if (token.kind !== 'word') return;
    const close = code.tokens[at + 1]?.text === '(' ? (code.partner[at + 1] ?? -1) : -1;
    if (
      token.text === 'expected' &&
      code.tokens[at + 1]?.text === '=' &&
      code.tokens[at - 2]?.text === 'Test'
    ) {
      const told = judgeError(canonical(code, at + 2, at + 4), '');
      found.push({ line: token.line, from: at, to: at + 4, ...told });
    }
    if (close < 0 || /^[{t]/.test(code.tokens[close + 1]?.text ?? '')) return;
    if (token.text === 'fail') found.push(...caughtAt(code, at));
    else found.push(...callAt(code, at, close));
  });
  const caught = new Set<string>();
  code.tokens.forEach(({ text }, at) => {
    const end = text === 'catch' ? (code.partner[at + 1] ?? -1) : -1;
    const from = code.tokens[at + 2]?.text === 'final' ? at + 3 : at + 2;
    const name = code.tokens[end - 1]?.text ?? '';
    if (end > from) caught.add(name).add(`${name} instanceof ${canonical(code, from, end - 2)}`);
  });
  return found.filter((one) => !saysNothing(code, one, caught));
}

/** `try { parse("x"); fail(); } catch (ParseException e) { … }`: an error of that kind is asked for, where it is caught. */
function caughtAt(code: Code, at: number): Assertion[] {
  let open = at - 1;
  while (open > 0 && code.tokens[open]?.text !== '{') {
    const partner = code.partner[open] ?? -1;
    open = (partner >= 0 && partner < open ? partner : open) - 1;
  }
  const head = code.tokens[open - 1]?.text === ')' ? (code.partner[open - 1] ?? 0) : open;
  const handler = (code.partner[open] ?? -1) + 1;
  if (code.tokens[head - 1]?.text !== 'try' || handler <= 0 || code.tokens[handler]?.text !== 'catch')
    return [];
  const to = code.partner[handler + 1] ?? handler;
  const from = code.tokens[handler + 2]?.text === 'final' ? handler + 3 : handler + 2;
  const kind = canonical(code, from, to - 2);
  const place = { line: code.tokens[at]?.line ?? 1, from: handler, to };
  return [{ ...place, ...judgeError(kind.includes('|') ? '' : `${kind}.class`, '') }];
}

/** What throws is no answer that anybody looks at: the last thing before `fail()`. And what was caught is there. */
function saysNothing(
  { tokens }: Code,
  { from, to, subject }: Assertion,
  caught: ReadonlySet<string>,
): boolean {
  if (caught.has(subject) && subject.includes(' instanceof ')) return true;
  const throws = tokens[to + 1]?.text === ';' && tokens[to + 2]?.text === 'fail';
  return throws || (tokens[from]?.text === 'assertNotNull' && caught.has(subject));
}

function callAt(code: Code, at: number, close: number): Assertion[] {
  const name = code.tokens[at]?.text ?? '';
  const args = partsOf(code, at + 1);
  const place = { line: code.tokens[at]?.line ?? 1, from: at, to: close };
  if (/^assertThat(ThrownBy|Exception\w*|\w+(Exception|Error))$/.test(name))
    return [thrownAt(code, place, args)];
  if (name === 'assertThat') return thatAt(code, place, args);
  if (name === 'verify') return [verifyAt(code, place, args)];
  if (name === 'then' && code.tokens[at - 1]?.text !== '.') return thenAt(code, place, args);
  if (name === 'check' && args.length === 1 && code.tokens[at - 1]?.text === '.') return ruleAt(code, place);
  if (name === 'assertAll') return [];
  if (/^assert(Throws|ThrowsExactly)$/.test(name))
    return [{ ...place, ...judgeError(textOf(code, args[0]), '') }];
  const member =
    code.tokens[at - 1]?.text === '.' &&
    !/^(Assert|Assertions|this|super)$/.test(code.tokens[at - 2]?.text ?? '');
  const known =
    /^assert(Equals|NotEquals|True|False|Null|NotNull|Same|NotSame|ArrayEquals|IterableEquals|LinesMatch|InstanceOf|DoesNotThrow)$/.test(
      name,
    );
  if (known) {
    const asked = name.slice('assert'.length);
    const told = judgeNamed(code, asked, withoutMessage(code, asked, args));
    return told ? [{ ...place, ...told }] : [];
  }
  // JUnit 4's rule `thrown.expectMessage(…)`: a part of the text.
  if (member && name === 'expectMessage')
    return [{ ...place, ...judged('part', strength.part, 'message', textOf(code, args[0])) }];
  // Spring's `….andExpect(status().isOk())`, and `….expectStatus()` of its client.
  const asked = member && /^(andExpect\w*|expect[A-Z]\w*)$/.test(name);
  if ((member && !asked) || !(asked || checksByName(name))) return [];
  return [{ ...place, ...judged('custom', strength.close, canonical(code, at + 1, close), name) }];
}

const ofOne = /^(True|False|Null|NotNull)$/;
const ofTwo = /^(Equals|NotEquals|Same|NotSame|ArrayEquals)$/;

/** JUnit 3 and 4 put the message first, JUnit 5 and TestNG last; what is asked for is the same. */
function withoutMessage(code: Code, asked: string, args: readonly Span[]): readonly Span[] {
  const size = ofOne.test(asked) ? 1 : ofTwo.test(asked) ? 2 : args.length;
  if (args.length <= size) return args;
  const side = sideOfMessage(code);
  if (side === 'last') return args.slice(0, numberOf(code, args[size]) === undefined ? size : size + 1);
  const [first = '', second = '', third = ''] = args.map((span) => textOf(code, span));
  const isText = (text: string) => /^"|\+"|"\+/.test(text);
  if (
    isText(first) ? args.length > 3 || !isText(size === 1 ? second : third) : isFirst(side, size, args.length)
  )
    return args.slice(1);
  // A value that is written down is what is expected, unless it is the result that may be so far off.
  const isOff = numberOf(code, args[2]) !== undefined || /^[A-Z_\d]+$|[dD]elta|[eE]ps|[tT]oler/.test(third);
  return args.length === 3 && /^\w+$/.test(first) && /^(-?\d|")/.test(second) && !isOff
    ? args.slice(1)
    : args;
}

/** Where JUnit 4 is known, whatever stands before the one thing that is asked is a message, be it in a variable or made by a call. */
const isFirst = (side: Side, size: number, all: number) => side === 'first' && size === 1 && all === 2;

type Side = 'first' | 'last' | 'unknown';
const sides = new WeakMap<Code, Side>();

/** Kept, as each assertion of a file asks. */
function sideOfMessage(code: Code): Side {
  const known = sides.get(code);
  if (known) return known;
  const says = (words: RegExp) => code.tokens.some(({ text }) => words.test(text));
  const side = says(/^(jupiter|testng)$/) ? 'last' : says(/^(junit|TestCase)$/) ? 'first' : 'unknown';
  sides.set(code, side);
  return side;
}

/** ArchUnit: `noClasses().should()….check(classes)`; of a rule that is frozen, what broke it already may go on to. */
function ruleAt(code: Code, place: Span & { line: number }): Assertion[] {
  if (!code.tokens.slice(0, 200).some(({ text }) => text === 'archunit')) return [];
  let from = place.from;
  while (from > place.from - 200 && from > 0 && !/^[;{}]$/.test(code.tokens[from - 1]?.text ?? ';'))
    from -= 1;
  const said = canonical(code, from, place.from - 2);
  const frozen = /\bfreeze\(/.test(said);
  const rule = said.replace(/^(\w+\.)?freeze\((.*)\)$/, '$2');
  const strong = frozen ? strength.close : strength.exact;
  return [{ ...place, ...judged('equal', strong, 'the rule', frozen ? `${rule}, frozen` : rule) }];
}

const textOf = (code: Code, span: Span | undefined) => (span ? canonical(code, span.from, span.to) : '');

/** `assertThatThrownBy(…).isInstanceOf(A.class).hasMessage("b")`, `assertThatExceptionOfType(A.class).isThrownBy(…).withMessage("b")`. */
function thrownAt(code: Code, place: Span & { line: number }, args: readonly Span[]): Assertion {
  const [first] = args;
  const name = code.tokens[place.from]?.text ?? '';
  let kind = name === 'assertThatExceptionOfType' ? textOf(code, first) : '';
  if (/(Exception|Error)$/.test(name) && name !== 'assertThatException')
    kind = name.slice('assertThat'.length);
  let [detail, to] = ['', place.to];
  while (code.tokens[to + 1]?.text === '.' && (code.partner[to + 3] ?? -1) > 0) {
    const link = code.tokens[to + 2]?.text ?? '';
    const given = partsOf(code, to + 3).map((part) => textOf(code, part));
    if (/InstanceOf/.test(link)) kind = given.join();
    else if (/Message|Cause|Extracting|satisfies|matches/i.test(link)) detail += given.join();
    to = code.partner[to + 3] ?? to;
  }
  return { ...place, to, ...judgeError(kind, detail) };
}

/** In the words of BDD: `then(mock).should(times(2)).send("a")` of Mockito, `then(result).isEqualTo(2)` of AssertJ. */
function thenAt(code: Code, place: Span & { line: number }, args: readonly Span[]): Assertion[] {
  const asked = code.tokens[place.to + 2]?.text ?? '';
  const [mock] = args;
  const to = code.partner[place.to + 3] ?? -1;
  if (code.tokens[place.to + 1]?.text !== '.' || to < 0 || mock === undefined) return [];
  if (asked === 'should') return [verifyAt(code, { ...place, to }, [mock, ...partsOf(code, place.to + 3)])];
  if (!/^shouldHave(NoMore|No|Zero)Interactions$/.test(asked)) return thatAt(code, place, args);
  const name = `verify${asked.slice('shouldHave'.length)}`;
  return [{ ...place, to, ...judged('custom', strength.close, `(${textOf(code, mock)})`, name) }];
}

/** `verify(mock, times(2)).send("a")`. */
function verifyAt(code: Code, place: Span & { line: number }, args: readonly Span[]): Assertion {
  const last = textOf(code, args.at(-1));
  if (/RequestedFor\(/.test(last)) return requestedAt(code, place, args, last);
  let to = place.to;
  if (code.tokens[to + 1]?.text === '.' && code.tokens[to + 3]?.text === '(') to = code.partner[to + 3] ?? to;
  const never = args[1] !== undefined && /^(never$|times\(0)/.test(textOf(code, args[1]).replace('()', ''));
  const given = to > place.to ? partsOf(code, place.to + 3) : [];
  const anything = given.filter((arg) => anyArgument.test(textOf(code, arg))).length;
  // Never at all says more than never with these arguments.
  const strong =
    anything === 0 || never ? strength.exact : anything < given.length ? strength.close : strength.part;
  // How often it is called at least leaves open how often it is called.
  const open = /^(Mockito\.)?at(Least|Most)/.test(textOf(code, args[1]));
  const called = to > place.to ? `.${code.tokens[place.to + 2]?.text}` : '';
  const call = canonical(code, place.to + 1, to);
  const told = judged(
    'equal',
    open ? strong - 1 : strong,
    textOf(code, args[0]) + called,
    open ? `${call}, or more` : call,
  );
  return { ...place, to, ...told };
}

/** WireMock: `verify(1, postRequestedFor(urlEqualTo("/push")))`; without a number once or more. */
function requestedAt(
  code: Code,
  place: Span & { line: number },
  args: readonly Span[],
  asked: string,
): Assertion {
  const counted = args.length > 1 && /^(\d+|exactly\(\d+\))$/.test(textOf(code, args[0]));
  const strong = /anyUrl\(|Matching\(/.test(asked) ? strength.close : strength.exact;
  const told = judged(
    'equal',
    counted ? strong : strong - 1,
    'requests',
    counted ? asked : `${asked}, or more`,
  );
  return { ...place, ...told };
}

const anyArgument = /^(ArgumentMatchers\.)?(any\w*|nullable|notNull|isNotNull)\(/;

/** Each link of the chain is an assertion of its own; with Hamcrest the second argument is the chain. */
function thatAt(code: Code, place: Span & { line: number }, args: readonly Span[]): Assertion[] {
  const [subject, matcher] = args;
  if (subject === undefined) return [];
  if (matcher !== undefined) return [{ ...place, ...judgeHamcrest(code, subject, args.at(-1) ?? matcher) }];
  const found: Assertion[] = [];
  let at = place.to + 1;
  const leftOut: string[] = [];
  while (code.tokens[at]?.text === '.' && code.tokens[at + 2]?.text === '(') {
    const close = code.partner[at + 2] ?? -1;
    if (close < 0) break;
    const link = code.tokens[at + 1]?.text ?? '';
    const told = judgeLink(code, subject, link, partsOf(code, at + 2));
    if (/^ignoring[A-Z]/.test(link)) leftOut.push(canonical(code, at + 1, close));
    const strong = told && leftOut.length > 0 ? Math.min(told.strength, strength.close) : told?.strength;
    if (told && strong !== undefined)
      found.push({
        line: code.tokens[at]?.line ?? place.line,
        from: place.from,
        to: close,
        ...told,
        strength: strong,
        expected: butFor(told.expected, leftOut),
      });
    at = close + 1;
  }
  return found;
}

const matchers =
  /^(is|equalTo|not|\w+Value|empty\w*|has[A-Z]\w*|contains\w*|greater\w+|less\w+|closeTo|\w+With|\w*[iI]nstance\w*|\w+Of|every\w*|in|array\w*)$/;

function judgeHamcrest(code: Code, subject: Span, outer: Span): Judged {
  const left = textOf(code, subject);
  let matcher = outer;
  // `is(…)` around another matcher says nothing itself.
  while (
    /^(is|describedAs)$/.test(code.tokens[matcher.from]?.text ?? '') &&
    matchers.test(code.tokens[matcher.from + 2]?.text ?? '') &&
    code.tokens[matcher.from + 3]?.text === '('
  )
    matcher = { from: matcher.from + 2, to: matcher.to - 1 };
  const right = textOf(code, { from: matcher.from + 2, to: matcher.to - 1 });
  if (
    /^(is|equalTo|contains|arrayContaining|sameInstance|empty)$/.test(code.tokens[matcher.from]?.text ?? '')
  )
    return equal(left, right);
  if (/^(containsInAnyOrder|arrayContainingInAnyOrder)$/.test(code.tokens[matcher.from]?.text ?? ''))
    return inAnyOrder(equal(left, right));
  if (code.tokens[matcher.from]?.text === 'hasSize') return judged('part', strength.close, left, right);
  if (/^(notNullValue|not|anything)$/.test(code.tokens[matcher.from]?.text ?? ''))
    return judged('truth', strength.some, left, right);
  return judged('part', strength.part, left, right);
}

const exactLinks =
  /^(isEqualTo|isSameAs|containsExactly|containsExactlyElementsOf|isEmpty|isNull|isZero|isEqualByComparingTo|isEqualToIgnoringCase|hasToString|hasValue|isEqualToComparingFieldByField)$/;
const closeLinks = /^(hasSize|containsOnly|hasMessage|isExactlyInstanceOf|containsEntry|hasSameSizeAs)$/;
const someLinks =
  /^(isNotNull|isNotEmpty|isNotBlank|isNotEqualTo|isPresent|isNotSameAs|exists|doesNotThrowAnyException)$/;
const anyLink = /^(is|has|contains|does|matches|starts|ends|satisfies|all|any|none)/;

function judgeLink(code: Code, subject: Span, name: string, args: readonly Span[]): Judged | undefined {
  const left = textOf(code, subject);
  const right = args.map((arg) => textOf(code, arg)).join();
  if (name === 'isTrue') return judgeCondition(code, subject);
  if (name === 'isFalse') return judgeCondition(code, subject, true);
  if (exactLinks.test(name)) return equal(left, right);
  if (/^containsExactlyInAnyOrder(ElementsOf)?$/.test(name)) return inAnyOrder(equal(left, right));
  if (closeLinks.test(name)) return judged('part', strength.close, left, right);
  if (someLinks.test(name)) return judged('truth', strength.some, left, right);
  if (name === 'isCloseTo') {
    const tolerance =
      args[1] && (namedNumber(code, args[1]) ?? numberOf(code, { from: args[1].to - 1, to: args[1].to - 1 }));
    return {
      ...judged('near', strength.close, left, right),
      ...(tolerance === undefined ? {} : { tolerance }),
    };
  }
  const order = /^is(Less|Greater)Than/.exec(name);
  const value = numberOf(code, args[0]);
  if (order && value !== undefined)
    return { ...judged('order', strength.part, left, right), bound: { upper: order[1] === 'Less', value } };
  return anyLink.test(name) ? judged('part', strength.part, left, right) : undefined;
}
