/** `npm run rules -- check FILE`: whether a rules file can be used, without a server. */
import { readFileSync } from 'node:fs'
import { parseRules, RulesFileError } from '@miniobserv/alerter/rules-file'

const HELP = `Rules of alerts as a file, for RULES_FILE.

  npm run rules -- check FILE    says what is wrong with it, with line and column; asks no server, so that names of
                                 metrics and hosts are not looked at`

const [command, file] = process.argv.slice(2)
if (command !== 'check' || !file) {
  console.log(HELP)
  process.exitCode = command === '--help' || command === '-h' ? 0 : 2
} else {
  try {
    console.log(`${file}: ${parseRules(readFileSync(file, 'utf8')).length} rules, nothing wrong.`)
  } catch (error) {
    if (error instanceof RulesFileError) {
      for (const { line, column, message } of error.problems)
        console.error(`${file}:${line}:${column}: ${message}`)
    } else console.error((error as Error).message)
    process.exitCode = 1
  }
}
