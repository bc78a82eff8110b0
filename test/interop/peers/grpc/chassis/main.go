// A provider and a consumer of go-chassis that speak gRPC by its extension. The configuration of both is in the folder
// that CHASSIS_CONF_DIR names. It has `servicecomb.registry.disabled: true`, so that no service center is needed: the
// balancer of go-chassis then has no strategy, and panics on every call that names a service. A call by address
// (`core.WithoutSD`, the address in the place of the name) goes round it. No argument may be empty: go-archaius, which
// reads them too, panics on one.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	_ "github.com/go-chassis/go-chassis-extension/protocol/grpc/client"
	_ "github.com/go-chassis/go-chassis-extension/protocol/grpc/server"
	"github.com/go-chassis/go-chassis/v2"
	"github.com/go-chassis/go-chassis/v2/core"
	"github.com/go-chassis/go-chassis/v2/core/common"
	"github.com/go-chassis/go-chassis/v2/core/server"
	"google.golang.org/grpc/examples/helloworld/helloworld"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

type greeter struct {
	helloworld.UnimplementedGreeterServer
}

// SayHello answers with a greeting and with the metadata that came, as JSON. An empty name is an error without a status.
func (greeter) SayHello(ctx context.Context, request *helloworld.HelloRequest) (*helloworld.HelloReply, error) {
	if request.GetName() == "" {
		return nil, fmt.Errorf("nobody to greet")
	}
	came, _ := metadata.FromIncomingContext(ctx)
	text, err := json.Marshal(map[string]any{"greeting": "Hello " + request.GetName(), "metadata": came})
	return &helloworld.HelloReply{Message: string(text)}, err
}

// provide serves helloworld.Greeter through go-chassis until it is told to end.
func provide([]string) error {
	chassis.RegisterSchema("grpc", &greeter{}, server.WithRPCServiceDesc(&helloworld.Greeter_ServiceDesc))
	if err := chassis.Init(); err != nil {
		return err
	}
	return chassis.Run()
}

// consume calls helloworld.Greeter once through go-chassis and writes what came of it, as JSON.
func consume(arguments []string) error {
	flags := flag.NewFlagSet("consumer", flag.ExitOnError)
	address := flags.String("address", "127.0.0.1:10000", "where the provider listens")
	name := flags.String("name", "", "whom to greet")
	output := flags.String("output", "", "the file that is written; go-chassis itself logs to the standard output")
	_ = flags.Parse(arguments)

	if err := chassis.Init(); err != nil {
		return err
	}
	ctx := common.NewContext(map[string]string{"user": "peter"})
	reply := &helloworld.HelloReply{}
	request := &helloworld.HelloRequest{Name: *name}
	err := core.NewRPCInvoker().Invoke(ctx, *address, "helloworld.Greeter", "SayHello", request, reply,
		core.WithoutSD(), core.WithProtocol("grpc"))
	came := map[string]any{"message": reply.GetMessage()}
	if err != nil {
		came = map[string]any{"code": status.Code(err).String(), "error": err.Error()}
	}
	text, err := json.Marshal(came)
	if err != nil {
		return err
	}
	return os.WriteFile(*output, text, 0o600)
}

func main() {
	roles := map[string]func(arguments []string) error{"provider": provide, "consumer": consume}
	if len(os.Args) < 2 || roles[os.Args[1]] == nil {
		fmt.Fprintf(os.Stderr, "usage: %s provider|consumer [flags]\n", os.Args[0])
		os.Exit(2)
	}
	if err := roles[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
