/**
 * Markdown as React elements.
 *
 * The text comes from models and repositories and may be hostile. It is never turned into HTML: the tokens become
 * elements, so raw HTML in it is shown as the characters it is. Pictures are not loaded (they would tell a stranger who
 * reads what); links go only to the web or to mail.
 */
import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { createElement, Fragment, memo, type ReactNode } from 'react';
import { keptMarks } from './emphasis.ts';
import { Pre, Scroll } from './scroll.tsx';

interface Props {
  readonly text: string;
  /**
   * Whether sections that stand in `<details>` are folded: for texts that the platform puts together, where nobody else
   * can fold away what is to be read.
   * @default false
   */
  readonly folds?: boolean;
}

export const Markdown = memo(function Markdown({ text, folds = false }: Props) {
  const tokens = known(lexer(text));
  return <div className="markdown">{folds ? sections(tokens) : blocks(tokens)}</div>;
});

/** The lexer makes no other tokens: no extension is installed. */
const isKnown = (_: Token): _ is MarkedToken => true;

const known = (tokens: readonly Token[] | undefined): MarkedToken[] => (tokens ?? []).filter(isKnown);

/** Tokens have no name of their own: they are children by place, which is what the spread makes of them. */
function keyed(nodes: readonly ReactNode[]): ReactNode {
  return createElement(Fragment, null, ...nodes);
}

function blocks(tokens: readonly Token[] | undefined): ReactNode {
  return keyed(known(tokens).map(block));
}

/** The two lines of HTML that are understood, and only as a whole: the title is text, and nothing has attributes. */
const opening = /^<details><summary>([^<>]*)<\/summary>$/;
const closing = '</details>';

/** Blocks, with everything from an opening line to its closing one behind a title to press. */
function sections(tokens: readonly MarkedToken[]): ReactNode {
  const nodes: ReactNode[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const title = token.type === 'html' ? opening.exec(token.text.trim())?.[1] : undefined;
    const end = tokens.findIndex(
      (one, place) => place > at && one.type === 'html' && one.text.trim() === closing,
    );
    if (title === undefined || end < 0) {
      nodes.push(block(token));
      continue;
    }
    nodes.push(
      <details>
        <summary>{title}</summary>
        {blocks(tokens.slice(at + 1, end))}
      </details>,
    );
    at = end;
  }
  return keyed(nodes);
}

function block(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'heading':
      // The page has its own first heading; those of the text stand below it.
      return createElement(`h${Math.min(6, token.depth + 1)}`, null, inlines(token.tokens));
    case 'paragraph':
      return <p>{inlines(token.tokens)}</p>;
    case 'code':
      return (
        <Pre label="Code" className="code">
          <code>{token.text}</code>
        </Pre>
      );
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case 'list':
      return list(token);
    case 'table':
      return table(token);
    case 'hr':
      return <hr />;
    case 'html':
      return <p>{token.text}</p>;
    case 'space':
    case 'def':
      return null;
    default:
      return inline(token);
  }
}

function list({ ordered, start, items }: Tokens.List): ReactNode {
  const children = items.map((item) =>
    createElement('li', null, item.task ? (item.checked ? '☑ ' : '☐ ') : null, blocks(item.tokens)),
  );
  return ordered ? <ol start={start === '' ? 1 : start}>{keyed(children)}</ol> : <ul>{keyed(children)}</ul>;
}

function table({ header, rows, align }: Tokens.Table): ReactNode {
  const cell = (tag: 'th' | 'td') => (one: Tokens.TableCell, column: number) =>
    createElement(tag, { style: { textAlign: align[column] ?? 'left' } }, inlines(one.tokens));
  return (
    <Scroll label="Table">
      <table>
        <thead>
          <tr>{keyed(header.map(cell('th')))}</tr>
        </thead>
        <tbody>{keyed(rows.map((row) => createElement('tr', null, keyed(row.map(cell('td'))))))}</tbody>
      </table>
    </Scroll>
  );
}

function inlines(tokens: readonly Token[] | undefined): ReactNode {
  const all = known(tokens);
  return keyed(
    all.map((token, at) => {
      if (token.type !== 'strong' && token.type !== 'em') return inline(token);
      const marks = keptMarks(token, all[at - 1]?.raw ?? '', all[at + 1]?.raw ?? '');
      return marks === null ? inline(token) : keyed([marks, inlines(token.tokens), marks]);
    }),
  );
}

function inline(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong>{inlines(token.tokens)}</strong>;
    case 'em':
      return <em>{inlines(token.tokens)}</em>;
    case 'del':
      return <del>{inlines(token.tokens)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'checkbox':
      // The item has its box already.
      return null;
    case 'br':
      return <br />;
    case 'link':
      return link(token);
    case 'image':
      return <span className="muted">[picture: {token.text || token.href}]</span>;
    case 'text':
      return token.tokens === undefined ? token.text : inlines(token.tokens);
    default:
      return 'text' in token ? token.text : token.raw;
  }
}

function link({ href, tokens, text }: Tokens.Link): ReactNode {
  if (!/^(https?:|mailto:)/i.test(href)) return <span>{tokens.length === 0 ? text : inlines(tokens)}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {inlines(tokens)}
    </a>
  );
}
