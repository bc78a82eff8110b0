import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createProcessProbe } from './process-probe.js';

describe('createProcessProbe', () => {
  const probe = createProcessProbe();
  const me = probe.self();

  it('knows this process, and takes no later one of its number for it', () => {
    expect(me.pid).toBe(process.pid);
    expect(probe.stateOf(me)).toBe('alive');
    if (process.platform === 'linux') expect(probe.stateOf({ ...me, started: '1' })).toBe('dead');
  });

  it('says nothing of processes elsewhere', () => {
    expect(probe.stateOf({ ...me, host: 'other' })).toBe('unknown');
    expect(probe.stateOf({ ...me, boot: 'other' })).toBe('unknown');
    expect(probe.stateOf({ ...me, space: 'pid:[1]' })).toBe('unknown');
  });

  it('knows by signal where start times cannot be read', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const owner = { ...me, pid: child.pid!, started: '' };
    expect(probe.stateOf(owner)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(probe.stateOf(owner)).toBe('dead');
    expect(probe.stateOf({ ...me, pid: child.pid! })).toBe('dead');
  });
});
