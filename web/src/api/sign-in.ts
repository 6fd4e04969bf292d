/** Signing in by OAuth code and PKCE, as far as it is a matter of addresses and texts. Pure. */

/** What a deployment tells the same build. */
export interface Config {
  readonly liveUrl: string;
  readonly signIn: { readonly url: string; readonly clientId: string };
}

/** Nobody has to sign in when `config` is null. */
export interface Session {
  readonly config: Config | null;
  readonly token: string | null;
}

/** Bytes as a URL takes them (RFC 4648, without padding). */
export const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** The challenge of a verifier (RFC 7636, S256). */
export async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

/** Where to sign in. */
export function signInAddress(
  { url, clientId }: Config['signIn'],
  home: string,
  proof: { readonly state: string; readonly challenge: string },
): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: home,
    scope: 'openid email profile',
    state: proof.state,
    code_challenge: proof.challenge,
    code_challenge_method: 'S256',
  });
  return `${url}/oauth2/authorize?${query}`;
}

/** On the page's own host, or where the deployment says, with the token: a browser's socket can carry no header. */
export function socketAddress(path: string, { config, token }: Session, own: string): string {
  if (config === null) return own + path;
  const query = new URLSearchParams(path.split('?')[1]);
  query.set('token', token ?? '');
  return `${config.liveUrl}?${query}`;
}
