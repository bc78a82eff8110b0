package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
)

// A case ends the process with what went wrong; it returns when all went well.
type interopCase func(context.Context, *grpc.ClientConn)

var cases = map[string]interopCase{
	"empty_unary":                 onTestService(interop.DoEmptyUnaryCall),
	"large_unary":                 onTestService(interop.DoLargeUnaryCall),
	"client_streaming":            onTestService(interop.DoClientStreaming),
	"server_streaming":            onTestService(interop.DoServerStreaming),
	"ping_pong":                   onTestService(interop.DoPingPong),
	"empty_stream":                onTestService(interop.DoEmptyStream),
	"custom_metadata":             onTestService(interop.DoCustomMetadata),
	"status_code_and_message":     onTestService(interop.DoStatusCodeAndMessage),
	"special_status_message":      onTestService(interop.DoSpecialStatusMessage),
	"cancel_after_begin":          onTestService(interop.DoCancelAfterBegin),
	"cancel_after_first_response": onTestService(interop.DoCancelAfterFirstResponse),
	"timeout_on_sleeping_server":  onTestService(interop.DoTimeoutOnSleepingServer),
	"unimplemented_method":        interop.DoUnimplementedMethod,
	"unimplemented_service": func(ctx context.Context, connection *grpc.ClientConn) {
		interop.DoUnimplementedService(ctx, testgrpc.NewUnimplementedServiceClient(connection))
	},
}

func onTestService(do func(context.Context, testgrpc.TestServiceClient, ...grpc.CallOption)) interopCase {
	return func(ctx context.Context, connection *grpc.ClientConn) {
		do(ctx, testgrpc.NewTestServiceClient(connection))
	}
}

// runCase runs one official case against a server of grpc.testing.TestService.
func runCase(arguments []string) error {
	flags := flag.NewFlagSet("client", flag.ExitOnError)
	address := flags.String("address", "127.0.0.1:10000", "where the server listens")
	name := flags.String("case", "", "one of: "+strings.Join(slices.Sorted(maps.Keys(cases)), ", "))
	trust := trustOf(flags)
	within := flags.Duration("within", 20*time.Second, "how long the case may take")
	_ = flags.Parse(arguments)

	run := cases[*name]
	if run == nil {
		return fmt.Errorf("there is no case %q", *name)
	}
	transport, err := trust.client()
	if err != nil {
		return err
	}
	connection, err := grpc.NewClient("passthrough:///"+*address, grpc.WithTransportCredentials(transport))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), *within)
	defer cancel()
	run(ctx, connection)
	return nil
}
