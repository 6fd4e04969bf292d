/** Who may call what, by role: `viewer < approver < admin`. */

export type AccessRole = 'viewer' | 'approver' | 'admin';

/** Keys are for admins alone; everybody else who is known may read. Connections, projects and budgets are for admins. */
export function mayCall(role: AccessRole, method: string, path: string): boolean {
  if (role === 'admin') return true;
  if (/^\/v1\/keys(\/|$)/.test(path)) return false;
  if (method === 'GET' || method === 'HEAD') return true;
  return role === 'approver' && !/^\/v1\/(projects|github)(\/|$)|\/budget$/.test(path);
}
