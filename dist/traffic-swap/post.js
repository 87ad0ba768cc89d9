// Starts the same bundle as its post step.
process.argv.push('--post')
await import('./index.js')
