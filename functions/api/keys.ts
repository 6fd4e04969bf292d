/** API keys: made, listed, revoked. The answer that holds a key is never stored, not even for a repetition. */
import { found } from './find.ts';
import type { Handlers } from './request.ts';

const dayMs = 86_400_000;

export const keyHandlers: Handlers<'listKeys' | 'createKey' | 'revokeKey'> = {
  async listKeys({ at }, { keys }) {
    return { items: await keys.list(at) };
  },

  async createKey({ body, actor, at }, { keys }) {
    const { name, role, days } = body;
    const expiresAt = new Date(Date.parse(at) + days * dayMs).toISOString();
    const { secret, key } = await keys.create({ name, role, createdBy: actor, createdAt: at, expiresAt });
    return { ...key, key: secret };
  },

  async revokeKey({ params, at }, { keys }) {
    return found(await keys.revoke(params.id ?? '', at), 'There is no such key.');
  },
};
