import { describe, expect, test } from 'vitest';
import { ansibleScanner } from '../../scanners/ansible/index.ts';
import { circleciScanner } from '../../scanners/circleci/index.ts';
import { composeScanner } from '../../scanners/compose/index.ts';
import { helmScanner } from '../../scanners/helm/index.ts';
import { jenkinsScanner } from '../../scanners/jenkins/index.ts';
import { systemdScanner } from '../../scanners/systemd/index.ts';
import type { Scanner } from '../../src/scan/scanner.ts';
import { scanBytes } from './scan-bytes.ts';

/** Made here, so that no file has it. */
const KEY = ['kv7', 'Qp2', 'Zr9', 'Lm4', 'Ws8'].join('');

describe('keys that are written out become fingerprints', () => {
  test.each<[string, Scanner, string, string, string[]]>([
    [
      'in the environment of a Compose service',
      composeScanner,
      'compose.yaml',
      `services:\n  a:\n    environment:\n      API_TOKEN: ${KEY}\n      REGION: ${KEY}\n      DB_PASSWORD: $\{DB_PASSWORD:-${KEY}}\n  b:\n    environment: ["DB_URL=postgres://u:${KEY}@h/d", "TOKEN"]\n    build: {args: {NPM_TOKEN: ${KEY}}}\n`,
      ['a#API_TOKEN it', 'a#DB_PASSWORD it', 'b#DB_URL it', 'b#NPM_TOKEN it'],
    ],
    [
      'in a unit of systemd',
      systemdScanner,
      'a.service',
      `[Service]\nEnvironment="API_TOKEN=${KEY}" REGION=${KEY}\nSetCredential=db:${KEY}\nExecStart=/a --password=${KEY} --name=${KEY}\n`,
      ['a.service#API_TOKEN it', 'a.service#db_secret it', 'a.service#password it'],
    ],
    [
      'that a unit takes back',
      systemdScanner,
      'a.service',
      `[Service]\nEnvironment=API_TOKEN=${KEY}\nEnvironment=\n`,
      [],
    ],
    [
      'in clear in the home of Jenkins',
      jenkinsScanner,
      'credentials.xml',
      `<com.cloudbees.plugins.credentials.SystemCredentialsProvider><domainCredentialsMap><entry><java.util.concurrent.CopyOnWriteArrayList><x.StringCredentialsImpl><id>t</id><secret>${KEY}</secret></x.StringCredentialsImpl></java.util.concurrent.CopyOnWriteArrayList></entry></domainCredentialsMap></com.cloudbees.plugins.credentials.SystemCredentialsProvider>`,
      ['local#t it'],
    ],
    [
      'in a folder of Jenkins',
      jenkinsScanner,
      'jobs/team/config.xml',
      `<com.cloudbees.hudson.plugins.folder.Folder><properties><x><domainCredentialsMap><entry><java.util.concurrent.CopyOnWriteArrayList><x.StringCredentialsImpl><id>t</id><secret>${KEY}</secret></x.StringCredentialsImpl></java.util.concurrent.CopyOnWriteArrayList></entry></domainCredentialsMap></x></properties></com.cloudbees.hudson.plugins.folder.Folder>`,
      ['team#t it'],
    ],
    [
      'that start a job of Jenkins',
      jenkinsScanner,
      'jobs/a/config.xml',
      `<flow-definition><authToken>${KEY}</authToken></flow-definition>`,
      ['a#authToken it'],
    ],
    [
      'in a pipeline of CircleCI',
      circleciScanner,
      '.circleci/config.yml',
      `version: 2.1\njobs:\n  a:\n    environment: {API_TOKEN: ${KEY}}\n    docker: [{image: x, auth: {username: u, password: ${KEY}}}]\n    steps: [{run: {command: x, environment: {NPM_TOKEN: ${KEY}}}}]\n`,
      ['config.yml#a.API_TOKEN it', 'config.yml#a.NPM_TOKEN it', 'config.yml#a.password it'],
    ],
    [
      'in variables of Ansible',
      ansibleScanner,
      'group_vars/all.yml',
      `ansible_password: ${KEY}\ndb_password: ${KEY}\nregion: ${KEY}\nnested: {api_token: ${KEY}}\n`,
      ['all.yml#ansible_password it', 'all.yml#db_password it', 'all.yml#nested.api_token it'],
    ],
    [
      'in an inventory of Ansible',
      ansibleScanner,
      'hosts.ini',
      `[web]\na.example ansible_user=deploy ansible_password=${KEY}\n[web:vars]\nansible_become_pass='${KEY}'\n`,
      ['deploy#ansible_password it', 'hosts.ini#web.ansible_become_pass it'],
    ],
    [
      'in values of Helm',
      helmScanner,
      'chart/values.yaml',
      `serviceAccount: {create: true}\nauth: {password: ${KEY}}\nname: ${KEY}\nenv: [{name: API_TOKEN, value: ${KEY}}]\n`,
      ['values.yaml#auth.password it', 'values.yaml#env.API_TOKEN it'],
    ],
  ])('%s', async (_, scanner, path, content, expected) => {
    const { facts, problems } = await scanBytes(scanner, path, content, {
      fingerprint: (value) => (value === KEY ? 'it' : 'something else'),
    });
    expect(problems).toEqual([]);
    expect(JSON.stringify(facts)).not.toContain(KEY);
    const found = facts.flatMap(({ kind, body }) =>
      kind === 'credential'
        ? [`${body.nativeId.replace(/^.*[/#](?=[^/#]*#)/, '')} ${body.attributes?.fingerprint}`]
        : [],
    );
    expect(found.sort()).toEqual(expected);
  });
});
