import { CurrentPrincipal, Roles, type Principal } from '@ts-chassis/auth';
import { Field, Returns, Schema } from '@ts-chassis/core';
import { Body, Delete, Get, Post } from '@ts-chassis/rest';

class Note {
  @Field({ maxLength: 1000 }) text!: string;
  @Field({ optional: true }) by?: string;
}

@Schema({ id: 'notes', path: '/notes' })
export class Notes {
  #notes: Note[] = [];

  /** For everybody who is known. */
  @Get()
  @Returns([Note])
  async list(): Promise<Note[]> {
    return this.#notes;
  }

  @Post()
  @Returns(Note)
  async add(@Body() { text }: Note, @CurrentPrincipal() who?: Principal): Promise<Note> {
    const note = { text, by: who!.name };
    this.#notes.push(note);
    return note;
  }

  @Roles('editor')
  @Delete()
  @Returns()
  async clear(): Promise<void> {
    this.#notes = [];
  }
}
