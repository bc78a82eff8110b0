package main

import (
	"flag"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
)

// serve serves grpc.testing.TestService as grpc-go's own interop server does, on the loopback only.
func serve(arguments []string) error {
	flags := flag.NewFlagSet("server", flag.ExitOnError)
	address := flags.String("address", "127.0.0.1:0", "where it listens")
	trust := trustOf(flags)
	_ = flags.Parse(arguments)

	transport, err := trust.server()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.Creds(transport))
	testgrpc.RegisterTestServiceServer(server, interop.NewTestServer())
	return server.Serve(listener)
}
