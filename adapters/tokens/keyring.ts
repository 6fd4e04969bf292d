/**
 * Run tokens signed with a secret that rotates. The secret has a key a line, the newest first: the first signs, and all
 * of them verify, so that a sandbox which was started before a rotation can work to its end.
 */
import { createRunTokens, type RunTokens, TokenRefused } from './run-tokens.ts';

/** `read` is asked at each use; it is for the reader to keep what it read. */
export function createKeyring(read: () => Promise<string>): RunTokens {
  const ring = async () =>
    (await read())
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => createRunTokens(line.trim()));
  return {
    async sign(claims) {
      const [newest] = await ring();
      if (!newest) throw new TokenRefused('There is no key that signs run tokens.');
      return newest.sign(claims);
    },
    async verify(token, at) {
      const all = await ring();
      const tried = await Promise.allSettled(all.map((tokens) => tokens.verify(token, at)));
      const good = tried.find((one) => one.status === 'fulfilled');
      if (good) return good.value;
      throw new TokenRefused('The run token is not valid or has expired.');
    },
  };
}
