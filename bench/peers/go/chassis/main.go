// Peer: go-chassis with its gRPC extension and the greeter of grpc-go's examples.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"time"

	_ "github.com/go-chassis/go-chassis-extension/protocol/grpc/server"
	"github.com/go-chassis/go-chassis/v2"
	"github.com/go-chassis/go-chassis/v2/core/server"
	"google.golang.org/grpc/examples/helloworld/helloworld"
)

type greeter struct {
	helloworld.UnimplementedGreeterServer
}

func (greeter) SayHello(_ context.Context, request *helloworld.HelloRequest) (*helloworld.HelloReply, error) {
	return &helloworld.HelloReply{Message: "Hello " + request.GetName()}, nil
}

// configure writes the configuration that go-chassis reads: one listener, no registry, no handlers but its own.
func configure(port string) error {
	folder, err := os.MkdirTemp("", "bench-go-chassis-")
	if err != nil {
		return err
	}
	files := map[string]string{
		"chassis.yaml":      "servicecomb:\n  registry:\n    disabled: true\n  protocols:\n    grpc:\n      listenAddress: 127.0.0.1:" + port + "\n",
		"microservice.yaml": "servicecomb:\n  service:\n    name: greeter\n    version: 0.0.1\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return os.Setenv("CHASSIS_CONF_DIR", folder)
}

// announce says that the listener is there once it takes connections.
func announce(port string) {
	for {
		if connection, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			connection.Close()
			fmt.Println("\nlistening")
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func main() {
	port := os.Getenv("PORT")
	if err := configure(port); err != nil {
		log.Fatal(err)
	}
	chassis.RegisterSchema("grpc", &greeter{}, server.WithRPCServiceDesc(&helloworld.Greeter_ServiceDesc))
	if err := chassis.Init(); err != nil {
		log.Fatal(err)
	}
	go announce(port)
	log.Fatal(chassis.Run())
}
