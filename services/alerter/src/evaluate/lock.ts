/** What makes sure that one process at a time decides about alerts: an evaluation, or a person who changes a rule. */

/** Key of the advisory lock that each such transaction takes first: `pg_advisory_xact_lock`. */
export const EVALUATION_LOCK = 7_266_110
