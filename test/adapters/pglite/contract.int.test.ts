import { openTestStore } from '#test/support/store.ts';
import { storeContract } from '../postgres/contract.ts';

storeContract('the store on PGlite', () => openTestStore(), { memory: true });
