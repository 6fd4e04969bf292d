/** Where GitHub's API and its pages are; apart from the client, which not everybody who asks this should load. */

/** The REST API of github.com. */
export const publicApi = 'https://api.github.com';

/** The REST API of what people call GitHub: github.com, a company's `*.ghe.com`, or a GitHub Enterprise Server. */
export function apiUrlOf(webUrl: string): string {
  const base = webUrl.trim().replace(/\/+$/, '');
  if (/^https:\/\/(www\.|api\.)?github\.com$/i.test(base)) return publicApi;
  if (/\/api\/v3$/i.test(base) || /^https:\/\/api\..+\.ghe\.com$/i.test(base)) return base;
  return /\.ghe\.com$/i.test(base) ? base.replace(/^(https?:\/\/)/i, '$1api.') : `${base}/api/v3`;
}

/** Where people and git go: GitHub Enterprise Server has its API under `/api/v3` of the same host. */
export function webUrlOf(apiUrl: string): string {
  const base = apiUrl.replace(/\/+$/, '');
  if (/^https:\/\/api\.github\.com$/i.test(base)) return 'https://github.com';
  return base.replace(/\/api\/v3$/i, '').replace(/^(https?:\/\/)api\.(.+\.ghe\.com)$/i, '$1$2');
}
