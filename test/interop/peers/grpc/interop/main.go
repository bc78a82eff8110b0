// The programs of grpc-go that the official interop cases are written for: a server of grpc.testing.TestService, and a
// client that runs one case.
package main

import (
	"fmt"
	"os"
)

func main() {
	roles := map[string]func(arguments []string) error{"server": serve, "client": runCase}
	if len(os.Args) < 2 || roles[os.Args[1]] == nil {
		fmt.Fprintf(os.Stderr, "usage: %s server|client [flags]\n", os.Args[0])
		os.Exit(2)
	}
	if err := roles[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
