import { z } from 'zod';

/** Who reads events. */
export const Consumer = z.enum(['workflow', 'sandbox', 'scheduler', 'queue', 'console', 'audit']);
export type Consumer = z.infer<typeof Consumer>;

/** An event's schema with who reads it. */
export const event = <S extends z.ZodType>(data: S, ...consumers: Consumer[]) => ({ data, consumers });
