#!/usr/bin/env node
// The command `nodrift`: runs cli/cli.ts as it stands, without a build step. Started by `npx nodrift`.

process.env.TZ = 'UTC';
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./cli.ts');
await main();
