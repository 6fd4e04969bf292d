import { describe, expect, it } from 'vitest';
import { challengeOf, type Session, signInAddress, socketAddress } from '../../web/src/api/sign-in.ts';

const signIn = { url: 'https://omoios.auth.eu-west-1.amazoncognito.com', clientId: 'client' };

describe('signing in', () => {
  it('proves itself as RFC 7636 says', async () => {
    // The example of its appendix B.
    expect(await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
  });

  it('asks for a code, by S256, and comes back home', () => {
    const proof = { state: 'state', challenge: 'challenge' };
    const { host, searchParams } = new URL(signInAddress(signIn, 'https://console.example/', proof));
    expect(host).toBe('omoios.auth.eu-west-1.amazoncognito.com');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: 'https://console.example/',
      code_challenge: 'challenge',
      code_challenge_method: 'S256',
      state: 'state',
    });
  });

  it('is nobody’s business on one machine', () => {
    const nobody: Session = { config: null, token: null };
    expect(socketAddress('/v1/events/ws?after=3', nobody, 'ws://127.0.0.1:18000')).toBe(
      'ws://127.0.0.1:18000/v1/events/ws?after=3',
    );
  });

  it('is shown where live updates come from, with the cursor', () => {
    const config = { liveUrl: 'wss://live.example/live', signIn };
    const address = socketAddress('/v1/events/ws?after=3', { config, token: 'abc' }, 'wss://console.example');
    expect(address).toBe('wss://live.example/live?after=3&token=abc');
  });
});
