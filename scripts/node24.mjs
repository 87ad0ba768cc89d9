// Loaded before every script (`node --import`). Plain JavaScript: an old Node must be able to read it.
const major = Number(process.versions.node.split('.')[0])
if (major !== 24) {
  process.stderr.write(
    `Sluice's scripts run on Node 24, and this is ${process.version} (${process.execPath}).\n` +
      'Start them with npm (`npm test`, `npm run build`): it finds the Node 24 that `npm ci` installed.\n' +
      'If npm says this, its install of the package `node` did not run: check `allowScripts` in package.json, then `npm ci`.\n',
  )
  process.exit(1)
}
