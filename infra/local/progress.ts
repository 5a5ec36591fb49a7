/** Tells a person what is being done: a live line on a terminal, plain lines elsewhere. */
import { styleText } from 'node:util'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const TITLE_WIDTH = 14

export interface Progress {
  /**
   * Does one step and shows how long it took. `work` may `note` what it is at; the string that it resolves with says
   * how it ended.
   */
  step(title: string, work: (note: (text: string) => void) => Promise<string>): Promise<void>
}

type Out = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>

export function createProgress(
  out: Out = process.stdout,
  now: () => number = () => performance.now()
): Progress {
  const style = (name: 'green' | 'red' | 'dim', text: string) => (out.isTTY ? styleText(name, text) : text)
  return {
    async step(title, work) {
      const start = now()
      const seconds = () => `${((now() - start) / 1000).toFixed(1)} s`
      const head = title.padEnd(TITLE_WIDTH)
      let at = ''
      let frame = 0
      const draw = () => {
        const line = ` ${FRAMES[frame++ % FRAMES.length]} ${head}${at}  ${seconds()}`
        out.write(`\r\x1b[2K${line.slice(0, (out.columns || 80) - 1)}`)
      }
      const note = (text: string) => {
        at = text
        if (!out.isTTY) out.write(` … ${head}${text}\n`)
      }
      const timer = out.isTTY ? setInterval(draw, 100) : undefined
      const finish = (mark: string, text: string) => {
        clearInterval(timer)
        out.write(`${out.isTTY ? '\r\x1b[2K' : ''} ${mark} ${head}${text}  ${style('dim', seconds())}\n`)
      }
      try {
        finish(style('green', '✔'), await work(note))
      } catch (error) {
        const { name } = error as Error
        if (name === 'AbortError' || name === 'Stopped') finish('-', 'not finished')
        else finish(style('red', '✘'), 'failed')
        throw error
      }
    }
  }
}
