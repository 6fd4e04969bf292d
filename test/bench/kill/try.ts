import { walk } from './point.ts';

const kill = JSON.parse(process.argv[3] ?? '{"what":"nothing"}');
console.log(JSON.stringify(await walk(process.argv[2] ?? '', kill), null, 1));
