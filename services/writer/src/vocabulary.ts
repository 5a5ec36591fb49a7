/** The words that stand in log lines, each once: how a part of a word leads to blocks. */
import type { Pool } from '@miniobserv/db'
import type { Block } from './log-blocks.ts'

export interface Vocabulary {
  /** To be done before the blocks are stored: a word that is there without a block harms nobody. */
  learn(db: Pool, blocks: readonly Block[]): Promise<void>
}

/** Remembers what is in the table; forgets all of it when that is too much. Sorted, so that two writers never deadlock. */
export function vocabulary(most = 500_000): Vocabulary {
  const known = new Set<string>()

  return {
    async learn(db, blocks) {
      const news = new Set<string>()
      for (const { words } of blocks) for (const word of words) if (!known.has(word)) news.add(word)
      if (news.size === 0) return
      const words = [...news].sort()
      await db.query('insert into log_words select unnest($1::text[]) on conflict do nothing', [words])
      if (known.size + words.length > most) known.clear()
      for (const word of words) known.add(word)
    }
  }
}
