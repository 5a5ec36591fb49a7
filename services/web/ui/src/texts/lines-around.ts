/** What the panel of log lines beside a chart says. */

export const linesAround = {
  title: 'Log lines',
  around: (time: string) => `two minutes around ${time}`,
  none: 'This host said nothing in these minutes.',
  all: 'Open them in Logs',
  close: 'Close the log lines'
}
