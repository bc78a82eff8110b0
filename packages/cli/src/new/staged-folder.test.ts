import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.js';
import { StagedFolder } from './staged-folder.js';

describe('StagedFolder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'chassis-staged-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const staged = (path: string): StagedFolder => {
    const folder = new StagedFolder(join(root, path));
    writeFileSync(join(folder.path, 'file'), 'text');
    return folder;
  };

  it('appears whole', () => {
    const folder = staged('a/b/demo');
    expect(existsSync(join(root, 'a/b/demo'))).toBe(false);
    folder.commit();
    expect(readdirSync(join(root, 'a/b'))).toEqual(['demo']);
    expect(readdirSync(join(root, 'a/b/demo'))).toEqual(['file']);
  });

  it('fills an empty folder, which stays the same one', () => {
    mkdirSync(join(root, 'demo'));
    staged('demo').commit();
    expect(readdirSync(root)).toEqual(['demo']);
    expect(readdirSync(join(root, 'demo'))).toEqual(['file']);
  });

  it('leaves nothing when it is given up, not even the folders made for it', () => {
    mkdirSync(join(root, 'a'));
    staged('a/b/c/demo').discard();
    expect(readdirSync(root, { recursive: true })).toEqual(['a']);
  });

  it('is refused where something is, which stays as it was', () => {
    mkdirSync(join(root, 'demo'));
    for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(root, 'demo', name), name);
    writeFileSync(join(root, 'file'), '');
    expect(() => new StagedFolder(join(root, 'demo'))).toThrow('not empty (a, b, c, ...); nothing was changed');
    expect(() => new StagedFolder(join(root, 'file'))).toThrow('is no folder');
    expect(readdirSync(root).sort()).toEqual(['demo', 'file']);
  });

  it('is refused below a file, and where a link leads nowhere', () => {
    writeFileSync(join(root, 'file'), '');
    symlinkSync(join(root, 'nowhere'), join(root, 'link'));
    for (const [path, why] of [
      ['file/demo', 'file is no folder; choose another --dir'],
      ['file/a/b/demo', 'file is no folder; choose another --dir'],
      ['link', 'link is a link to something that is not there; choose another name or --dir'],
      ['link/a/demo', 'link is a link to something that is not there; choose another --dir'],
      [`a/${'b'.repeat(300)}/demo`, 'cannot make the folder'],
      [`a/${'b'.repeat(300)}`, 'cannot make the folder'],
      [`a/${'b'.repeat(254)}`, 'cannot make the folder'],
    ] as const) {
      const make = (): StagedFolder => new StagedFolder(join(root, path));
      expect(make, path).toThrow(why);
      expect(make, path).toThrow(CommandError);
    }
    expect(readdirSync(root).sort()).toEqual(['file', 'link']);
  });

  it('fills the empty folder that a link leads to', () => {
    mkdirSync(join(root, 'real'));
    symlinkSync(join(root, 'real'), join(root, 'link'));
    staged('link').commit();
    expect(readdirSync(join(root, 'real'))).toEqual(['file']);
    expect(readdirSync(root).sort()).toEqual(['link', 'real']);
  });

  it('is refused at the end when somebody was faster', () => {
    const folder = staged('demo');
    mkdirSync(join(root, 'demo'));
    writeFileSync(join(root, 'demo/theirs'), '');
    expect(() => folder.commit()).toThrow('not empty (theirs)');
    folder.discard();
    expect(readdirSync(root)).toEqual(['demo']);
  });
});
