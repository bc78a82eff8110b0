import { describe, expect, it } from 'vitest';
import { Lines } from '../connection/control-plane.fixture.js';
import { UploadReport } from './upload-report.js';

describe('UploadReport', () => {
  it('tells once of an outage, whatever each try says, and once that it is over', () => {
    const lines = new Lines();
    const report = new UploadReport(lines);
    for (let time = 0; time < 10; time += 1) report.failed(new Error(`no answer, try ${time}`));
    report.ended();
    report.ended();
    report.failed(new Error('no answer again'));
    expect(lines.messages).toEqual([
      'the contracts are not stored yet',
      'the contracts are stored',
      'the contracts are not stored yet',
    ]);
  });

  it('tells of a contract again when it is refused for another reason', () => {
    const lines = new Lines();
    const report = new UploadReport(lines);
    for (const reason of ['too long', 'too long', 'no such service']) report.refused('catalog', new Error(reason));
    report.stored('catalog');
    report.refused('catalog', new Error('too long'));
    expect(lines.all.map(({ fields }) => fields?.['reason'])).toEqual(['too long', 'no such service', 'too long']);
  });
});
