/** The address of a repository on GitHub or a GitHub Enterprise Server, in the ways that people write it. */

/** Whose repository, and its name. GitHub takes both in any case. */
export interface RepoAddress {
  readonly owner: string;
  readonly name: string;
}

/** Where github.com is; a GitHub Enterprise Server has another base URL. */
export const publicGitHub = 'https://github.com';

/** A login or an organisation: letters, digits and single dashes, 39 at most; managed users have an underscore. */
const owner = '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})';
const name = '[A-Za-z0-9._-]{1,100}';
const short = new RegExp(`^(${owner})/(${name}?)(?:\\.git)?$`);

/**
 * Reads `owner/name`, `https://host/owner/name(.git)`, `ssh://git@host/owner/name` and `git@host:owner/name` of the GitHub
 * at `baseUrl`. Null for whatever is no address there, such as a folder or another host.
 */
export function readAddress(text: string, baseUrl: string): RepoAddress | null {
  const host = baseUrl.replace(/^[a-z]+:\/\//i, '').replace(/\/+$/, '');
  const rest = text.trim().replace(/\/+$/, '');
  const [whole = '', scheme = ''] = /^(?:(https?|ssh|git):\/\/)?(?:[^@/\s]+@)?/i.exec(rest) ?? [];
  const path = rest.slice(whole.length);
  const here = [`${host}/`, `${host}:`].find((start) => path.toLowerCase().startsWith(start.toLowerCase()));
  if (here === undefined && (scheme !== '' || whole !== '')) return null;
  const [, who, what] = short.exec(here === undefined ? path : path.slice(here.length)) ?? [];
  if (who === undefined || what === undefined || /^\.{0,2}$/.test(what)) return null;
  return { owner: who, name: what };
}

/** `https://github.com/owner/name`: how a project names its repository, and what a person opens. */
export function addressUrl(baseUrl: string, { owner: who, name: what }: RepoAddress): string {
  return `${baseUrl.replace(/\/+$/, '')}/${who}/${what}`;
}
