/** The parts of the alerts page, in the order of their list: as in the URL, where the first has no name. */
import { texts } from '../../texts.ts'

export type SectionId = '' | 'rules' | 'silences' | 'history' | 'channels'

const { names } = texts.alerts

export const SECTIONS: readonly { id: SectionId; name: string }[] = [
  { id: '', name: names.now },
  { id: 'rules', name: names.rules },
  { id: 'silences', name: names.silences },
  { id: 'history', name: names.history },
  { id: 'channels', name: names.channels }
]
