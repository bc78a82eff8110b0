import { Schema, type Reply } from '@ts-chassis/core';
import { fileReply, Get, Param, Produces, redirectTo } from '@ts-chassis/rest';

/** Files that a method decides on. */
@Schema({ id: 'documents', path: '/documents' })
export class Documents {
  /** The name comes from outside: nothing beyond the folder is found. */
  @Get('/:name')
  @Produces('*/*')
  async show(@Param('name', { maxLength: 100 }) name: string): Promise<Reply> {
    return fileReply(name, { root: 'documents' });
  }

  @Get('/:name/download')
  @Produces('*/*')
  async download(@Param('name', { maxLength: 100 }) name: string): Promise<Reply> {
    return fileReply(name, { root: 'documents', download: name });
  }

  @Get('/terms')
  terms(): Reply {
    return redirectTo('/documents/terms.txt', 301);
  }
}
