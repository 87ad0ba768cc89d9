// Jest reporter: how many points were killed at, and whether all of them were promoted afterwards.
// Reads the titles: [who dies, `dies before` or `dies after`], and one test per exchange.

const MAIN = ['the process', 'the runner']

export default class KillCount {
  onRunComplete(_contexts, results) {
    const cases = results.testResults
      .flatMap((file) => file.testResults)
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ ancestorTitles: [who = '', moment = ''], ...rest }) => ({ who, moment, ...rest }))
      .filter(({ moment }) => moment.startsWith('dies '))
    const main = cases.filter(({ who }) => MAIN.includes(who))
    print('kill points', main)
    const post = Object.groupBy(
      cases.filter((one) => !main.includes(one)),
      ({ who }) => who,
    )
    for (const [who, some] of Object.entries(post)) print(`kill points of ${who}`, some)
    const seconds = (Date.now() - results.startTime) / 1000
    const rate = (cases.length / seconds).toFixed(2)
    console.log(`kill cases: ${cases.length} in ${seconds.toFixed(0)} s, ${rate} per second`)
  }
}

function print(what, cases) {
  const count = (of) => new Set(cases.map(of)).size
  const factors = [
    `${count(({ title }) => title)} exchanges`,
    `${count(({ moment }) => moment)} moments`,
    `${count(({ who }) => who)} kinds`,
  ]
  const bad = cases.filter(({ status }) => status === 'failed').length
  const ending = bad === 0 ? 'all promoted' : `${bad} NOT as wanted`
  console.log(
    cases.length === 0
      ? `${what}: none`
      : `${what}: ${factors.join(' x ')} = ${cases.length} cases, ${ending}`,
  )
}
