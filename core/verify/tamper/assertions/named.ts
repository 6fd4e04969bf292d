/** Assertions by the name of a method, as the xUnit family writes them: `assertEquals(a, b)`, `assert.strictEqual(a, b)`, `self.assertIn(a, b)`, `require.Equal(t, a, b)`. */
import type { Code } from '../lex/token.ts';
import { equal, inAnyOrder, type Judged, judgeCondition, judged, namedNumber } from '../source/condition.ts';
import { durationOf } from '../source/duration.ts';
import { canonical, numberOf, type Span, strength } from '../source/source.ts';

const equals =
  /^(equal|equals|eq|strict_?equal|deep_?equal|deep_?strict_?equal|equal_?values|same|is|json_?eq|yaml_?eq|exactly|strict_?same|array_?equals|iterable_?equals|lines_?match|same_?as|list_?equal|dict_?equal|set_?equal|tuple_?equal|sequence_?equal|multi_?line_?equal|array_?equal|frame_?equal|series_?equal)f?$/;
/** In any order. */
const orderless = /^(count_?equal|items_?equal|elements_?match|same_?members)f?$/;
const nears =
  /^(delta|near|nearly|approx|close|in_?delta|in_?epsilon|almost_?equals?|allclose|approx_?eq|relative_?eq|abs_?diff_?eq|ulps_?eq|float_eq|close_?to|within_?duration|array_?almost_?equal)f?$/;
const emptiness = /^(nil|null|none|is_?none|is_?null|empty|zero|undefined)f?$/;
const parts =
  /^(contains|in|not_?in|not_?contains|match|matches|regex|regexp|not_?regex|instance_?of|is_?instance|is_?type|type|implements|len|count_?of|subset|matches_pattern|that|not_?match)f?$/;
/** These name what is looked at first. */
const ofFirst = /^(len|count_?of|instance_?of|is_?instance|is_?type|type|subset|lengthof)f?$/;
const orders =
  /^(greater|greater_?equal|less|less_?equal|greater_?or_?equal|less_?or_?equal|lt|le|gt|ge|positive|negative)f?$/;
const errors =
  /^(throws|raises|rejects|raises_?regex|throws_?exactly|error_?is|error_?as|error_?contains|equal_?error|panics|panics_?with_?value|warns)f?$/;
const positive = /^(true|ok|true_|truthy)f?$/;
const negative = /^(false|not|falsy)f?$/;

/** What a named assertion asks for; `args` without what only carries a message or a `*testing.T`. */
export function judgeNamed(code: Code, name: string, args: readonly Span[]): Judged | undefined {
  const word = name.replace(/^_/, '').toLowerCase();
  const texts = args.map(({ from, to }) => canonical(code, from, to));
  const [first, second] = args;
  const [left = '', right = ''] = texts;
  if (positive.test(word) && first) return judgeCondition(code, first);
  if (negative.test(word) && first) return judgeCondition(code, first, true);
  if (equals.test(word)) return judgeEquals(code, args, texts);
  if (orderless.test(word)) return inAnyOrder(judgeEquals(code, args, texts));
  if (nears.test(word)) return { ...equal(left, right), ...near(code, word, args) };
  if (emptiness.test(word)) return judged('equal', strength.exact, left, 'null');
  if (errors.test(word)) return judgeError(left, right);
  if (word === 'iferror') return judged('error', strength.some, left, '');
  // So many elements, as where the length is compared.
  if (/^(len|count_?of|lengthof)f?$/.test(word)) return judged('part', strength.close, left, right);
  if (ofFirst.test(word)) return judged('part', strength.part, left, right);
  if (parts.test(word)) return judged('part', strength.part, right, left);
  if (orders.test(word)) return judgeOrder(code, word, [first, second], texts);
  return judged('truth', strength.some, left, right);
}

/** JUnit 4 puts the message first, JUnit 5 last; a number in the third place is how far off the result may be. */
function judgeEquals(code: Code, args: readonly Span[], texts: readonly string[]): Judged {
  const messageFirst =
    args.length > 2 && texts[0]?.startsWith('"') && (args.length > 3 || !texts[2]?.startsWith('"'));
  const [left, right, third] = messageFirst ? [1, 2, 3] : [0, 1, 2];
  const both = equal(texts[left] ?? '', texts[right] ?? '');
  const delta = numberOf(code, args[third]);
  return delta === undefined || messageFirst
    ? both
    : { ...both, form: 'near', strength: strength.close, tolerance: delta };
}

/** Decimal places as a distance, so that a larger number is always laxer. */
export function placesAsTolerance(places: number): number {
  return 0.5 * 10 ** -places;
}

function near(
  code: Code,
  word: string,
  args: readonly Span[],
): Pick<Judged, 'form' | 'strength' | 'tolerance'> {
  const like = { form: 'near', strength: strength.close } as const;
  const last = args.at(-1);
  const whole = args[0] && last ? { from: args[0].from, to: last.to } : undefined;
  const named = whole && namedNumber(code, whole);
  if (named !== undefined) return { ...like, tolerance: named };
  const third = numberOf(code, args[2]);
  const places = third ?? placesIn(code, args);
  if (places !== undefined && word.startsWith('almost'))
    return { ...like, tolerance: placesAsTolerance(places) };
  return third === undefined ? like : { ...like, tolerance: third };
}

/** `places=5`. */
function placesIn(code: Code, args: readonly Span[]): number | undefined {
  const named = args.find(({ from }) => /^(places|decimal)$/.test(code.tokens[from]?.text ?? ''));
  return named && numberOf(code, { from: named.from + 2, to: named.to });
}

const anyError = /^(\(?(Exception|BaseException|Throwable|RuntimeException|Error)(\.class|\.self)?\)?,?)+$/;

/** A pattern that any text fits, and an object of no fields. */
const anyText = /^\{\}$|^(?:match=)?(?:"?\/\^?(?:\.[*+]?)?\$?\/\w*"?|"\^?(?:\.[*+]?)?\$?")$/;

const isAnyText = (text: string) => text !== '' && anyText.test(text);

/** An error of a kind, and more of its text: each says more than that there is some error. */
export function judgeError(given: string, text: string): Judged {
  const [kind, detail] = [isAnyText(given) ? '' : given, isAnyText(text) ? '' : text];
  const asked = kind !== '' && !anyError.test(kind);
  // `new RangeError("amount")` and `{ name, message }` tell its text as well.
  const told = detail !== '' || /^new \w+\(./.test(kind.replace('()', '')) || /^\{.*:.*,.*:/.test(kind);
  // Any of several kinds will do.
  if (/^\(\w[\w.]*,\w/.test(kind)) return judged('error', strength.part, 'error', `${kind},${detail}`);
  const plain = detail === '' ? strength.some : strength.close;
  const strong = asked ? (told ? strength.exact : strength.close) : plain;
  return judged('error', strong, 'error', `${kind},${detail}`);
}

function judgeOrder(
  code: Code,
  word: string,
  [first, second]: readonly (Span | undefined)[],
  texts: readonly string[],
): Judged {
  const upper = word.startsWith('l');
  const value = numberOf(code, second) ?? (second && durationOf(code, second));
  const order = judged('order', strength.part, texts[0] ?? '', texts[1] ?? '');
  if (value !== undefined) return { ...order, bound: { upper, value } };
  const reversed = numberOf(code, first) ?? (first && durationOf(code, first));
  return reversed === undefined ? order : { ...order, bound: { upper: !upper, value: reversed } };
}
