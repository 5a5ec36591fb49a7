/** Says how far a move is: at every partition, and every few seconds within a large one. */

export interface MoveProgress {
  /** A partition of so many bytes is next. */
  begin(name: string, weight: number): void
  add(bytes: number): void
  end(rows: number | 'there already'): void
}

const TELL_EVERY = 5_000

/**
 * What a partition takes on the source's disk is its share of the whole; how many bytes of COPY that makes is learned on
 * the way.
 *
 * @param total bytes of all partitions  @param now ms, monotonic
 */
export function moveProgress(
  total: number,
  tell: (line: string) => void,
  now: () => number = () => performance.now()
): MoveProgress {
  const began = now()
  let finished = 0
  let copied = 0
  let copiedBefore = 0
  let told = began
  let current = { name: '', weight: 0 }

  function line(done: number, what: string): string {
    const seconds = (now() - began) / 1_000
    const share = total === 0 ? 1 : done / total
    const rate = `${(copied / 1024 ** 2 / Math.max(seconds, 0.001)).toFixed(0)} MiB/s`
    const left = share > 0 ? inWords((seconds / share) * (1 - share)) : '?'
    return `${(share * 100).toFixed(0).padStart(3)} %  ${what}  ${rate}, about ${left} left`
  }

  return {
    begin(name, weight) {
      current = { name, weight }
      copiedBefore = copied
    },
    add(bytes) {
      copied += bytes
      if (now() - told < TELL_EVERY) return
      told = now()
      const perWeight = finished > 0 ? copiedBefore / finished : 1
      const done = Math.min(current.weight, (copied - copiedBefore) / (perWeight || 1))
      tell(line(finished + done, `${current.name} …`))
    },
    end(rows) {
      finished += current.weight
      told = now()
      tell(line(finished, `${current.name}: ${typeof rows === 'number' ? `${rows} rows` : rows}`))
    }
  }
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`
}
