/** GitHub as the environment gives it to a host: a token, or an App's id and key. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { publicApi, webUrlOf } from '#adapters/github/urls.ts';
import { addressUrl, readAddress } from '#core/forge/address.ts';
import type { HostConfig } from '#local/config.ts';
import type { Env } from './env.ts';
import { BadUsage } from './exit.ts';

/** Undefined when nothing is set; without a credential the console can connect one. Throws `BadUsage` when half of an App is. */
export function gitHubOf(env: Env, cwd: string): HostConfig['github'] {
  const apiUrl = env.GITHUB_API_URL ?? publicApi;
  const webhookSecret = env.GITHUB_WEBHOOK_SECRET ?? null;
  const { GITHUB_APP_ID: id, GITHUB_APP_PRIVATE_KEY: key, GITHUB_TOKEN: token } = env;
  if (id !== undefined && key !== undefined) {
    const app = { kind: 'app', appId: Number(id), slug: env.GITHUB_APP_SLUG ?? 'omoios' } as const;
    return { apiUrl, credential: { ...app, privateKey: pem(key, cwd), webhookSecret } };
  }
  if (id !== undefined || key !== undefined)
    throw new BadUsage('Set both GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY, or neither.');
  if (token === undefined) return env.GITHUB_API_URL === undefined ? undefined : { apiUrl };
  return { apiUrl, credential: { kind: 'token', token, webhookSecret } };
}

function pem(key: string, cwd: string): string {
  // In a .env file line ends are written as two characters.
  if (key.includes('-----BEGIN')) return key.replaceAll('\\n', '\n');
  const path = resolve(cwd, key);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new BadUsage(`GITHUB_APP_PRIVATE_KEY is neither a PEM nor a file: ${path}.`);
  return readFileSync(path, 'utf8');
}

/** The address of a repository that is written as `owner/name` and is no folder; undefined for anything else. */
export function gitHubAddress(env: Env, cwd: string, text: string): string | undefined {
  if (!/^[\w-]+\/[\w.-]+$/.test(text) || statSync(resolve(cwd, text), { throwIfNoEntry: false }))
    return undefined;
  const webUrl = webUrlOf(env.GITHUB_API_URL ?? publicApi);
  const address = readAddress(text, webUrl);
  return address === null ? undefined : addressUrl(webUrl, address);
}
