import { protocolOf, type Next, type Operation, type PlanContext, type PlannedHandler } from '@ts-chassis/core';
import type { ServiceIdentity } from '@ts-chassis/core';
import { METRICS_SCHEMA } from '../endpoint/metrics-schema.js';
import { CallRecorders, type CallRecorder } from './call-recorder.js';
import { ClientCalls } from './client-calls.js';
import { GoChassisCalls, goChassisLabels, type GoChassisInstruments } from './go-chassis-calls.js';
import { methodLabel } from './http-method.js';
import { HttpServerCalls } from './http-server-calls.js';
import type { Instruments } from './instruments.js';
import { measured } from './measured.js';
import { RpcCalls, rpcMethodOf } from './rpc-calls.js';

/** What a {@link MonitoringHandler} records in; a set of instruments is left out when its names are not asked for. */
export interface MonitoringOptions {
  readonly instruments: Instruments | undefined;
  readonly goChassis: GoChassisInstruments | undefined;
  readonly identity: ServiceIdentity;
  /** Which of its instances this is. */
  readonly instance: string;
  /** `http` or `https`. */
  schemeOf(listener: string): string;
}

/** The link `monitoring` of both sides: how many calls, how long, and how they ended. Labels hold what is declared, nothing a request says. */
export class MonitoringHandler implements PlannedHandler {
  constructor(private readonly options: MonitoringOptions) {}

  plan(context: PlanContext, next: Next): Next {
    // whoever scrapes measures that itself
    if (context.operation.schema.id === METRICS_SCHEMA) return next;
    const recorders = context.side === 'consumer' ? this.#clientRecorders(context) : this.#serverRecorders(context);
    const [first] = recorders;
    if (!first) return next;
    return measured(next, context.clock, recorders.length === 1 ? first : new CallRecorders(recorders));
  }

  #clientRecorders({ operation, service }: PlanContext): readonly CallRecorder[] {
    const { instruments } = this.options;
    return instruments ? [new ClientCalls(instruments, operation, service)] : [];
  }

  #serverRecorders({ operation, listener = '' }: PlanContext): readonly CallRecorder[] {
    const { instruments, goChassis, identity, instance, schemeOf } = this.options;
    const protocol = listener === 'local' ? 'in-process' : protocolOf(listener);
    const isHttp = protocol === 'rest';
    const called = { instance, ...(isHttp ? httpCall(operation) : rpcCall(operation)) };
    return [
      ...(instruments && isHttp ? [httpCalls(instruments, operation, schemeOf(listener))] : []),
      ...(instruments && !isHttp ? [rpcCalls(instruments, operation, protocol)] : []),
      ...(goChassis ? [new GoChassisCalls(goChassis, goChassisLabels(identity, called))] : []),
    ];
  }
}

function httpCalls(instruments: Instruments, { http }: Operation, scheme: string): CallRecorder {
  return new HttpServerCalls(instruments, {
    method: methodLabel(http?.method ?? ''),
    route: http?.path ?? 'unmatched',
    scheme,
  });
}

function rpcCalls(instruments: Instruments, operation: Operation, protocol: string): CallRecorder {
  const labels = { rpc_system_name: protocol, rpc_method: rpcCall(operation).api };
  return new RpcCalls('server', (status, errorType) =>
    instruments.rpcServer.bind({ ...labels, rpc_response_status_code: status, error_type: errorType }),
  );
}

function httpCall({ http }: Operation): { api: string; method: string } {
  return { api: http?.path ?? 'default', method: http ? methodLabel(http.method) : '' };
}

function rpcCall(operation: Operation): { api: string; method: string } {
  const isUnmatched = operation.schema.operations.length === 0;
  return isUnmatched ? { api: '_OTHER', method: '_OTHER' } : { api: rpcMethodOf(operation), method: operation.name };
}
