/** What charts say, on whichever page. */

export const charts = {
  cpu: 'CPU',
  memory: 'Memory',
  load: 'Load',
  disk: 'Disk usage',
  diskIo: 'Disk I/O',
  network: 'Network',
  legend: 'Values',
  cores: 'cores',
  loads: { one: '1 min', five: '5 min', fifteen: '15 min' },
  more: (count: number) => `and ${count} more`,
  table: 'Show as a table',
  chart: 'Show as a chart',
  time: 'Time',
  logs: 'Log lines around this time',
  crosshair: (title: string) => `${title}: move along with the arrow keys`,
  summary: {
    nothing: 'No data in this time.',
    text: (time: string, low: string, lowAt: string, high: string, highAt: string) =>
      `${time}: lowest ${low} (${lowAt}), highest ${high} (${highAt}).`
  }
}
