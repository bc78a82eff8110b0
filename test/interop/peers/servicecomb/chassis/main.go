// A service of go-chassis that provides and consumes, over REST and gRPC. The folder that CHASSIS_CONF_DIR names holds
// its configuration. It provides what the resource, the relay and the greeter of this package say, and calls what it is
// told to by its control server, which is plain net/http and no part of the service.
//
// No argument may be empty: go-archaius, which reads them too, panics on one.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	_ "github.com/go-chassis/go-chassis-extension/protocol/grpc/client"
	_ "github.com/go-chassis/go-chassis-extension/protocol/grpc/server"
	_ "github.com/go-chassis/go-chassis/v2/bootstrap"
	_ "github.com/go-chassis/go-chassis/v2/middleware/circuit"
	_ "github.com/go-chassis/go-chassis/v2/middleware/monitoring"
	_ "github.com/go-chassis/go-chassis/v2/middleware/ratelimiter"

	"github.com/go-chassis/go-chassis/v2"
	"github.com/go-chassis/go-chassis/v2/core/handler"
	"github.com/go-chassis/go-chassis/v2/core/server"
	"google.golang.org/grpc/examples/helloworld/helloworld"
)

func run(control string, protocols []string) error {
	received := newCounts()
	if err := handler.RegisterHandler(callerName, func() handler.Handler { return &callerHandler{received} }); err != nil {
		return err
	}
	for _, protocol := range protocols {
		switch protocol {
		case "rest":
			chassis.RegisterSchema("rest", &resource{})
			chassis.RegisterSchema("rest", &relay{})
		case "grpc":
			chassis.RegisterSchema("grpc", &greeter{}, server.WithRPCServiceDesc(&helloworld.Greeter_ServiceDesc))
		default:
			return fmt.Errorf("there is no protocol %q", protocol)
		}
	}
	if err := serveControl(control, received); err != nil {
		return err
	}
	if err := chassis.Init(); err != nil {
		return err
	}
	return chassis.Run()
}

func main() {
	control := flag.String("control", "127.0.0.1:10000", "where the control server listens")
	protocols := flag.String("protocols", "rest", "what is provided, with commas between: rest, grpc")
	flag.Parse()
	if err := run(*control, strings.Split(*protocols, ",")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
