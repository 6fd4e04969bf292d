/** The package ships no types; only what the tests call. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  const dynalite: (options: { readonly createTableMs?: number }) => Server;
  export default dynalite;
}
