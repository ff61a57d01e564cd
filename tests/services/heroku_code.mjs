// Runs Heroku's own readers over texts: {"procfiles": […], "manifests": […]} on stdin, and on
// stdout for each what came out, or null where it was refused. The first argument is node_modules.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {createRequire} from 'node:module';

const modules = process.argv[2];
const client = path.join(modules, 'heroku', 'dist', 'lib', 'local');
const {loadProc} = await import(path.join(client, 'load-foreman-procfile.js'));
const {procs} = createRequire(import.meta.url)(path.join(client, 'foreman', 'procfile.cjs'));
const reader = path.join(modules, '@heroku', 'mcp-server', 'dist', 'utils', 'read-app-json.js');
const {readAppJson} = await import(reader);

const {procfiles, manifests} = JSON.parse(fs.readFileSync(0, 'utf8'));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'heroku-code-'));
const procfile = path.join(folder, 'Procfile');

const attempt = (read) => {
  try {
    return read();
  } catch {
    return null;
  }
};

const found = {local: [], named: [], manifests: []};
for (const text of procfiles) {
  fs.writeFileSync(procfile, text);
  found.local.push(attempt(() => loadProc(procfile)));
  found.named.push(attempt(() => procs(text)));
}
for (const text of manifests) {
  try {
    await readAppJson(folder, Buffer.from(text));
    found.manifests.push(null);
  } catch (error) {
    found.manifests.push(error.message);
  }
}
fs.rmSync(folder, {recursive: true});
process.stdout.write(JSON.stringify(found));
