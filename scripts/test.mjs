// `npm test`: from a bare clone to one line, "N passed, N failed". Types, lint, unit and simulation, a real Apache Kafka beside ours,
// clients of others, then a real browser. `npm test -- unit` (or types, lint, oracle, clients, e2e) runs one part.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBrowser } from './lib/browser.mjs';
import { ensureKcat } from './lib/kcat.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { rightNode, root, thisNodeIsRight } from './lib/right-node.mjs';
import { step, toolEnvironment } from './lib/steps.mjs';

const reports = join(root, '.cache/test-reports');
const tally = { passed: 0, failed: 0 };
/** See e2e/oracle/main.ts. */
const exitNothingCompared = 3;

async function check(title, command, args, advice) {
  try {
    await step(title, command, args, { advice, env: toolEnvironment(rightNode()) });
    tally.passed += 1;
  } catch (error) {
    tally.failed += 1;
    process.stderr.write(`${error.message}\n`);
  }
}

/** Programs of others take part, with times of their own: a run that fails is shown, and a second one decides. */
async function stepWithOthers(title, command, args, options) {
  try {
    return await step(title, command, args, options);
  } catch (error) {
    if (error.code === exitNothingCompared) throw error;
    process.stderr.write(`${error.message}\n  ${title}: others' programs take part in it; a second run decides.\n`);
    return step(`${title}, again`, command, args, options);
  }
}

/** Runs a test runner that writes a JSON report, and adds what the report counts; a runner that died without one is a failure. */
async function suite(title, command, args, report, count, extra = {}, run = step) {
  rmSync(report, { force: true });
  let died = false;
  try {
    await run(title, command, args, { advice: 'the failing tests are named above.', env: toolEnvironment(rightNode(), extra), show: true });
  } catch (error) {
    died = true;
    process.stderr.write(`${error.message}\n`);
  }
  const counted = existsSync(report) ? count(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 1 };
  tally.passed += counted.passed;
  tally.failed += died && counted.failed === 0 ? 1 : counted.failed;
  if (counted.passed === 0 && counted.failed === 0) {
    process.stderr.write(`  ${title}: no test ran, which counts as a failure.\n`);
    tally.failed += 1;
  }
}

const parts = {
  async types() {
    for (const project of ['core', 'node', 'electron', 'renderer', 'e2e']) {
      await check(`Types: ${project}`, 'tsc', ['-p', `tsconfig.${project}.json`], 'the compiler names file and line above.');
    }
  },
  async lint() {
    await check('Lint', 'oxlint', ['--deny-warnings', '.'], 'oxlint names file and line above.');
  },
  async unit() {
    await ensureKcat();
    const report = join(reports, 'unit.json');
    await suite('Unit, property and simulation tests', 'vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], report, (json) => ({
      passed: json.numPassedTests,
      // A file that fails to load has no tests to count; pending ones would be skips, which are not allowed.
      failed: json.numFailedTests + json.numPendingTests + json.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length,
    }));
  },
  /** One test: that no answer differs from a real Kafka's without a listed reason. Where there is no Kafka, it is none. */
  async oracle() {
    try {
      await stepWithOthers('Oracle: a real Apache Kafka is asked the same', 'node', ['scripts/oracle.mjs'], { advice: 'the differences are named above.', env: toolEnvironment(rightNode()), show: true });
      tally.passed += 1;
    } catch (error) {
      if (error.code === exitNothingCompared) {
        process.stderr.write('  THE ORACLE WAS NOT RUN: it needs a JDK 17 or newer, and Maven to fetch Apache Kafka once. It counts neither as passed nor as failed.\n');
        return;
      }
      tally.failed += 1;
      process.stderr.write(`${error.message}\n`);
    }
  },
  /** Each capability of each client that installs here; what does not install is said, and is no failure. */
  async clients() {
    await ensureKcat();
    const report = join(reports, 'clients.json');
    await suite('Clients of others, what each can do', 'node', ['e2e/client-matrix/main.ts', '--report', report, '--page', join(reports, 'clients.md')], report, (json) => json, {}, stepWithOthers);
  },
  async e2e() {
    const report = join(reports, 'e2e.json');
    try {
      const browser = await ensureBrowser();
      await suite('End-to-end tests in Chromium', 'playwright', ['test', '--reporter=list,json'], report, (json) => ({
        passed: json.stats.expected,
        failed: json.stats.unexpected + json.stats.flaky + json.stats.skipped,
      }), { TERRARIUM_CHROMIUM: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: report });
    } catch (error) {
      tally.failed += 1;
      process.stderr.write(`${error.message}\n`);
    }
  },
};

try {
  await ensureInstalled();
} catch (error) {
  process.stderr.write(`${error.message}\n0 passed, 1 failed\n`);
  process.exit(1);
}
if (!thisNodeIsRight()) {
  const child = spawn(rightNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit', env: toolEnvironment(rightNode()) });
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !(name in parts));
  if (unknown.length > 0) {
    process.stderr.write(`npm test: no part is called ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}.\n`);
    process.exit(2);
  }
  mkdirSync(reports, { recursive: true });
  const run = wanted.length === 0 ? Object.keys(parts) : wanted;
  try {
    if (run.some((name) => name === 'unit' || name === 'oracle' || name === 'clients' || name === 'e2e')) await ensureBuilt('all');
    for (const name of run) await parts[name]();
  } catch (error) {
    tally.failed += 1;
    process.stderr.write(`${error.message}\n`);
  }
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
  process.exit(tally.failed === 0 ? 0 : 1);
}
