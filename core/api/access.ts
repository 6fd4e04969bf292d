/** Who may call what, by role: `viewer < approver < admin`. */

export type AccessRole = 'viewer' | 'approver' | 'admin';

/** Everybody who is known may read; what concerns a connection, a project or a ticket's budget is for admins. */
export function mayCall(role: AccessRole, method: string, path: string): boolean {
  if (role === 'admin' || method === 'GET' || method === 'HEAD') return true;
  return role === 'approver' && !/^\/v1\/(projects|github)(\/|$)|\/budget$/.test(path);
}
