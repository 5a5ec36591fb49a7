import { expect, test } from 'vitest'
import { levelOf } from '../src/level.ts'

test.each([
  // JSON
  ['{"level":30,"time":1,"msg":"an ERROR in prose"}', 'info'],
  ['{"level":"warn","msg":"x"}', 'warn'],
  ['{"time":"t","severity":"ERROR","message":"x"}', 'error'],
  ['{"a":{"level":60},"level":20}', 'debug'],
  ['{"level":3,"short_message":"gelf"}', 'error'],
  ['{"log":{"level":"fatal"},"message":"ecs"}', 'fatal'],
  ['{"log.level":"info","message":"ecs"}', 'info'],
  ['{"level":50,"msg":"cut at the lim', 'error'],
  ['{"msg":"no level"}', undefined],
  ['{"level":{}}', undefined],
  // Words near the front
  ['2026-11-23T10:00:00Z ERROR failed after INFO', 'error'],
  ['2026-11-23 10:00:00,123 - app - WARNING - disk', 'warn'],
  ['[Mon Nov 23] [core:error] [pid 1] AH00126', 'error'],
  ['2026/11/23 10:00:00 [notice] 1#1: nginx', 'info'],
  ['2026/11/23 10:00:00 [crit] 1#1: SSL', 'fatal'],
  ['2026-11-23 10:00:00 UTC [7] LOG:  checkpoint', 'info'],
  ['2026-11-23 10:00:00 UTC [7] FATAL:  role', 'fatal'],
  ['error: something', 'error'],
  ['Nov 23 10:00:00 web sshd[12]: error: kex', 'error'],
  ['app[12]: warning: low', 'warn'],
  ['npm ERR! code', 'error'],
  ['time=2026 level=debug msg="an ERROR"', 'debug'],
  ['level="warning" msg=x', 'warn'],
  // Syslog and klog
  ['<3>kernel: oops', 'error'],
  ['<30>daemon', 'info'],
  ['<165>1 2026-11-23T10:00:00Z host app - - - x', 'info'],
  ['E1123 10:00:00.000000 1 main.go:1] x', 'error'],
  ['I1123 10:00:00.000000 1 main.go:1] ERROR', 'info'],
  // Prose
  ['GET /error/INFO.html 200', undefined],
  ['no errors were found', undefined],
  ['Nov 23 10:00:00 web CRON[1]: (root) CMD (run)', undefined],
  [`${'x'.repeat(200)} ERROR`, undefined],
  ['', undefined],
  ['{', undefined],
  ['{"level":', undefined]
])('%s', (line, level) => {
  expect(levelOf(line)).toBe(level)
})
