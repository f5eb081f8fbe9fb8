// `npm start`: the app, from a bare clone. Everything that takes a while says so.
process.env.TERRARIUM_STARTED_AT ??= String(Date.now());
process.argv.splice(2, 0, 'open');
await import('../bin/terrarium.mjs');
