/** Telling a batch that can never be stored from a database that cannot store now. */

/**
 * Classes of SQLSTATE that speak of the data itself: data exception, integrity constraint violation, program limit
 * exceeded (https://www.postgresql.org/docs/current/errcodes-appendix.html). Everything else, a connection that broke,
 * a full disk, a missing table, is the database's own trouble and passes.
 */
const OWN = /^(22|23|54)/

/** A row that no partition takes has this code too; making the partition mends it. */
const CHECK_VIOLATION = '23514'

/** Whether the error is of the batches' own making, so that trying again changes nothing. */
export function isOfTheData(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && OWN.test(code) && !lacksPartition(error)
}

export function lacksPartition(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string }
  return code === CHECK_VIOLATION && message?.includes('no partition') === true
}
