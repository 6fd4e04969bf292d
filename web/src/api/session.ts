/**
 * Who is signed in. On one machine nobody signs in: its `config.json` is null. In an AWS account it names the sign-in
 * pages, and the console goes there and back by OAuth code with PKCE. The token stays in this tab, for an hour.
 */

import { base64url, type Config, challengeOf, type Session, signInAddress } from './sign-in.ts';

const open: Session = { config: null, token: null };
let session: Session = open;

/** The session of this page; the open one before `startSession`. */
export const currentSession = (): Session => session;

const keys = { token: 'omoi.token', until: 'omoi.until', verifier: 'omoi.verifier', state: 'omoi.state' };

/** 32 bytes: as many as the hash of the challenge has. */
const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const homeOf = (): string => `${location.origin}/`;

/** Reads the configuration and, where there is one, signs in. False when the page is on its way to the sign-in pages. */
export async function startSession(): Promise<boolean> {
  const config = await configured();
  if (config === null) return true;
  const token = kept() ?? (await returned(config));
  if (token === null) {
    await leave(config);
    return false;
  }
  session = { config, token };
  return true;
}

/** Null where nobody signs in, and where there is no such file or no answer: then the calls will say what is wrong. */
async function configured(): Promise<Config | null> {
  const answer = await fetch('/config.json', { cache: 'no-cache' }).catch((error: unknown) => {
    // `fetch` rejects with a TypeError exactly when there was no answer at all.
    if (error instanceof TypeError) return null;
    throw error;
  });
  const told = answer?.ok && /json/.test(answer.headers.get('content-type') ?? '');
  return told ? answer.json() : null;
}

function kept(): string | null {
  const until = Number(sessionStorage.getItem(keys.until) ?? 0);
  return Date.now() < until ? sessionStorage.getItem(keys.token) : null;
}

/** The token for the code in the address, when the sign-in pages sent us back and it was us who went there. */
async function returned({ signIn }: Config): Promise<string | null> {
  const query = new URLSearchParams(location.search);
  const code = query.get('code');
  const verifier = sessionStorage.getItem(keys.verifier);
  const [state = '', path = '/'] = (sessionStorage.getItem(keys.state) ?? '').split(' ');
  if (code === null || verifier === null || query.get('state') !== state) return null;
  const answer = await fetch(`${signIn.url}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: signIn.clientId,
      redirect_uri: homeOf(),
      code,
      code_verifier: verifier,
    }),
  });
  sessionStorage.removeItem(keys.verifier);
  history.replaceState(null, '', path);
  if (!answer.ok) return null;
  const { id_token, expires_in }: { id_token: string; expires_in: number } = await answer.json();
  sessionStorage.setItem(keys.token, id_token);
  // A minute early, so that no call is made with a token that ends on its way.
  sessionStorage.setItem(keys.until, String(Date.now() + (expires_in - 60) * 1000));
  return id_token;
}

/** Goes to the sign-in pages, and remembers what proves that it was us. */
async function leave(config: Config): Promise<void> {
  const verifier = random();
  const state = random();
  sessionStorage.setItem(keys.verifier, verifier);
  // On the way to the front page there is nothing to keep but what the sign-in pages sent.
  const search = location.pathname === '/' ? '' : location.search;
  sessionStorage.setItem(keys.state, `${state} ${location.pathname}${search}`);
  location.assign(signInAddress(config.signIn, homeOf(), { state, challenge: await challengeOf(verifier) }));
}

/** The API refused the token: it has ended. Signs in again, which takes no word while the person's session lasts. */
export function signInAgain(): void {
  if (session.config === null) return;
  sessionStorage.removeItem(keys.token);
  void leave(session.config);
}
