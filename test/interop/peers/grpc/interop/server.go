package main

import (
	"flag"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
)

// serve serves grpc.testing.TestService as grpc-go's own interop server does, on the loopback only.
func serve(arguments []string) error {
	flags := flag.NewFlagSet("server", flag.ExitOnError)
	address := flags.String("address", "127.0.0.1:0", "where it listens")
	certificate := flags.String("certificate", "", "a PEM file with its certificate; without one it speaks plain HTTP/2")
	key := flags.String("key", "", "a PEM file with the key of the certificate")
	_ = flags.Parse(arguments)

	var options []grpc.ServerOption
	if *certificate != "" {
		transport, err := credentials.NewServerTLSFromFile(*certificate, *key)
		if err != nil {
			return fmt.Errorf("the certificate %s and its key %s: %w", *certificate, *key, err)
		}
		options = append(options, grpc.Creds(transport))
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		return err
	}
	server := grpc.NewServer(options...)
	testgrpc.RegisterTestServiceServer(server, interop.NewTestServer())
	return server.Serve(listener)
}
