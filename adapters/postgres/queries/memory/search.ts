import type { ProjectId } from '#core/id.ts';
import type { Memory } from '#core/run/ports.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns, memoryRow, vectorText } from './rows.ts';

/** What is looked for, in words and as a vector of a named model. */
export interface MemoryQuery {
  readonly projectId: ProjectId;
  readonly text: string;
  readonly vector: readonly number[];
  readonly model: string;
  readonly limit: number;
}

/**
 * Hybrid search, best first: the 50 nearest by vector and the 50 best by words (any of them may match), each rank r
 * worth 1 / (60 + r). 60 is the constant of the paper on reciprocal rank fusion: it keeps a first place in one list
 * from outweighing good places in both. 50 is more than twice what is ever asked for.
 */
export async function searchMemories(sql: Sql, query: MemoryQuery): Promise<Memory[]> {
  const result = await sql.query(
    `with wanted as (
       select replace(plainto_tsquery('english', $2)::text, '&', '|')::tsquery as words
     ),
     near as (
       select id, row_number() over (order by embedding <=> $3::text::vector, id) as place
       from memories
       where project_id = $1 and model = $4
       order by place
       limit 50
     ),
     spoken as (
       select id, row_number() over (order by ts_rank(memories.words, wanted.words) desc, id) as place
       from memories, wanted
       where project_id = $1 and memories.words @@ wanted.words
       order by place
       limit 50
     ),
     fused as (
       select id, sum(1.0 / (60 + place)) as score
       from (select * from near union all select * from spoken) as ranked
       group by id
     )
     select ${columns.selected}
     from memories join fused using (id)
     order by fused.score desc, id
     limit $5`,
    [query.projectId, query.text, vectorText(query.vector), query.model, query.limit],
  );
  return all(memoryRow, result);
}
